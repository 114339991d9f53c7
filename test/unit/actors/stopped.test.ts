/** The look that takes the place of start and wait where the original did not run. */
import { expect, it } from 'vitest';
import { inspectOriginal } from '../../../src/actors/discovery.js';
import { inspectStopped } from '../../../src/actors/stopped.js';
import type { MemoryEngine } from '../../memory/index.js';
import { stage } from './stage.js';

interface Pair {
  readonly engine: MemoryEngine;
  readonly id: string;
  readonly replacementId: string;
}
type World = (pair: Pair) => void;

/** What it says once the swap is done and this has happened; null: all is in place. */
async function amissAfter(happens: World, mode: 'gpus' | 'none' = 'gpus'): Promise<string | null> {
  const { engine, scope } = stage();
  const id = engine.run({ name: 'box', restart: 'always', state: 'exited' });
  const original = await inspectOriginal({ id }, scope);
  engine.outsider.setPolicy(id, { name: 'no', maximumRetryCount: 0 });
  engine.outsider.rename(id, 'box.backup');
  const made = { name: 'box', restart: 'always', gpu: 'gpus', state: 'created' } as const;
  const replacementId = engine.run(made);
  happens({ engine, id, replacementId });
  const input = { original, replacementId, backupName: 'box.backup', mode, devices: 'all' };
  const found = await inspectStopped(input, scope);
  expect(engine.calls.some(({ changing }) => changing)).toBe(false);
  return found.verdict === 'amiss' ? found.reason.message : null;
}

it.each<[string, World]>([
  ['nothing happened', () => undefined],
  ['somebody removed the original', ({ engine, id }) => engine.outsider.remove(id)],
  [
    'somebody started the replacement',
    ({ engine, replacementId }) => engine.outsider.start(replacementId),
  ],
])('is content where %s', async (_, happens) => {
  expect(await amissAfter(happens)).toBeNull();
});

it.each<[string, World, 'gpus' | 'none']>([
  ['started the original', ({ engine, id }) => engine.outsider.start(id), 'gpus'],
  [
    'started the original',
    ({ engine, id }) => {
      engine.outsider.start(id);
      engine.outsider.stop(id);
    },
    'gpus',
  ],
  ['the original is called', ({ engine, id }) => engine.outsider.rename(id, 'other'), 'gpus'],
  ['is gone', ({ engine, replacementId }) => engine.outsider.remove(replacementId), 'gpus'],
  [
    'the replacement is called',
    ({ engine, replacementId }) => engine.outsider.rename(replacementId, 'other'),
    'gpus',
  ],
  [
    'restart policy',
    ({ engine, replacementId }) =>
      engine.outsider.setPolicy(replacementId, { name: 'no', maximumRetryCount: 0 }),
    'gpus',
  ],
  ['asks for a GPU all the same', () => undefined, 'none'],
  [
    'has not got the GPU request',
    ({ engine, replacementId }) => {
      const made = engine.find(replacementId);
      if (made !== null) delete made.hostConfig.DeviceRequests;
    },
    'gpus',
  ],
  [
    'started the replacement, and it is exited with exit code 143',
    ({ engine, replacementId }) => {
      engine.outsider.start(replacementId);
      engine.outsider.stop(replacementId);
    },
    'gpus',
  ],
  [
    'no such device',
    ({ engine, replacementId }) => {
      engine.script(replacementId, { startError: { status: 500, message: 'no such device' } });
      expect(() => engine.outsider.start(replacementId)).toThrow('no such device');
    },
    'gpus',
  ],
])('says that %s', async (said, happens, mode) => {
  expect(await amissAfter(happens, mode)).toContain(said);
});
