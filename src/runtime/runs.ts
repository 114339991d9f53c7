/** What the journals in a state folder say, without asking any engine. */
import { outcomeSchema } from '../../machines/index.js';
import type { Context, Failure, Holder, Outcome, StateMeta } from '../../machines/index.js';
import { GraftError } from '../errors.js';
import { rehydrated } from './driver.js';
import type { Snapshot } from './driver.js';
import type { JournalLine } from './journal-line.js';
import { isLocked } from './lock.js';
import { stateMetaOf } from './state-meta.js';
import { stateName } from './state-name.js';
import { sweepUnbegun } from './sweep.js';
import { folderOf, recordedRun, RunFolder, runIds } from './store.js';

export interface RunSummary {
  readonly runId: string;
  readonly name: string | null;
  /** The name of the OpenShell sandbox that the container is of; null: it is of none. */
  readonly sandbox: string | null;
  /** The engine on which it was begun. */
  readonly engineId: string | null;
  readonly originalId: string | null;
  readonly replacementId: string | null;
  readonly beganAt: string | null;
  readonly updatedAt: string | null;
  /** Such as `confirmation.pollingSupervisor`. */
  readonly state: string | null;
  readonly meta: StateMeta | null;
  readonly outcome: Outcome | null;
  readonly reason: Failure | null;
  /** What a person is asked while the run rests. */
  readonly question: Failure | null;
  /** Whether a living process works on it; `gone` for a run that is over. */
  readonly holder: 'alive' | 'gone';
  readonly journal: string;
  readonly rescue: string | null;
  /** Files with what the original, or a replacement that was taken down, had logged. */
  readonly logs: readonly string[];
  readonly backup: Context['backup'];
  /** Going back is what was asked for: a run that undoes another, or one that `--back` answered. */
  readonly askedBack: boolean;
  /** The open run that this one is a part of, and that goes on with it; null: none. */
  readonly partOf: string | null;
  /** The later run that put the kept backup back; null for none. */
  readonly undoneBy: string | null;
  /** Why the journal cannot be used; null for one that can. */
  readonly problem: Failure | null;
}

/** A run as its journal has it; `snapshot` and `last` are null where the journal cannot be used. */
export interface StoredRun {
  readonly folder: RunFolder;
  readonly snapshot: Snapshot | null;
  readonly last: JournalLine | null;
  /** Where the last whole line ends, in bytes. */
  readonly end: number;
  readonly problem: Failure | null;
}

export function readRun(folder: RunFolder): StoredRun {
  const { lines, end, problem } = folder.readLast();
  const last = lines.at(-1) ?? null;
  const rescueHint = folder.hasRescue()
    ? `${folder.rescueFiles[1]} puts the original back by hand`
    : null;
  const unusable = (failure: Failure): StoredRun => ({
    folder,
    snapshot: null,
    last,
    end,
    problem: { ...failure, hint: failure.hint ?? rescueHint },
  });
  if (problem !== null || last === null || last.runId !== folder.runId) {
    return unusable({
      code: 'journal-invalid',
      message: `the journal of run ${folder.runId} cannot be used: ${problem ?? 'it is of another run'}`,
      hint: null,
    });
  }
  try {
    return { folder, snapshot: rehydrated(last), last, end, problem: null };
  } catch (error) {
    if (error instanceof GraftError) return unusable(error.failure);
    throw error;
  }
}

/** Every run in the state folder, newest first. @throws GraftError `state-dir` */
export function storedRuns(stateDir: string): StoredRun[] {
  return runIds(stateDir).map((id) => readRun(new RunFolder(stateDir, id)));
}

/**
 * Every run in the state folder, newest first, in a form to be shown.
 * @throws GraftError `state-dir` where the folder is not ours alone, or cannot be read; `no-flock`
 *   where it cannot be told whether a run is at work
 */
export async function listRuns(stateDir: string): Promise<RunSummary[]> {
  await sweepUnbegun(stateDir);
  const runs = storedRuns(stateDir);
  const undone = new Map<string, string>();
  const undoes = new Map(
    runs.map(({ folder, snapshot }) => [folder.runId, snapshot?.context.undoes ?? null]),
  );
  for (const { snapshot } of runs) {
    const context = snapshot?.context;
    if (context?.outcome !== 'rolledBack') continue;
    // An undoing that ended half way is undone with what it was to undo.
    for (let id = context.undoes; id !== null && !undone.has(id); id = undoes.get(id) ?? null)
      undone.set(id, context.runId);
  }
  return Promise.all(runs.map((run) => summary(run, undone.get(run.folder.runId) ?? null)));
}

async function summary(run: StoredRun, undoneBy: string | null): Promise<RunSummary> {
  const { folder, snapshot, last, problem } = run;
  const context: Context | null = snapshot?.context ?? null;
  const ended = endOf(run);
  return {
    runId: folder.runId,
    name: context?.original?.name ?? context?.target ?? null,
    sandbox: context?.gateway?.sandbox ?? null,
    engineId: context?.engineId ?? null,
    originalId: context?.original?.id ?? null,
    replacementId: context?.replacement?.id ?? null,
    beganAt: context === null ? null : new Date(context.beganAt).toISOString(),
    updatedAt: last?.at ?? null,
    state: snapshot === null ? null : stateName(snapshot.value),
    meta: snapshot === null ? null : stateMetaOf(snapshot).meta,
    outcome: context?.outcome ?? ended,
    reason: context?.reason ?? null,
    question: context?.question ?? null,
    // Asking costs a process; of a run that is over nobody asks.
    holder: ended === null && (await isLocked(folder.lockFile)) ? 'alive' : 'gone',
    journal: folder.journalFile,
    rescue: folder.hasRescue() ? folder.rescueFiles[1] : null,
    logs: folder.keptLogs(),
    backup: context !== null && context.changed ? context.backup : null,
    askedBack: context !== null && (context.intent === 'undo' || context.choice === 'back'),
    partOf: openWholeOf(run, folder.stateDir),
    undoneBy,
    // A run that has ended needs no machine that can read it.
    problem: ended === null ? problem : null,
  };
}

/** The run that one is a part of, as long as that is not over; null: it stands by itself. */
export function openWholeOf({ snapshot }: StoredRun, stateDir: string): string | null {
  const of = snapshot?.context.rejoin?.of ?? null;
  const whole = of === null ? null : recordedRun(stateDir, of);
  return whole !== null && readRun(whole).snapshot?.status === 'active' ? of : null;
}

/** Whether the run that a claim names has ended, as far as this state folder knows. */
export function isRunOver(holder: Holder, stateDir: string): boolean {
  const folder = folderOf(holder, stateDir);
  if (folder === null || !folder.exists()) return false;
  return endOf(readRun(folder)) !== null;
}

/** How a run has ended; it needs no machine that can read the rest. Null: it has not. */
const endOf = ({ last }: StoredRun): Outcome | null =>
  outcomeSchema.safeParse(last?.state).data ?? null;

/** Whether a finished run left its backup, kept or leaked, and nobody has put it back since. */
export function findKeptBackup(
  stateDir: string,
  originalId: string,
): { readonly runId: string; readonly name: string } | null {
  for (const { snapshot, folder } of storedRuns(stateDir)) {
    const context = snapshot?.context;
    if (context?.original?.id !== originalId || !context.changed) continue;
    if (context.outcome !== 'grafted' || context.backup?.removed !== false) return null;
    return { runId: folder.runId, name: context.original.name };
  }
  return null;
}
