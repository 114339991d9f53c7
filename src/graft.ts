/** The composition root: what the command line and the library call. */
import type { Context, Options } from '../machines/index.js';
import { driven, finish, leftOpen } from './composition/driven.js';
import { inputFor, runNew } from './composition/new-run.js';
import { viewFor } from './composition/backups.js';
import { obstacleTo } from './composition/obstacle.js';
import { misplacedAnswer } from './composition/misplaced.js';
import { backupGone, clearAfter, placeGone, targetOf, wayBackFor } from './composition/undo.js';
import type { WayBack } from './composition/undo.js';
import { engineOf, workplace } from './composition/workplace.js';
import { systemClock } from './clock.js';
import { JournalFailed, failure, orFailure } from './errors.js';
import { emptyReport, reportOf } from './report.js';
import type { Report } from './report.js';
import { driveNew, driveOn } from './runtime/driver.js';
import { FileJournal } from './runtime/journal.js';
import type { Journal } from './runtime/journal.js';
import { newRunId } from './runtime/run-id.js';
import { readRun, storedRuns } from './runtime/runs.js';
import { stateName } from './runtime/state-name.js';
import { RunFolder, recordedRun } from './runtime/store.js';
import type { Session } from './session.js';

export { listRuns } from './runtime/runs.js';
export { withBackupsSeen } from './composition/backups.js';
export type { BackupSight, SeenRun } from './composition/backups.js';
export type { RunSummary } from './runtime/runs.js';

/**
 * Gives a container a GPU, or takes it away: `mode: 'none'`.
 * @param target a container's name or ID
 * @returns what happened, as the last look at the engine confirmed it; it throws only on a bug
 */
export function graft(target: string, options: Options, session: Session): Promise<Report> {
  return runNew({ target, options, undo: null }, session);
}

/**
 * Puts the original back: undoes the last graft of `target` whose backup is still there, as a new
 * run, or goes back in a run that was interrupted.
 * @returns as {@link graft}: also that the state folder cannot be used is a refusal
 */
export async function rollback(
  target: string,
  options: Options,
  session: Session,
): Promise<Report> {
  const find = async (): Promise<WayBack> => {
    const runs = await orFailure(() => storedRuns(session.stateDir));
    if (!Array.isArray(runs)) {
      return { kind: 'refuse', report: emptyReport('refused', runs, target) };
    }
    const view = await viewFor(runs, session);
    clearAfter(runs, view);
    return wayBackFor(target, runs, view);
  };
  let way = await find();
  if (way.kind === 'completeFirst') {
    const completed = await recover(way.runId, null, session);
    if (completed.outcome !== 'grafted' && completed.outcome !== 'stranded') return completed;
    way = await find();
    // Still open: an engine that went silent once more, for one.
    if (way.kind === 'completeFirst') return completed;
  }
  if (way.kind === 'refuse') return way.report;
  if (way.kind === 'goBack') return recover(way.runId, 'back', session);
  const { undo } = way;
  const report = await runNew({ target: targetOf(undo), options, undo }, session);
  if (report.reason?.code !== 'no-such-container') return report;
  const left = new RunFolder(session.stateDir, undo.runId);
  return { ...report, reason: undo.snapshot === null ? backupGone(undo) : placeGone(undo, left) };
}

/**
 * Goes on with an interrupted run, or says again how a finished one ended.
 * @param choice the answer to what an earlier `recover` asked; null without one
 * @returns as {@link graft}
 */
export async function recover(
  runId: string,
  choice: Context['choice'],
  session: Session,
): Promise<Report> {
  const held = await orFailure(() => heldRun(session.stateDir, runId));
  if (!('lock' in held)) return emptyReport('refused', held);
  const { folder, lock } = held;
  const docker = engineOf(session, [lock.fd]);
  try {
    const { snapshot, last, end, problem } = readRun(folder);
    if (snapshot === null || last === null) {
      return emptyReport(
        'refused',
        problem ?? failure('journal-invalid', 'the journal is empty').failure,
      );
    }
    const misplaced = misplacedAnswer(choice, snapshot);
    if (misplaced !== null) return misplaced;
    const site = { folder, docker, engine: session };
    // Awaited here: it may look at the engine, whose connection closes behind it.
    if (snapshot.status !== 'active') return await finish({ snapshot, open: null }, site);
    const obstacle = await obstacleTo(snapshot.context, docker, session.stateDir);
    if (obstacle !== null) return await leftOpen(snapshot.context, obstacle, site);
    const journal = resumedJournal(folder, end);
    if (journal instanceof JournalFailed) {
      return await leftOpen(snapshot.context, journal.failure, site);
    }
    const place = workplace({ session, folder, journal, docker });
    return await driven(place, (parts) => driveOn(last, choice, parts), { ...site, journal });
  } finally {
    await docker.close();
    lock.release();
  }
}

/** @throws GraftError `no-such-run` `busy` `state-dir` `no-flock` */
async function heldRun(stateDir: string, runId: string) {
  const folder = recordedRun(stateDir, runId);
  if (folder === null)
    throw failure('no-such-run', `there is no run ${runId}`, 'gpugraft runs lists them');
  const lock = await folder.lock();
  if (lock !== null) return { folder, lock };
  throw failure(
    'busy',
    `run ${runId} is being worked on by another process`,
    'gpugraft status shows it',
  );
}

function resumedJournal(folder: RunFolder, end: number): Journal | JournalFailed {
  try {
    return FileJournal.resume(folder.journalFile, end);
  } catch (error) {
    if (error instanceof JournalFailed) return error;
    throw error;
  }
}

/** What `plan` found out. `report.outcome` is null where `apply` would go on. */
export interface PlanResult {
  readonly report: Report;
  readonly context: Context;
}

/** Screens the container and proves the candidate modes with probes, then stops: no claim, no change, no journal. */
export async function plan(
  target: string,
  options: Options,
  session: Session,
): Promise<PlanResult> {
  const folder = new RunFolder(session.stateDir, newRunId(systemClock.now()));
  const docker = engineOf(session);
  const journal: Journal = { append: () => ({ trouble: null }), close: () => undefined };
  const quiet: Session = {
    ...session,
    // The state at which it stops is entered, but nothing of it is done.
    onProgress: (progress) => {
      if (!isBeyondPlan(progress.state)) session.onProgress?.(progress);
    },
  };
  const place = workplace({ session: quiet, folder, journal, docker });
  try {
    const input = inputFor({ target, options, undo: null }, folder);
    const { snapshot, open } = await driveNew(input, {
      ...place.parts,
      until: ({ value }) => isBeyondPlan(stateName(value)),
    });
    return {
      report: reportOf(snapshot.context, { journal: null, rescue: null }, open),
      context: snapshot.context,
    };
  } finally {
    await docker.close();
  }
}

const isBeyondPlan = (state: string): boolean => state.startsWith('preparation.');
