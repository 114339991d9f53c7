/** The adapter against real engines: every call of the port, and the engine's own bad days. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerPort, type CallRecord } from '../../src/docker/adapter/index.js';
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../src/docker/errors.js';
import { integerOf } from '../../src/docker/lossless-json.js';
import type { DockerPort } from '../../src/docker/port.js';
import type { JsonObject } from '../../src/docker/raw.js';

const ENGINE = fileURLToPath(new URL('../../scripts/engine', import.meta.url));
const IMAGE = 'gpugraft/busybox:latest';
const NOWHERE = 'f'.repeat(64);
const SLEEP = ['sleep', '1000'];

const engine = (name: string, ...words: string[]): string =>
  execFileSync(ENGINE, [...words, '--name', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it resolved');
    },
    (error: unknown) => error as Error,
  );
}

describe.each([
  ['oldest', '1.41'],
  ['newest', '1.51'],
])('the %s engine', (kind, apiVersion) => {
  const name = `adapter-${kind}`;
  let host = '';
  let port: DockerPort;
  let calls: CallRecord[] = [];
  const docker = (...words: string[]): string =>
    execFileSync('docker', ['--host', host, ...words], { encoding: 'utf8' }).trim();
  const open = (deadlines = {}): DockerPort =>
    createDockerPort({ host, deadlines, onCall: (call) => calls.push(call) });
  const create = async (named: string, more: JsonObject = {}): Promise<string> => {
    const body = { Image: IMAGE, Cmd: SLEEP, Labels: { 'gpugraft.test': named }, ...more };
    return (await port.createContainer(named, { HostConfig: { Init: true }, ...body })).id;
  };

  beforeAll(() => {
    engine(name, 'up', '--engine', kind);
    host = /DOCKER_HOST=(\S+)/.exec(engine(name, 'env'))?.[1]?.replaceAll("'", '') ?? '';
    port = open();
  });
  afterAll(async () => {
    await port.close();
    engine(name, 'down', '--wipe');
  });

  test('says what it is', async () => {
    const facts = await port.engine();
    expect(facts).toMatchObject({ apiVersion, osType: 'linux' });
    expect(facts.id).toBe(docker('info', '--format', '{{.ID}}'));
    expect(facts.runtimes).toContain('runc');
    expect(facts.epoch).not.toBeNull();
    expect(await port.engine()).toEqual(facts);
  });

  test('a container from its creation to its removal', async () => {
    const id = await create('life-a');
    expect((await port.inspectContainer('life-a'))?.Id).toBe(id);
    await port.startContainer(id);
    await port.startContainer(id);
    expect((await port.inspectContainer(id))?.State).toMatchObject({
      Status: 'running',
      Running: true,
    });

    const sum = await port.exec(id, ['sh', '-c', 'echo out; echo err >&2; echo x > /made; exit 3']);
    expect(sum.exitCode).toBe(3);
    expect(sum.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
    const missing = await port.exec(id, ['no-such-command']);
    expect([126, 127]).toContain(missing.exitCode);
    expect(missing.output).toContain('executable file not found');
    const flood = await port.exec(id, ['sh', '-c', 'yes | head -c 3000000']);
    expect(flood).toMatchObject({ exitCode: 0 });
    expect(flood.output).toHaveLength(64 * 1024);
    expect(await failureOf(port.exec(id, SLEEP, { timeoutMs: 500 }))).toBeInstanceOf(
      EngineAmbiguous,
    );
    expect(await port.layerChanges(id)).toContainEqual({ Path: '/made', Kind: 1 });

    await port.renameContainer(id, 'life-b');
    expect(await port.inspectContainer('life-a')).toBeNull();
    const waiting = port.waitContainer(id);
    await port.stopContainer(id, 5);
    await port.stopContainer(id, null);
    expect(await waiting).toBe((await port.inspectContainer(id))?.State.ExitCode);
    await port.setRestartPolicy(id, { name: 'on-failure', maximumRetryCount: 3 });
    const policy = async () => (await port.inspectContainer(id))?.HostConfig.RestartPolicy;
    expect(await policy()).toEqual({ Name: 'on-failure', MaximumRetryCount: 3 });
    await port.setRestartPolicy(id, { name: '', maximumRetryCount: 0 });
    expect(await policy()).toEqual({ Name: 'no', MaximumRetryCount: 0 });

    expect(await port.listContainers(['gpugraft.test=life-a', 'gpugraft.test'])).toEqual([
      { id, names: ['life-b'], labels: { 'gpugraft.test': 'life-a' }, state: 'exited' },
    ]);
    expect(await port.listContainers(['gpugraft.test=else'])).toEqual([]);
    await port.removeContainer(id, false);
    expect(await port.inspectContainer(id)).toBeNull();
  });

  test('logs of both streams, and of a terminal', async () => {
    const Cmd = ['sh', '-c', 'for i in 1 2 3 4; do echo line $i; done; echo last >&2'];
    const id = await create('logs-a', { Cmd });
    const tty = await create('logs-tty', { Cmd, Tty: true });
    for (const each of [id, tty]) {
      await port.startContainer(each);
      await port.waitContainer(each);
    }
    expect((await port.logs(id, 10)).split('\n').toSorted()).toEqual([
      '',
      'last',
      'line 1',
      'line 2',
      'line 3',
      'line 4',
    ]);
    expect((await port.logs(id, 2)).trim().split('\n')).toHaveLength(2);
    expect(await port.logs(tty, 1)).toBe('last\r\n');
    const loud = await create('logs-loud', { Cmd: ['sh', '-c', 'yes | head -c 600000'] });
    await port.startContainer(loud);
    await port.waitContainer(loud);
    expect(await port.logs(loud, 1_000_000)).toHaveLength(256 * 1024);
    for (const each of [id, tty, loud]) await port.removeContainer(each, true);
  });

  test('a further network, with its alias', async () => {
    const network = docker('network', 'create', 'adapter-net');
    expect(await port.inspectNetwork(network)).toMatchObject({
      Id: network,
      Name: 'adapter-net',
      Driver: 'bridge',
    });
    const id = await create('net-a');
    await port.connectNetwork(network, id, { Aliases: ['db'] });
    const endpoint = (await port.inspectContainer(id))?.NetworkSettings.Networks?.['adapter-net'];
    expect(endpoint?.Aliases).toContain('db');
    await port.startContainer(id);
    // Only a running one is refused a second time; for a stopped one the engine says yes again.
    expect(await failureOf(port.connectNetwork(network, id, {}))).toBeInstanceOf(EngineRefused);
    expect(await failureOf(port.connectNetwork(NOWHERE, id, {}))).toMatchObject({ status: 404 });
    await port.removeContainer(id, true);
    docker('network', 'rm', network);
  });

  test('integers beyond 2^53 and awkward keys survive a re-creation', async () => {
    const wide = {
      Name: 'core',
      Soft: '\u0000int:9223372036854775807',
      Hard: '\u0000int:9223372036854775807',
    };
    const one = await create('wide-a', {
      Labels: { '\u0000str:__proto__': 'kept', 'a=b': '"\\ü' },
      HostConfig: { Ulimits: [wide] },
    });
    const found = await port.inspectContainer(one);
    expect(integerOf(found?.HostConfig.Ulimits?.[0]?.Hard)).toBe(2n ** 63n - 1n);
    const two = await port.createContainer('wide-b', {
      ...(found?.Config as JsonObject),
      HostConfig: found?.HostConfig as JsonObject,
    });
    const shown = (id: string): string =>
      docker('inspect', '--format', '{{json .HostConfig}} {{json .Config.Labels}}', id);
    expect(shown(two.id)).toBe(shown(one));
    expect(shown(one)).toContain('9223372036854775807');
    expect(shown(one)).toContain('"__proto__":"kept"');
    for (const each of [one, two.id]) await port.removeContainer(each, true);
  });

  test('what is not there, and what may not be done', async () => {
    expect(await port.inspectContainer(NOWHERE)).toBeNull();
    expect(await port.inspectImage('no.such/image:tag')).toBeNull();
    expect(await port.inspectNetwork(NOWHERE)).toBeNull();
    expect((await port.inspectImage(IMAGE))?.RepoTags).toContain(IMAGE);
    const refused = await Promise.all(
      [
        port.startContainer(NOWHERE),
        port.stopContainer(NOWHERE, null),
        port.renameContainer(NOWHERE, 'other'),
        port.setRestartPolicy(NOWHERE, { name: 'no', maximumRetryCount: 0 }),
        port.removeContainer(NOWHERE, false),
        port.exec(NOWHERE, ['true']),
        port.logs(NOWHERE, 1),
        port.layerChanges(NOWHERE),
        port.waitContainer(NOWHERE),
        port.createContainer('no-image', { Image: 'no.such/image:tag' }),
      ].map(failureOf),
    );
    for (const error of refused)
      expect(error).toMatchObject({ name: 'EngineRefused', status: 404 });
    const id = await create('taken-a');
    expect(await failureOf(create('taken-a'))).toMatchObject({
      name: 'EngineRefused',
      status: 409,
    });
    expect(await failureOf(port.exec(id, ['true']))).toMatchObject({
      name: 'EngineRefused',
      status: 409,
    });
    await port.startContainer(id);
    expect(await failureOf(port.removeContainer(id, false))).toMatchObject({
      name: 'EngineRefused',
      status: 409,
    });
    await port.removeContainer(id, true);
    const elsewhere = createDockerPort({ host: `${host}-not` });
    expect(await failureOf(elsewhere.engine())).toMatchObject({
      name: 'EngineUnreachable',
      kind: 'down',
    });
    await elsewhere.close();
  });

  test('a stop that takes its time holds up no look', async () => {
    const id = await create('slow-a', {
      Cmd: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
      HostConfig: {},
    });
    await port.startContainer(id);
    calls = [];
    const stop = port.stopContainer(id, 2);
    const seen: (boolean | undefined)[] = [];
    for (let index = 0; index < 5; index += 1)
      seen.push((await port.inspectContainer(id))?.State.Running);
    await stop;
    expect(seen).toEqual([true, true, true, true, true]);
    expect(calls.at(-1)?.path).toContain('/stop');
    await port.removeContainer(id, true);
  });

  test('an engine that does not answer: a look gives up, a change is ambiguous and lands later', async () => {
    const id = await create('hung-a');
    await port.startContainer(id);
    const hasty = open({ look: 1000, stopMargin: 1000 });
    // Both kinds of connection are open before the engine falls silent: what is sent then arrives.
    await hasty.inspectContainer(id);
    await hasty.layerChanges(id);
    engine(name, 'pause');
    try {
      expect(await failureOf(hasty.inspectContainer(id))).toMatchObject({
        name: 'EngineUnreachable',
        kind: 'down',
      });
      expect(await failureOf(hasty.stopContainer(id, 0))).toBeInstanceOf(EngineAmbiguous);
    } finally {
      engine(name, 'resume');
    }
    await port.waitContainer(id);
    expect((await hasty.inspectContainer(id))?.State.Running).toBe(false);
    await hasty.close();
    await port.removeContainer(id, true);
  });

  test('a restart shows in the epoch, and the port goes on over new connections', async () => {
    const before = await port.engine();
    engine(name, 'restart');
    const after = await port.engine();
    expect(after.epoch).not.toBe(before.epoch);
    expect({ ...after, epoch: null }).toEqual({ ...before, epoch: null });
    expect(await port.inspectContainer(NOWHERE)).toBeNull();
  });

  test('an engine that is killed in the middle of a call', async () => {
    const id = await create('killed-a');
    await port.startContainer(id);
    const before = await port.engine();
    const command = ['sh', '-c', 'touch /begun; sleep 1000'];
    const exec = failureOf(port.exec(id, command, { timeoutMs: 60_000 }));
    const wait = failureOf(port.waitContainer(id));
    const begun = { Path: '/begun', Kind: 1 };
    await expect.poll(() => port.layerChanges(id), { timeout: 20_000 }).toContainEqual(begun);
    engine(name, 'kill');
    expect(await exec).toBeInstanceOf(EngineAmbiguous);
    expect(await wait).toBeInstanceOf(EngineUnreachable);
    expect(await failureOf(port.inspectContainer(id))).toBeInstanceOf(EngineUnreachable);
    engine(name, 'up');
    // It came back although a container ran on its bridge, and without live-restore.
    expect((await port.engine()).epoch).not.toBe(before.epoch);
    await port.removeContainer(id, true);
  });

  test('what a look costs', async () => {
    const id = await create('timed-a');
    calls = [];
    for (let index = 0; index < 50; index += 1) await port.inspectContainer(id);
    const sorted = calls.map((call) => call.ms).toSorted((a, b) => a - b);
    expect(sorted).toHaveLength(50);
    console.log(
      `${name}: 50 inspects, median ${sorted[25]?.toFixed(2)} ms, slowest ${sorted[49]?.toFixed(2)} ms`,
    );
    await port.removeContainer(id, true);
  });
});

describe('an engine with live-restore', () => {
  const name = 'adapter-live';
  afterAll(() => void engine(name, 'down', '--wipe'));

  test('has no epoch: it keeps its bridge while containers run on it', async () => {
    engine(name, 'up', '--engine', 'newest', '--live-restore');
    const host = /DOCKER_HOST=(\S+)/.exec(engine(name, 'env'))?.[1]?.replaceAll("'", '') ?? '';
    const port = createDockerPort({ host });
    const { id } = await port.createContainer('live-a', { Image: IMAGE, Cmd: SLEEP });
    await port.startContainer(id);
    const bridge = await port.inspectNetwork('bridge');
    engine(name, 'restart');
    expect((await port.inspectNetwork('bridge'))?.Created).toBe(bridge?.Created);
    expect((await port.engine()).epoch).toBeNull();
    expect((await port.inspectContainer(id))?.State.Running).toBe(true);
    await port.removeContainer(id, true);
    await port.close();
  });
});
