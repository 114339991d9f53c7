/** The composition root: what the command line and the library call. */
import * as os from 'node:os';
import { claimName } from '../machines/index.js';
import type { Context, Failure, Input, Options, Undo } from '../machines/index.js';
import { sameEngine } from './actors/support/reach.js';
import { holderOf, labelsOf } from './actors/support/labels.js';
import { standing } from './diagnostics/standing.js';
import {
  EngineAmbiguous,
  EngineAnswerInvalid,
  EngineRefused,
  EngineUnreachable,
} from './docker/errors.js';
import type { DockerPort } from './docker/port.js';
import { GraftError, JournalFailed, failure } from './errors.js';
import { emptyReport, reportOf } from './report.js';
import type { Report } from './report.js';
import { driveNew, driveOn } from './runtime/driver.js';
import type { DriverParts, Rest } from './runtime/driver.js';
import { FileJournal } from './runtime/journal.js';
import type { Journal } from './runtime/journal.js';
import { LazyJournal } from './runtime/lazy-journal.js';
import { newRunId } from './runtime/run-id.js';
import { readRun, storedRuns } from './runtime/runs.js';
import { stateName } from './runtime/state-name.js';
import { RunFolder } from './runtime/store.js';
import { systemClock } from './clock.js';
import type { Session } from './session.js';
import { engineOf, workplace } from './workplace.js';
import type { Workplace } from './workplace.js';

export { listRuns } from './runtime/runs.js';
export type { RunSummary } from './runtime/runs.js';

/**
 * Gives a container a GPU.
 * @param target a container's name or ID
 * @returns what happened, as the last look at the engine confirmed it; it throws only on a bug
 */
export function graft(target: string, options: Options, session: Session): Promise<Report> {
  return runNew({ target, options, undo: null }, session);
}

/**
 * Puts the original back: undoes the last graft of `target` whose backup is still there, as a new
 * run, or goes back in a run that was interrupted.
 */
export async function rollback(
  target: string,
  options: Options,
  session: Session,
): Promise<Report> {
  const found = storedRuns(session.stateDir).find(({ snapshot }) =>
    concerns(snapshot?.context, target),
  );
  const context = found?.snapshot?.context;
  if (found === undefined || context === undefined)
    return nothingToUndo(target, 'no run on it has changed anything');
  if (found.snapshot?.status === 'active') return recover(found.folder.runId, 'back', session);
  const undo = undoOf(context);
  if (undo === null)
    return nothingToUndo(
      target,
      `its last run ended ${context.outcome ?? 'open'} and left no backup`,
    );
  const report = await runNew({ target: undo.original.id, options, undo }, session);
  if (report.outcome === 'rolledBack') new RunFolder(session.stateDir, undo.runId).removeRescue();
  if (report.reason?.code === 'no-such-container') return { ...report, reason: backupGone(undo) };
  return report;
}

const backupGone = ({ backupName, original }: Undo): Failure => ({
  code: 'no-way-back',
  message: `the backup ${backupName} (${original.id.slice(0, 12)}) is gone: somebody else removed it; ${original.name} was left alone`,
  hint: null,
});

/**
 * Goes on with an interrupted run, or says again how a finished one ended.
 * @param choice the answer to what an earlier `recover` asked; null without one
 */
export async function recover(
  runId: string,
  choice: Context['choice'],
  session: Session,
): Promise<Report> {
  const folder = new RunFolder(session.stateDir, runId);
  if (!folder.exists())
    return emptyReport(
      'refused',
      failure('no-such-run', `there is no run ${runId}`, 'gpugraft runs lists them').failure,
    );
  const lock = await folder.lock();
  if (lock === null) {
    return emptyReport(
      'refused',
      failure(
        'busy',
        `run ${runId} is being worked on by another process`,
        'gpugraft status shows it',
      ).failure,
    );
  }
  const docker = engineOf(session, [lock.fd]);
  try {
    const { snapshot, last, end, problem } = readRun(folder);
    if (snapshot === null || last === null) {
      return emptyReport(
        'refused',
        problem ?? failure('journal-invalid', 'the journal is empty').failure,
      );
    }
    // Awaited here: it may look at the engine, whose connection closes behind it.
    if (snapshot.status !== 'active') return await finish({ snapshot, open: null }, folder, docker);
    const obstacle = await obstacleTo(snapshot.context, docker);
    if (obstacle !== null) return reportOf(snapshot.context, filesOf(folder), obstacle);
    const journal = FileJournal.resume(folder.journalFile, end);
    const place = workplace({ session, folder, journal, docker });
    return await driven(place, (parts) => driveOn(last, choice, parts), {
      folder,
      docker,
      journal,
    });
  } finally {
    await docker.close();
    lock.release();
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
  const journal: Journal = { append: () => ({ reserveWhole: true }), close: () => undefined };
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

interface NewRun {
  readonly target: string;
  readonly options: Options;
  readonly undo: Undo | null;
}

function inputFor({ target, options, undo }: NewRun, { runId, stateDir }: RunFolder): Input {
  return {
    runId,
    target,
    options,
    undo,
    holder: { runId, host: os.hostname(), pid: process.pid, stateDir },
    beganAt: systemClock.now(),
  };
}

async function runNew(run: NewRun, session: Session): Promise<Report> {
  const folder = new RunFolder(session.stateDir, newRunId(systemClock.now()));
  const lock = await folder.create().catch((error: unknown) => {
    if (error instanceof GraftError) return error.failure;
    throw error;
  });
  if (!('fd' in lock)) return emptyReport('refused', lock, run.target);
  const docker = engineOf(session, [lock.fd]);
  const journal = new LazyJournal(
    ({ state }) => /^(discovery\.|refused$|unchanged$)/.test(state),
    () => folder.createJournal(),
  );
  try {
    const place = workplace({ session, folder, journal, docker });
    const input = inputFor(run, folder);
    return await driven(place, (parts) => driveNew(input, parts), { folder, docker, journal });
  } finally {
    await docker.close();
    lock.release();
    if (!journal.isOnDisk) folder.remove();
  }
}

interface Site {
  readonly folder: RunFolder;
  readonly docker: DockerPort;
  readonly journal: Journal;
}

/** Drives a run and reports where it came to rest. A journal that fails leaves the run open where it stood. */
async function driven(
  place: Workplace,
  drive: (parts: DriverParts) => Promise<Rest>,
  { folder, docker, journal }: Site,
): Promise<Report> {
  try {
    const rest = await drive(place.parts);
    return await finish(rest, folder, docker);
  } catch (error) {
    if (!(error instanceof JournalFailed)) throw error;
    const last = place.last();
    if (last === null) return emptyReport('refused', error.failure);
    return reportOf(last.context, filesOf(folder), error.failure);
  } finally {
    journal.close();
  }
}

/** What is left to do once the machine rests: the rescue goes when no backup needs it, and a stranded run says what stands where. */
async function finish(
  { snapshot, open }: Rest,
  folder: RunFolder,
  docker: DockerPort,
): Promise<Report> {
  const { context } = snapshot;
  const over = snapshot.status !== 'active';
  if (over && !needsRescue(context)) folder.removeRescue();
  if (over) folder.completeSummary(`rolled_back=${rolledBackWord(context)}`);
  const report = reportOf(
    context,
    filesOf(folder),
    open ?? (over ? null : (context.question ?? stillOpen)),
  );
  if (report.outcome !== 'stranded') return report;
  return { ...report, warnings: [...report.warnings, ...(await standing(context, docker))] };
}

const stillOpen: Failure = {
  code: 'decision-needed',
  message: 'the run rests as it is',
  hint: 'gpugraft recover shows what is to be decided',
};

const needsRescue = ({ outcome, backup, changed }: Context): boolean =>
  changed && (outcome === 'stranded' || (outcome === 'grafted' && backup?.removed === false));

function rolledBackWord({ rolledBack }: Context): string {
  if (rolledBack === null) return 'no';
  return rolledBack ? 'yes' : 'failed';
}

const filesOf = (folder: RunFolder) => ({
  journal: folder.exists() ? folder.journalFile : null,
  rescue: folder.hasRescue() ? folder.rescueFiles[1] : null,
});

/** Why a run must not be gone on with: another engine answers, or another run has the claim by now. */
async function obstacleTo(
  { engineId, original, runId }: Context,
  docker: DockerPort,
): Promise<Failure | null> {
  try {
    await sameEngine({ docker, engineId });
    if (original === null) return null;
    const claim = await docker.inspectContainer(claimName(original.id));
    const holder = claim === null ? null : holderOf(labelsOf(claim));
    if (holder === null || holder.runId === runId) return null;
    return failure(
      'busy',
      `run ${holder.runId} (process ${holder.pid} on ${holder.host}) has the container now`,
    ).failure;
  } catch (error) {
    const known = [EngineUnreachable, EngineAmbiguous, EngineRefused, EngineAnswerInvalid];
    if (!(error instanceof Error) || !known.some((kind) => error instanceof kind)) throw error;
    const other = error instanceof EngineUnreachable && error.kind === 'other-engine';
    const code = other ? 'other-engine' : 'engine-unreachable';
    return failure(code, error.message, 'use the --context or --host that the run was begun with')
      .failure;
  }
}

/** Whether a run has changed something about the container that is meant: by name, by ID, or by the start of an ID. */
function concerns(context: Context | undefined, target: string): boolean {
  if (context?.original == null || !context.changed) return false;
  const ids = [context.original.id, context.replacement?.id ?? ''];
  return (
    context.original.name === target ||
    (target.length >= 12 && ids.some((id) => id.startsWith(target)))
  );
}

/** What a finished run left that can be put back; null: nothing. */
function undoOf(context: Context): Undo | null {
  const { original, replacement, backup, engineId, outcome } = context;
  const left = outcome === 'stranded' || (outcome === 'grafted' && backup?.removed === false);
  if (!left || original === null || replacement?.id == null || backup === null || engineId === null)
    return null;
  return {
    runId: context.runId,
    engineId,
    original,
    replacementId: replacement.id,
    backupName: backup.name,
    mode: context.mode,
  };
}

const nothingToUndo = (target: string, why: string): Report =>
  emptyReport(
    'refused',
    failure(
      'nothing-to-roll-back',
      `there is nothing to roll back for ${target}: ${why}`,
      'apply --keep-backup keeps what rollback needs',
    ).failure,
    target,
  );
