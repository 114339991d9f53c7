/** What a rollback of a container has to do, from the runs on record. Pure. */
import { layerMark } from '../../machines/index.js';
import type { Context, Failure, Undo } from '../../machines/index.js';
import { failure } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';
import type { StoredRun } from '../runtime/runs.js';

/**
 * `goBack`: the last run was interrupted before its decision, and turns back. `completeFirst`: it was
 * confirmed and keeps its backup, so it is ended as it was decided, and then undone. `undo`: it is over.
 */
export type WayBack =
  | { readonly kind: 'refuse'; readonly report: Report }
  | { readonly kind: 'goBack'; readonly runId: string }
  | { readonly kind: 'completeFirst'; readonly runId: string }
  | { readonly kind: 'undo'; readonly undo: Undo };

/**
 * @param runs those on record, newest first
 * @param engineId the engine that answers; null: none does, and the run itself will say so
 */
export function wayBackFor(
  target: string,
  runs: readonly StoredRun[],
  engineId: string | null,
): WayBack {
  const concerned = runs.filter(({ snapshot }) => concerns(snapshot?.context, target));
  const here = concerned.filter(
    ({ snapshot }) => engineId === null || snapshot?.context.engineId === engineId,
  );
  const refuse = (report: Report): WayBack => ({ kind: 'refuse', report });
  const [newest, ...older] = here.flatMap((run) =>
    run.snapshot === null ? [] : [{ ...run, snapshot: run.snapshot }],
  );
  if (newest === undefined) {
    return refuse(
      concerned.length > 0
        ? otherEngine(target)
        : nothingToUndo(target, 'no run on it has changed anything'),
    );
  }
  const { context, status } = newest.snapshot;
  const { runId } = newest.folder;
  if (status === 'active') {
    // A confirmed one refuses to go back, but only its lock tells whether it is at work.
    const isKept = context.confirmed && context.options.keepBackup;
    return { kind: isKept ? 'completeFirst' : 'goBack', runId };
  }
  const undo = undoFrom(
    context,
    older.map(({ snapshot }) => snapshot.context),
  );
  if (undo !== null) return { kind: 'undo', undo };
  const end = `its last run ended ${context.outcome ?? 'open'} and left no backup`;
  return refuse(nothingToUndo(target, end));
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

/**
 * What can be put back for a container, from the runs on it, newest first. A graft that kept
 * nothing, or that was rolled back, hides no backup that an earlier one kept: what it began with
 * was that one's replacement. Whatever stands there now is what the backup takes the place of.
 * @param newest the last run that changed something; one that has ended
 */
function undoFrom(newest: Context, older: readonly Context[]): Undo | null {
  const { original, replacement, outcome } = newest;
  const current = outcome === 'rolledBack' ? original?.id : replacement?.id;
  if (current === undefined || current === null) return null;
  let run = newest;
  for (const earlier of [newest, ...older]) {
    if (earlier !== newest && earlier.replacement?.id !== run.original?.id) continue;
    run = earlier;
    const undo = leftBy(run);
    if (undo !== null) return { ...undo, replacementId: current };
  }
  return null;
}

/** What one finished run left; null: nothing. */
function leftBy(context: Context): Undo | null {
  const { original, replacement, backup, engineId, outcome, carried, runId } = context;
  const left = outcome === 'stranded' || (outcome === 'grafted' && backup?.removed === false);
  if (!left || original === null || replacement?.id == null || backup === null || engineId === null)
    return null;
  return {
    runId,
    engineId,
    original,
    replacementId: replacement.id,
    backupName: backup.name,
    mode: context.mode,
    carriedImage: carried === null ? null : { mark: layerMark(runId), id: carried.imageId },
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

export const backupGone = ({ backupName, original }: Undo): Failure => ({
  code: 'no-way-back',
  message: `the backup ${backupName} (${original.id.slice(0, 12)}) is gone: somebody else removed it; ${original.name} was left alone`,
  hint: null,
});

const otherEngine = (target: string): Report =>
  emptyReport(
    'refused',
    failure(
      'other-engine',
      `another engine answers than the one on which ${target} was grafted`,
      'use the --context or --host that the graft was made with',
    ).failure,
    target,
  );
