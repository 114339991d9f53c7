/** Runs on record, for people. Takes cleaned data. */
import type { SeenCondition } from '../../doctor/condition.js';
import type { RunSummary, SeenRun } from '../../graft.js';
import type { Style } from '../style.js';
import { ageText, fields, table } from './text.js';
import { OUTCOMES } from './words.js';

export interface RunStatus extends SeenRun {
  readonly condition: SeenCondition;
  /** What may be done about it, in words. */
  readonly advice: string;
  /** The commands that do it, of which one is chosen. */
  readonly commands: readonly string[];
}

const CONDITIONS: Readonly<Record<SeenCondition, string>> = {
  working: 'at work',
  interrupted: 'interrupted',
  waiting: 'waits for you',
  deferred: 'deferred',
  stranded: 'stranded',
  'backup-kept': 'grafted, backup kept',
  'backup-gone': 'grafted, backup gone',
  restored: 'original put back by hand',
  unreadable: 'not readable',
  over: 'over',
};

/**
 * @param name the container that was asked about; null for all
 * @param logs files with logs that runs on it have kept
 */
export function renderStatus(
  runs: readonly RunStatus[],
  name: string | null,
  logs: readonly string[],
  now: number,
  style: Style,
): string {
  if (runs.length === 0) {
    const where = name === null ? '' : ` on ${name}`;
    const nothing = `nothing at work, interrupted or stranded${where}, and no backup kept`;
    return `${[nothing, ...fields(logs.map((file) => ['logs', file]))].join('\n')}\n`;
  }
  return `${runs.map((run) => statusLines(run, now, style).join('\n')).join('\n\n')}\n`;
}

function statusLines(run: RunStatus, now: number, style: Style): string[] {
  const well = run.condition === 'working' || run.condition === 'backup-kept';
  const word = CONDITIONS[run.condition];
  return [
    `${style.bold(run.name ?? 'unknown')}: ${well ? style.good(word) : style.warn(word)}`,
    ...fields([
      ['run', run.runId],
      ['step', stepOf(run)],
      [
        'since',
        run.updatedAt === null ? null : `${run.updatedAt} (${ageText(run.updatedAt, now)})`,
      ],
      ['why', (run.problem ?? run.question ?? run.reason)?.message ?? null],
      ['backup', run.backup?.removed === false && isThere(run) ? backupName(run.backup) : null],
      ['journal', run.journal],
      ['rescue', run.rescue],
      ...run.logs.map((file) => ['logs', file] as const),
      ['next', run.advice],
      ...run.commands.map((command) => ['', command] as const),
    ]),
  ];
}

export function renderRuns(
  runs: readonly (SeenRun & { readonly condition: SeenCondition })[],
  now: number,
): string {
  if (runs.length === 0) return 'no run is on record\n';
  const rows = runs.map((run) => [
    run.runId,
    run.name ?? '',
    wordFor(run),
    stepOf(run) ?? '',
    run.beganAt === null ? '' : ageText(run.beganAt, now),
  ]);
  return `${table(['RUN', 'CONTAINER', 'STATE', 'STEP', 'BEGAN'], rows).join('\n')}\n`;
}

/** Its outcome may be decided and the run not over: something is still to be removed. */
const stepOf = ({ meta }: RunSummary): string | null =>
  meta === null || meta.onRecover === 'over' ? null : meta.step;

const isThere = ({ seen }: SeenRun): boolean => seen !== 'gone' && seen !== 'restored';

function wordFor(run: SeenRun & { readonly condition: SeenCondition }): string {
  const { condition, seen } = run;
  if (condition === 'over') return endWord(run);
  return condition === 'backup-kept' && seen === 'unseen'
    ? 'grafted, backup not checked'
    : CONDITIONS[condition];
}

const backupName = ({ name, snapshot }: NonNullable<SeenRun['backup']>): string =>
  snapshot === null ? name : `a snapshot, with the image ${snapshot.imageId.slice(0, 19)}`;

/** A graft that was undone since is no graft any more, and one whose backup is gone has none to show. */
function endWord({ outcome, undoneBy, backup, seen }: SeenRun): string {
  if (outcome === null) return CONDITIONS.over;
  if (outcome === 'grafted' && backup?.removed === false && seen === 'gone') {
    return CONDITIONS['backup-gone'];
  }
  const undone = undoneBy === null ? '' : ', undone since';
  return `${OUTCOMES[outcome].word}${undone}`;
}
