/**
 * The engine dies at any step of a run and comes back, or stands still and goes on: each on an engine of its
 * own. What becomes of the run is what becomes of it in memory where the engine dies in that state.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { endOf } from './support/any-end.js';
import { Engine, kinds, root } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { everything } from './support/extent.js';
import { endsOfOutages } from './support/prediction.js';
import { failsWithGpu, play } from './support/scene.js';
import type { Scene, Setting } from './support/scene.js';
import type { Report } from '../../src/report.js';

const options = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;
/** About as long as a killed engine needs to be back. */
const AWAY_MS = 1500;
/** Lines from one outage to the next; the two engines are hit at different ones. */
const STEP = everything ? 1 : 12;
const FIRST: Record<Kind, number> = { oldest: 1, newest: 1 + Math.floor(STEP / 2) };
/** After the line: at its entry, while the call is out, and where the next one is. */
const AFTER_MS = [0, 4, 12] as const;

/** Everything in this process stands still meanwhile: the run is where it is. */
const controlNow = (engine: Engine, verb: string): void => {
  execFileSync(`${root}/scripts/engine`, [verb, '--name', engine.name], { stdio: 'ignore' });
};

const outages = {
  'is killed': {
    begin: (engine: Engine) => controlNow(engine, 'kill'),
    end: (engine: Engine) => engine.control('up'),
  },
  'stands still': {
    begin: (engine: Engine) => controlNow(engine, 'pause'),
    end: (engine: Engine) => delay(700).then(() => engine.control('resume')),
  },
} as const;
type Outage = keyof typeof outages;

/** A run that is hit so many milliseconds after its n-th line. @returns the state that it was in; null: it was over */
async function hit(
  scene: Scene,
  outage: Outage,
  { line, afterMs }: { line: number; afterMs: number },
): Promise<{ report: Report; state: string | null }> {
  const { begin, end } = outages[outage];
  let state = '';
  let struck: string | null = null;
  let isOver = false;
  let back: Promise<void> = Promise.resolve();
  const strike = (): void => {
    if (isOver) return;
    struck = state;
    begin(scene.engine);
    back = end(scene.engine);
  };
  const report = await scene.graft(options, {
    onProgress: (entry) => {
      ({ state } = entry);
      if (entry.seq !== line) return;
      if (afterMs === 0) strike();
      else setTimeout(strike, afterMs);
    },
  });
  isOver = true;
  await back;
  return { report, state: struck };
}

describe.each(kinds)('%s', (kind) => {
  const own = { own: 'outages' };
  afterAll(async () => (await Engine.up(kind, own)).down());

  const ways: { way: string; setting: Setting; fails: boolean }[] = [
    { way: 'forward', setting: {}, fails: false },
    { way: 'through a rollback', setting: { command: failsWithGpu(1) }, fails: true },
  ];
  const outageNames = Object.keys(outages) as Outage[];
  const cases = ways.flatMap((way) => outageNames.map((outage) => ({ ...way, outage })));

  it.each(cases)('survives an engine that $outage at any step, $way', async (one) => {
    const { setting, fails, outage, way } = one;
    const engine = await Engine.up(kind, own);
    const run = ['--restart', 'always'];
    const span = { first: 1, last: 0 };
    await play(engine, { ...setting, run }, async (scene) => {
      await scene.graft(options, {
        onProgress: ({ seq, state }) => {
          // Up to there both ways are one.
          if (state === 'rollback.provingWayBack') span.first = seq;
          span.last = seq;
        },
      });
    });
    const predicted = await endsOfOutages({ kind, fails, options }, AWAY_MS);
    const unbroken = fails ? 'S2' : 'S1';
    const tally = new Map<string, number>();
    for (
      let line = span.first - 1 + FIRST[kind], at = 0;
      line <= span.last;
      line += STEP, at += 1
    ) {
      for (const afterMs of everything ? AFTER_MS : [AFTER_MS[at % AFTER_MS.length] ?? 0]) {
        // oxlint-disable-next-line no-await-in-loop -- they have one engine
        await play(engine, { ...setting, run }, async (scene) => {
          const { report, state } = await hit(scene, outage, { line, afterMs });
          const label = `${afterMs} ms after line ${line}, ${state}`;
          const isKilled = outage === 'is killed' && state !== null;
          const end = await endOf(scene, report, { engineRestarted: isKilled });
          const ends: string[] = [...((isKilled && predicted.get(state)) || [])];
          // Nothing is asked of it once the run is over.
          if (!isKilled || !state.includes('.')) ends.push(unbroken);
          // One that fails is seen to run for a while on a busy machine; in memory it has failed by then.
          else if (fails && state.startsWith('confirmation.')) ends.push('S2');
          // Killed in the middle of the original's start, a 20.10 starts it no more: nothing but saying so is left.
          if (/already exists \(the engine was killed/.test(report.reason?.message ?? ''))
            ends.push('S3');
          expect(ends, `${label}: ${JSON.stringify(report.reason)}`).toContain(end);
          tally.set(end, (tally.get(end) ?? 0) + 1);
        });
      }
    }
    console.log(
      `${kind}, ${way}: it ${outage}, lines ${span.first} to ${span.last}: ${JSON.stringify(Object.fromEntries(tally))}`,
    );
    expect([...tally.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0);
  });
});
