/**
 * Every changing call of a run: its answer lost or false, refused, never sent, or the tool killed in the
 * middle of it. Each ends as the same schedule ends on the engine in memory.
 */
import { describe, expect, it } from 'vitest';
import { Engine, kinds } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { inParallel } from './support/aftermath.js';
import { endOf } from './support/any-end.js';
import { everything } from './support/extent.js';
import { runFaulty } from './support/faulty.js';
import type { Fault } from './support/faulty.js';
import { predictedCalls, predictedEnd } from './support/prediction.js';
import { failsWithGpu, play } from './support/scene.js';
import type { Setting } from './support/scene.js';

const options = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;
const all = [
  'unsent',
  'refuse',
  'hang',
  'lost',
  'lie',
  'hung',
  'late',
  'killed-unsent',
  'killed-sent',
  'killed-answered',
  'killed-late',
] as const;
/** Enough for what a busy machine does, and no more than a test can wait for what never comes. */
const deadlines = { create: 4000, start: 4000, stopMargin: 4000, change: 4000 };

/** Between them, the two engines see all that are worth their time; with `everything` each sees each. */
const few: Record<Kind, Record<'forward' | 'through a rollback', readonly Fault[]>> = {
  oldest: { forward: ['lost'], 'through a rollback': ['killed-answered', 'unsent'] },
  newest: { forward: ['lie', 'killed-late'], 'through a rollback': ['lost', 'killed-sent'] },
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
    count = calls.length;
  });
  return count;
}

describe.each(kinds)('%s', (kind) => {
  it.each([
    { way: 'forward' as const, setting: {}, fails: false },
    { way: 'through a rollback' as const, setting: { command: failsWithGpu(1) }, fails: true },
  ])('survives faults at every changing call, $way', async ({ way, setting, fails }) => {
    const engine = await Engine.up(kind);
    const run = ['--restart', 'always'];
    const wanted = { kind, fails, options };
    const calls = await countCalls(engine, { ...setting, run });
    expect(calls).toBe(await predictedCalls(wanted));
    // Up to the cutover both ways are one.
    const first = way === 'forward' ? 1 : calls - 8;
    const points = Array.from({ length: calls - first + 1 }, (_, i) => first + i);
    const faults = everything ? all : few[kind][way];
    const schedules = points.flatMap((nth) => faults.map((fault) => ({ nth, fault })));
    const tally = new Map<string, number>();
    await inParallel(schedules, 4, async ({ nth, fault }) => {
      const label = `${fault} at call ${nth}`;
      const end = await predictedEnd(wanted, nth, fault);
      await play(engine, { ...setting, run }, async (scene) => {
        const child = { op: 'graft', target: scene.name, options, deadlines } as const;
        const { killed, report } = await runFaulty(scene, child, nth, fault);
        expect(killed, label).toBe(fault.startsWith('killed'));
        expect(`${label}: ${await endOf(scene, report)}`).toBe(`${label}: ${end}`);
        tally.set(`${fault} ${end}`, (tally.get(`${fault} ${end}`) ?? 0) + 1);
      });
    });
    console.log(
      `${kind}, ${way}: ${schedules.length} faults at ${points.length} calls, each as predicted: ${JSON.stringify(Object.fromEntries(tally))}`,
    );
  });
});
