/** The composition root: what the command line and the library call. */
import type { Context, Failure, Options } from '../machines/index.js';
import { inputFor } from './composition/begun.js';
import { runNew } from './composition/new-run.js';
import { partRuns } from './composition/parts.js';
import { resumed } from './composition/resumed.js';
import { viewFor } from './composition/backups.js';
import { backupGone, clearAfter, placeGone, targetOf, wayBackFor } from './composition/undo.js';
import type { WayBack } from './composition/undo.js';
import { engineOf, gatewayOf, workplace } from './composition/workplace.js';
import { systemClock } from './clock.js';
import { failure, orFailure } from './errors.js';
import { emptyReport, reportOf } from './report.js';
import type { Report } from './report.js';
import { driveNew } from './runtime/driver.js';
import type { Journal } from './runtime/journal.js';
import { newRunId } from './runtime/run-id.js';
import { openWholeOf, readRun, storedRuns } from './runtime/runs.js';
import { stateName } from './runtime/state-name.js';
import { RunFolder, recordedRun } from './runtime/store.js';
import type { Session } from './session.js';

export { listRuns } from './runtime/runs.js';
export { diagnoseContainer } from './composition/on-demand.js';
export type { OnDemand } from './composition/on-demand.js';
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
  const whole = openWholeOf(readRun(held.folder), session.stateDir);
  if (whole !== null) {
    held.lock.release();
    return emptyReport('refused', partOf(runId, whole));
  }
  return (await resumed(held, choice, session, partRuns(session))).report;
}

const partOf = (runId: string, whole: string): Failure =>
  failure(
    'part-of-run',
    `run ${runId} is a part of run ${whole}, which goes on with it`,
    `gpugraft recover ${whole}`,
  ).failure;

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
  const openshell = gatewayOf(session);
  const parts = partRuns(session);
  const place = workplace({ session: quiet, folder, journal, docker, openshell, parts });
  try {
    const input = inputFor({ target, options, undo: null, rejoin: null }, folder);
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
