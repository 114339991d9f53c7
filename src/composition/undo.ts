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

/** What a finished run left that can be put back; null: nothing. */
export function undoOf(context: Context): Undo | null {
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
