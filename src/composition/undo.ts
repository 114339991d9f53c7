/** What a finished run left that a rollback can put back. Pure. */
import type { Context, Failure, Undo } from '../../machines/index.js';
import { failure } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';

/** Whether a run has changed something about the container that is meant: by name, by ID, or by the start of an ID. */
export function concerns(context: Context | undefined, target: string): boolean {
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
export function undoFrom(newest: Context, older: readonly Context[]): Undo | null {
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

export const nothingToUndo = (target: string, why: string): Report =>
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
