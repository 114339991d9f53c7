/** Two runs on one container, of two machines, and how both end wherever one of them comes in between. */
import type { Options } from '../../machines/index.js';
import type { Report } from '../../src/report.js';
import { Lab } from './lab.js';
import { optionsWith } from './options.js';
import type { Ended } from './process.js';
import { Watched } from './rest.js';
import { interleaved, type Rival } from './rivals.js';
import { undoOf } from './undo.js';

interface Contest {
  readonly lab: Lab;
  readonly watched: Watched;
  readonly rivals: readonly [Rival, Rival];
  /** Of a run that was over before them. */
  readonly before: Report | null;
}

const options = (over: Partial<Options>): Options =>
  optionsWith({ stableForMs: 100, pollIntervalMs: 100, ...over });

const graftBy = (lab: Lab, over: Partial<Options>): Rival => ({
  lab,
  begin: (process) => process.graft('box', options(over)),
});

/** The second one is a graft, from another machine. */
function stage(over: Partial<Options> = {}) {
  const lab = new Lab();
  const id = lab.engine.run({ name: 'box', restart: 'always' });
  const watched = new Watched(lab, id);
  const other = new Lab({ on: lab, stateDir: '/other', host: 'other' });
  return { lab, id, watched, second: graftBy(other, { mode: 'nvidia-runtime', ...over }) };
}

function twoGrafts(over: Partial<Options> = {}): Contest & { id: string } {
  const { lab, id, watched, second } = stage(over);
  return { lab, id, watched, rivals: [graftBy(lab, { mode: 'gpus' }), second], before: null };
}

const contests = {
  'two grafts': () => Promise.resolve(twoGrafts()),
  'two grafts that roll back': () => {
    const contest = twoGrafts();
    contest.lab.engine.script(({ name, id }) => name === 'box' && id !== contest.id, {
      exit: { afterMs: 1, code: 1 },
    });
    return Promise.resolve(contest);
  },
  'a graft, and one that takes the GPU away': () => Promise.resolve(twoGrafts({ mode: 'none' })),
  'a rollback and a graft': async () => {
    const { lab, watched, second } = stage();
    const kept = await lab.graft('box', options({ mode: 'gpus', keepBackup: true }));
    const undo = undoOf(kept);
    const back: Rival = { lab, begin: (process) => process.undo(undo, options({})) };
    return { lab, watched, rivals: [back, second], before: kept.report };
  },
} as const satisfies Record<string, () => Promise<Contest>>;

export type ContestName = keyof typeof contests;
export const contestNames = Object.keys(contests) as ContestName[];

/** More than any of these runs has. */
const STEPS = 34;

/** How a pair of runs has ended: `grafted | refused busy`. */
export const saidBy = (...reports: readonly (Report | null)[]): string =>
  reports
    .map((report) => [report?.outcome, report?.reason?.code].filter((word) => word != null))
    .map((words) => words.join(' '))
    .join(' | ');

/**
 * The first one is held at each of its steps, while the second goes on up to a step of its own.
 *
 * @param every steps of the second one between two that are tried: which, differs from step to step of the first
 * @returns how many were tried, each pair of ends with the steps at which it came to it, and all that is wrong
 */
export async function contested(name: ContestName, every: number) {
  const ends = new Map<string, string[]>();
  const wrong: string[] = [];
  let tried = 0;
  for (let first = 1; first <= STEPS; first += 1) {
    for (let second = 1 + ((first * 3) % every); second <= STEPS; second += every) {
      // oxlint-disable-next-line no-await-in-loop -- one play after the other
      const { said, faults } = await playedAt(await contests[name](), first, second);
      const at = `${first}, ${second}`;
      tried += 1;
      wrong.push(...faults.map((fault) => `${at}: ${fault}`));
      ends.set(said, [...(ends.get(said) ?? []), at]);
    }
  }
  return { tried, ends, wrong };
}

async function playedAt(contest: Contest, first: number, second: number) {
  const { lab, watched, before, rivals } = contest;
  const [one, two] = await interleaved(
    { ...rivals[0], stopsAt: first },
    { ...rivals[1], stopsAt: second },
  );
  const faults = [...watched.violations, ...watched.atRest(keptBy(lab, before, one, two))];
  return { said: saidBy(one.report, two.report), faults };
}

/** What a report names may stay. */
function keptBy(lab: Lab, before: Report | null, ...ended: readonly Ended[]): string[] {
  const reports = JSON.stringify([before, ...ended.map(({ report }) => report)]);
  return [...lab.engine.core.names]
    .filter(([name]) => name !== 'box' && reports.includes(name))
    .map(([, id]) => id);
}
