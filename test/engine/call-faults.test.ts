/** Every changing call of a run: its answer lost or false, or the tool killed in the middle of it. */
import { describe, expect, it } from 'vitest';
import { Engine, kinds } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { expectRecovered, inParallel } from './support/aftermath.js';
import { expectGoodEnd, expectGrafted, expectRolledBack } from './support/ends.js';
import { runFaulty } from './support/faulty.js';
import type { Fault } from './support/faulty.js';
import { failsWithGpu, play } from './support/scene.js';
import type { Setting } from './support/scene.js';

const options = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;

/** Between them, the two engines see all of them. */
const faultsOf: Record<Kind, Record<'forward' | 'through a rollback', readonly Fault[]>> = {
  oldest: { forward: ['lost'], 'through a rollback': ['killed-answered', 'unsent'] },
  newest: { forward: ['lie', 'killed-sent'], 'through a rollback': ['lost', 'killed-sent'] },
};

async function countCalls(engine: Engine, setting: Setting): Promise<number> {
  let count = 0;
  await play(engine, setting, async (scene) => {
    const { calls } = await runFaulty(
      scene,
      { op: 'graft', target: scene.name, options },
      0,
      'lost',
    );
    count = calls;
  });
  return count;
}

describe.each(kinds)('%s', (kind) => {
  it.each([
    { way: 'forward' as const, setting: {}, ends: expectGrafted },
    {
      way: 'through a rollback' as const,
      setting: { command: failsWithGpu(1) },
      ends: expectRolledBack,
    },
  ])('survives faults at every changing call, $way', async ({ way, setting, ends }) => {
    const engine = await Engine.up(kind);
    const run = ['--restart', 'always'];
    const calls = await countCalls(engine, { ...setting, run });
    expect(calls).toBeGreaterThan(13);
    // Up to the cutover both ways are one.
    const first = way === 'forward' ? 1 : calls - 8;
    const points = Array.from({ length: calls - first + 1 }, (_, i) => first + i);
    const all = points.flatMap((nth) => faultsOf[kind][way].map((fault) => ({ nth, fault })));
    const tally = new Map<string, number>();
    await inParallel(all, 4, async ({ nth, fault }) => {
      await play(engine, { ...setting, run }, async (scene) => {
        const child = { op: 'graft', target: scene.name, options } as const;
        const { killed, report } = await runFaulty(scene, child, nth, fault);
        const label = `${fault} at call ${nth}`;
        const end =
          killed || report === null
            ? await expectRecovered(scene)
            : await ends(scene, report)
                .then(() => expectGoodEnd(scene, report))
                .catch((error: unknown) => {
                  throw new Error(`${label}: ${JSON.stringify(report)}`, { cause: error });
                });
        expect(killed, label).toBe(fault.startsWith('killed'));
        tally.set(`${fault} ${end}`, (tally.get(`${fault} ${end}`) ?? 0) + 1);
      });
    });
    console.log(
      `${kind}, ${way}: ${all.length} faults at ${points.length} calls: ${JSON.stringify(Object.fromEntries(tally))}`,
    );
  });
});
