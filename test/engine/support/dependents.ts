/** Containers that depend on a scene's container, and whether they do so still. */
import { expect } from 'vitest';
import { at, text } from './engines.js';
import type { Doc } from './engines.js';
import { sleeper } from './scene.js';
import type { Scene } from './scene.js';

/** The arguments of `docker run`. @param id of the container that they depend on, @param name its name */
const kinds = {
  network: (id: string) => ['--network', `container:${id}`, '--restart', 'unless-stopped'],
  pid: (id: string) => ['--pid', `container:${id}`, '--restart', 'always'],
  ipc: (id: string) => ['--ipc', `container:${id}`],
  link: (_: string, name: string) => ['--link', `${name}:al`],
  volumes: (_: string, name: string) => ['--volumes-from', name],
  'volumes-by-id': (id: string) => ['--volumes-from', `${id}:ro`],
  stopped: (id: string) => ['--network', `container:${id}`],
} satisfies Record<string, (id: string, name: string) => string[]>;
export type DependentKind = keyof typeof kinds;
export const dependentKinds = Object.keys(kinds) as DependentKind[];

export const nameOf = (scene: Scene, kind: DependentKind): string => `${scene.name}-${kind}`;

/** What a scene's container needs so that all of these can depend on it. */
export const lender = ['--ipc', 'shareable', '-v', '/anon', '--restart', 'always'] as const;

/** Makes them, as a user would. @returns the inspect of each */
export async function addDependents(
  scene: Scene,
  wanted: readonly DependentKind[],
): Promise<Map<DependentKind, Doc>> {
  const { engine, name, originalId } = scene;
  const made = new Map<DependentKind, Doc>();
  for (const kind of wanted) {
    const own = nameOf(scene, kind);
    const args = kinds[kind](originalId, name);
    await engine.docker(
      'run',
      '-d',
      '--init',
      '--name',
      own,
      ...args,
      'gpugraft/busybox',
      ...sleeper,
    );
    await engine.docker('exec', own, 'sh', '-c', `echo ${kind} > /written`);
    if (kind === 'stopped') await engine.docker('stop', '-t', '1', own);
    made.set(kind, (await engine.inspect(own)) as Doc);
  }
  return made;
}

const inside = (scene: Scene, name: string, command: string): Promise<string> =>
  scene.engine.docker('exec', name, 'sh', '-c', command);

const spaces = { network: 'net', pid: 'pid', ipc: 'ipc', stopped: 'net' } as const;
const isSpace = (kind: DependentKind): kind is keyof typeof spaces => kind in spaces;

/** What an engine shows of one that was made again, beside what it depends on: no more may differ. */
function unmoved(doc: Doc): object {
  const { Image: _image, Hostname: _host, ...config } = at(doc, 'Config') as Doc;
  const {
    NetworkMode: _network,
    PidMode: _pid,
    IpcMode: _ipc,
    VolumesFrom: _from,
    Links: _links,
    Mounts: _mounts,
    Binds: _binds,
    ...host
  } = at(doc, 'HostConfig') as Doc;
  const mounts = (at(doc, 'Mounts') as Doc[]).map(({ Name, Destination, RW, Type }) => ({
    Name,
    Destination,
    RW,
    Type,
  }));
  return { config, host, mounts, path: doc['Path'], args: doc['Args'] };
}

/** Each depends, as an inspect says and as is seen from inside, on what has the scene's name now. */
export async function expectAttached(
  scene: Scene,
  before: ReadonlyMap<DependentKind, Doc>,
): Promise<void> {
  const holder = await scene.named();
  const holderId = text(holder, 'Id');
  for (const [kind, was] of before) {
    const name = nameOf(scene, kind);
    const now = await scene.engine.inspect(name);
    expect(now, name).not.toBeNull();
    expect(at(now, 'State.Running'), name).toBe(kind !== 'stopped');
    expect(unmoved(now as Doc), name).toEqual(unmoved(was));
    expect(refsOf(now as Doc), name).toEqual(refsOf(was).map(() => holderId));
    if (kind === 'stopped') await scene.engine.docker('start', name);
    // Written to its own layer, and carried along.
    expect(await inside(scene, name, 'cat /written')).toBe(kind);
    if (isSpace(kind)) {
      const space = `readlink /proc/self/ns/${spaces[kind]}`;
      expect(await inside(scene, name, space), name).toBe(await inside(scene, scene.name, space));
    }
    if (spaces[kind as keyof typeof spaces] === 'net') {
      const address = 'hostname; hostname -i';
      expect(await inside(scene, name, address)).toBe(await inside(scene, scene.name, address));
    }
    if (kind === 'link') await expectLinked(scene, name, holder);
    if (kind.startsWith('volumes')) {
      const mark = `echo ${holderId} > /anon/mark`;
      await inside(scene, scene.name, mark);
      expect(await inside(scene, name, 'cat /anon/mark')).toBe(holderId);
    }
    if (kind === 'stopped') await scene.engine.docker('stop', '-t', '0', name);
  }
}

/** Full IDs of the containers that it means by them. */
function refsOf(doc: Doc): string[] {
  const modes = ['NetworkMode', 'PidMode', 'IpcMode'].map((mode) =>
    text(doc, `HostConfig.${mode}`),
  );
  const from = (at(doc, 'HostConfig.VolumesFrom') ?? []) as string[];
  return [
    ...modes.filter((mode) => mode.startsWith('container:')).map((mode) => mode.slice(10)),
    ...from.map((one) => one.split(':')[0] ?? '').filter((ref) => /^[0-9a-f]{64}$/.test(ref)),
  ];
}

async function expectLinked(scene: Scene, name: string, holder: Doc | null): Promise<void> {
  const links = at(await scene.engine.inspect(name), 'HostConfig.Links');
  expect(links).toEqual([`/${scene.name}:/${name}/al`]);
  const address = text(holder, 'NetworkSettings.Networks.bridge.IPAddress');
  const hosts = (await inside(scene, name, 'cat /etc/hosts')).split('\n');
  expect(
    hosts.filter((line) => /\bal\b/.test(line) && line.startsWith(`${address}\t`)),
  ).toHaveLength(1);
  await inside(scene, name, 'ping -c 1 -W 2 al');
}

/** No container but those that the scene began with, by their names. */
export async function expectNothingLeft(
  scene: Scene,
  before: ReadonlyMap<DependentKind, Doc>,
  kept: readonly string[] = [],
): Promise<void> {
  const names = (await scene.containers()).map((doc) => text(doc, 'Name').slice(1));
  const own = [...before.keys()].map((kind) => nameOf(scene, kind));
  expect(names.toSorted()).toEqual([scene.name, ...own, ...kept].toSorted());
}
