/** A sandbox on a shared engine, watched by a gateway of its own: what one test works on. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect } from 'vitest';
import { startGateway } from '../../openshell/start.js';
import type { GatewaySetting, RunningGateway } from '../../openshell/start.js';
import { at, text } from './engines.js';
import type { Doc, Engine } from './engines.js';
import { Scene } from './scene.js';

export const generations = ['early', 'lifecycle'] as const;
export type Generation = (typeof generations)[number];

export interface Sandbox {
  readonly gateway: RunningGateway;
  readonly scene: Scene;
  /** Its name at the gateway. */
  readonly name: string;
  readonly workspace: string | undefined;
  /** All containers that the gateway takes for it, whatever they are called. */
  labelled(): Promise<Doc[]>;
}

type GatewayWishes = Partial<Omit<GatewaySetting, 'generation' | 'engineEnv'>> & {
  readonly generation: Generation;
};

type Setting = GatewayWishes & {
  readonly written?: boolean;
  /** Where it is; the default one when left out. */
  readonly workspace?: string;
  /** The user's client, where it is of another time than the gateway. */
  readonly client?: Generation;
};

/** Every run talks to this gateway, whatever its environment is. */
function clientOf({ dir, openshell }: RunningGateway, client: Generation): string {
  const file = path.join(dir, `client-${client}`);
  if (fs.existsSync(file)) return file;
  const env = `OPENSHELL_EMULATOR_DIR=${dir} OPENSHELL_EMULATOR_CLIENT=${client}`;
  fs.writeFileSync(file, `#!/bin/sh\n${env} exec ${openshell} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Makes a sandbox that its gateway says is Ready, and clears all away however it ends. */
export async function withSandbox(
  engine: Engine,
  { written, workspace, client, ...rest }: Setting,
  body: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway({ engineEnv: { DOCKER_HOST: engine.host }, ...rest });
  try {
    const { generation } = rest;
    await within(engine, gateway, { written, workspace, client: client ?? generation }, body);
  } finally {
    await gateway.stop();
  }
}

/** What is asked of one gateway may as well be asked of it for many sandboxes, each of a name of its own. */
export async function withSandboxes(
  engine: Engine,
  { generation, ...rest }: GatewayWishes,
  body: (
    alone: (name: string, play: (sandbox: Sandbox) => Promise<void>) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const engineEnv = { DOCKER_HOST: engine.host };
  const gateway = await startGateway({ generation, engineEnv, ...rest });
  try {
    await body((name, play) => within(engine, gateway, { client: generation, name }, play));
  } finally {
    await gateway.stop();
  }
}

interface Wishes {
  readonly written?: boolean | undefined;
  readonly workspace?: string | undefined;
  readonly client: Generation;
  readonly name?: string;
}

async function within(
  engine: Engine,
  gateway: RunningGateway,
  { client, name = 'box', workspace, written = false }: Wishes,
  body: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const labels = [
    `openshell.ai/sandbox-namespace=${gateway.namespace}`,
    `openshell.ai/sandbox-name=${name}`,
  ];
  const filters = encodeURIComponent(JSON.stringify({ label: labels }));
  const labelled = async (): Promise<Doc[]> => {
    const all = (await engine.get(`/containers/json?all=1&filters=${filters}`)) as Doc[];
    const docs = await Promise.all(all.map((one) => engine.inspect(text(one, 'Id'))));
    return docs.filter((doc) => doc !== null);
  };
  try {
    const id = await gateway.createSandbox(name, workspace === undefined ? {} : { workspace });
    if (written) await engine.docker('exec', id, 'sh', '-c', 'echo mine > /written');
    const openshellBin = clientOf(gateway, client);
    const scene = await Scene.around(engine, id, { openshellBin });
    try {
      await body({ gateway, scene, name, workspace, labelled });
    } finally {
      await scene.end();
    }
  } finally {
    const ids = (await labelled()).map((doc) => text(doc, 'Id'));
    if (ids.length > 0) await engine.docker('rm', '-f', ...ids);
  }
}

/** One container has the labels, under the name, and runs; the gateway says Ready, and never saw none. */
export async function expectReady(
  { gateway, scene, name, workspace, labelled }: Sandbox,
  { wasOriginal }: { readonly wasOriginal: boolean },
): Promise<Doc> {
  await gateway.until(name, 'Ready', workspace);
  const [only, ...others] = await labelled();
  expect(others.map((doc) => text(doc, 'Name'))).toEqual([]);
  expect(at(only ?? null, 'Name')).toBe(`/${scene.name}`);
  expect(at(only ?? null, 'State.Running')).toBe(true);
  expect(text(only ?? null, 'Id') === scene.originalId).toBe(wasOriginal);
  const seen = await gateway.log(name);
  expect(seen.labelled().least).toBeGreaterThan(0);
  expect(seen.wasDeleted()).toBe(false);
  return only as Doc;
}

/** What the container wrote is there. */
export async function expectWritten({ scene }: Sandbox, written: boolean): Promise<void> {
  const said = await scene.engine.docker(
    'exec',
    scene.name,
    'sh',
    '-c',
    'cat /written 2>&1 || true',
  );
  if (written) expect(said).toBe('mine');
  else expect(said).toContain('No such file');
}
