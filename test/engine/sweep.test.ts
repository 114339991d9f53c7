/**
 * `kill -9` by the clock, over the whole length of a run: in the middle of looks, acts and writes, where
 * no line of a journal is near. What `recover` makes of it is what it makes of the same death in memory.
 */
import { describe, expect, it } from 'vitest';
import { Engine, kinds } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { expectRecovered, inParallel } from './support/aftermath.js';
import { runChild } from './support/child.js';
import { expectGoodEnd } from './support/ends.js';
import { everything } from './support/extent.js';
import { endsOfKills } from './support/prediction.js';
import { play } from './support/scene.js';
import { readRun } from '../../src/runtime/runs.js';
import { RunFolder } from '../../src/runtime/store.js';

const options = { stableForMs: 200, gpuProof: { kind: 'none' } } as const;
const setting = { run: ['--restart', 'always'] };
/** Milliseconds from one kill to the next. */
const STEP = everything ? 10 : 240;
/** The two engines are killed at between each other's instants. */
const FIRST: Record<Kind, number> = { oldest: 0, newest: STEP / 2 };

describe.each(kinds)('%s', (kind) => {
  it('survives a kill at any instant of a run, and ends as in memory', async () => {
    const engine = await Engine.up(kind);
    const predicted = await endsOfKills({ kind, options });
    const longest = await lengthOf(engine);
    const instants = Array.from(
      { length: Math.ceil(longest / STEP) + 1 },
      (_, i) => FIRST[kind] + i * STEP,
    );
    const tally = new Map<string, number>();
    const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
    await inParallel(instants, 2, async (ms) => {
      await play(engine, setting, async (scene) => {
        const child = { op: 'graft', target: scene.name, options, kill: { ms } } as const;
        const { killed, report } = await runChild(scene, child);
        if (!killed && report !== null) {
          count(`alive ${await expectGoodEnd(scene, report)}`);
          return;
        }
        const [runId = ''] = scene.runs();
        const { last } = readRun(new RunFolder(scene.stateDir, runId));
        const state = last?.state ?? 'nothing';
        const end = await expectRecovered(scene);
        const ends = last === null ? ['S0'] : [...(predicted.get(state) ?? [])];
        expect(ends, `${ms} ms, ${state}`).toContain(end);
        count(end);
      });
    });
    const kills = instants.length - (tally.get('alive S1') ?? 0);
    console.log(
      `${kind}: ${kills} kills, every ${STEP} ms: ${JSON.stringify(Object.fromEntries(tally))}`,
    );
    expect(kills).toBeGreaterThan(everything ? 50 : 4);
  });
});

/** Milliseconds from the beginning of a run to its end, in a process of its own. */
async function lengthOf(engine: Engine): Promise<number> {
  let ms = 0;
  await play(engine, setting, async (scene) => {
    const { took } = await runChild(scene, { op: 'graft', target: scene.name, options });
    ms = took;
  });
  return ms;
}
