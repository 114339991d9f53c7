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

type Setting = Partial<Omit<GatewaySetting, 'generation' | 'engineEnv'>> & {
  readonly generation: Generation;
  readonly written?: boolean;
  /** Where it is; the default one when left out. */
  readonly workspace?: string;
  /** The user's client, where it is of another time than the gateway. */
  readonly client?: Generation;
};

/** Every run talks to this gateway, whatever its environment is. */
function clientOf({ dir, openshell }: RunningGateway, client: Generation): string {
  const file = path.join(dir, 'client');
  const env = `OPENSHELL_EMULATOR_DIR=${dir} OPENSHELL_EMULATOR_CLIENT=${client}`;
  fs.writeFileSync(file, `#!/bin/sh\n${env} exec ${openshell} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Makes a sandbox that its gateway says is Ready, and clears all away however it ends. */
export async function withSandbox(
  engine: Engine,
  { generation, written = false, workspace, client = generation, ...rest }: Setting,
  body: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const engineEnv = { DOCKER_HOST: engine.host };
  const gateway = await startGateway({ generation, engineEnv, ...rest });
  const name = 'box';
  const filter = `label=openshell.ai/sandbox-namespace=${gateway.namespace}`;
  const labelled = async (): Promise<Doc[]> => {
    const ids = await engine.docker('ps', '-aq', '--no-trunc', '--filter', filter);
    const docs = await Promise.all(
      ids
        .split('\n')
        .filter((id) => id !== '')
        .map((id) => engine.inspect(id)),
    );
    return docs.filter((doc) => doc !== null);
  };
  try {
    const where = workspace === undefined ? {} : { workspace };
    const id = await gateway.createSandbox(name, where);
    if (written) await engine.docker('exec', id, 'sh', '-c', 'echo mine > /written');
    const scene = await Scene.around(engine, id, {
      openshellBin: clientOf(gateway, client),
    });
    try {
      await body({ gateway, scene, name, workspace, labelled });
    } finally {
      await scene.end();
    }
  } finally {
    for (const doc of await labelled()) await engine.docker('rm', '-f', text(doc, 'Id'));
    await gateway.stop();
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
