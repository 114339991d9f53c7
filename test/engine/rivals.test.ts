/**
 * Two runs on one container, of two state folders, begun so many milliseconds one after the other. They end as
 * such a pair can end in memory, where one is held at each step of it while the other goes on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { contested, saidBy } from '../harness/index.js';
import type { ContestName } from '../harness/index.js';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { everything } from './support/extent.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';
import type { Report } from '../../src/report.js';

const options = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;
/** How often a second one is begun while the first is at it; the two engines are tried at between each other's. */
const OFFSETS = everything ? 100 : 3;
const FIRST: Record<Kind, number> = { oldest: 0, newest: 0.5 };
/** Of the steps in memory at which the second one stops. */
const EVERY = everything ? 1 : 6;

interface Kept {
  /** Of the run that was over before them; null: there was none. */
  readonly before: Report | null;
  readonly reports: readonly [Report, Report];
}

/** What stands is what the reports say; the name is its, and it runs. */
async function expectAsSaid(scene: Scene, { before, reports }: Kept): Promise<void> {
  const said = JSON.stringify([before, ...reports]);
  const docs = await scene.containers();
  for (const doc of docs) expect(said, text(doc, 'Name')).toContain(text(doc, 'Id'));
  const running = docs.filter((doc) => at(doc, 'State.Running') === true);
  expect(running.map((doc) => doc['Name'])).toEqual([`/${scene.name}`]);
  // Who has the name was put there by one of the two, or brought back.
  const named = text(running[0] ?? null, 'Id');
  const ends = reports.map(({ outcome, container: { originalId, replacementId } }) => {
    if (outcome === 'grafted') return replacementId;
    return outcome === 'rolledBack' ? originalId : null;
  });
  expect(ends).toContain(named);
  // The others are down, and named as what is kept.
  const kept = docs.filter((doc) => text(doc, 'Id') !== named).map((doc) => text(doc, 'Name'));
  for (const name of kept) expect(said).toContain(name.slice(1));
}

const contests: {
  name: ContestName;
  first: (scene: Scene) => Promise<Report>;
  prepare?: (scene: Scene) => Promise<Report>;
}[] = [
  { name: 'two grafts', first: (scene) => scene.graft({ ...options, mode: 'gpus' }) },
  {
    name: 'a rollback and a graft',
    prepare: (scene) => scene.graft({ ...options, keepBackup: true }),
    first: (scene) => scene.rollback(options),
  },
];

describe.each(kinds)('%s', (kind) => {
  it.each(contests)(
    'ends $name as in memory, however long one after the other',
    async (contest) => {
      const { name, first, prepare } = contest;
      const engine = await Engine.up(kind);
      const { ends } = await contested(name, EVERY);
      const tally = new Map<string, number>();
      let longest = 0;
      const timed = async (run: () => Promise<Report>): Promise<Report> => {
        const beganAt = performance.now();
        const report = await run();
        longest = Math.max(longest, performance.now() - beganAt);
        return report;
      };
      await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
        await prepare?.(scene);
        await timed(() => first(scene));
      });
      // A machine that does other work takes longer for each: no more is asked of it for that.
      for (let begun = 0; begun <= OFFSETS; begun += 1) {
        const offset = (longest * (begun + FIRST[kind])) / OFFSETS;
        // oxlint-disable-next-line no-await-in-loop -- what they take is measured
        await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
          const before = (await prepare?.(scene)) ?? null;
          const second = delay(offset).then(() =>
            scene.elsewhere().graft({ ...options, mode: 'nvidia-runtime' }),
          );
          const one = await timed(() => first(scene));
          const two = await second;
          const said = saidBy(one, two);
          expect(
            [...ends.keys()],
            `${Math.round(offset)} ms: ${JSON.stringify([one, two])}`,
          ).toContain(said);
          await expectAsSaid(scene, { before, reports: [one, two] });
          tally.set(said, (tally.get(said) ?? 0) + 1);
        });
      }
      console.log(
        `${kind}, ${name}, ${OFFSETS + 1} offsets in ${Math.round(longest)} ms: ${JSON.stringify(Object.fromEntries(tally))}`,
      );
      expect([...tally.keys()].some((said) => said.includes('refused busy'))).toBe(true);
    },
  );
});
