/** In which condition a run on record is, and what may be done about it. Pure. */
import type { RecoveryRule } from '../../machines/index.js';
import type { RunSummary, SeenRun } from '../graft.js';

/**
 * `working`: a living process drives it. `interrupted`: its process is gone and it is not over.
 * `waiting`: it rests until a person decides.
 * `deferred`: it rests until it is finalized. `stranded`: it is over, and not well.
 * `backup-kept`: it ended well and the backup still stands. `unreadable`: its journal cannot be
 * used. `over`: nothing is left to do.
 */
export type Condition =
  | 'working'
  | 'interrupted'
  | 'waiting'
  | 'deferred'
  | 'stranded'
  | 'backup-kept'
  | 'unreadable'
  | 'over';

export function conditionOf(run: RunSummary): Condition {
  if (run.holder === 'alive') return 'working';
  if (run.problem !== null) return 'unreadable';
  // Shown with the run that it is a part of.
  if (run.partOf !== null) return 'over';
  if (run.outcome === 'deferred') return 'deferred';
  if (isOpen(run)) return run.question === null ? 'interrupted' : 'waiting';
  if (run.undoneBy !== null) return 'over';
  if (run.outcome === 'stranded') return 'stranded';
  return run.outcome === 'grafted' && run.backup?.removed === false ? 'backup-kept' : 'over';
}

/**
 * What a look at the backup adds. `restored`: somebody has put the original back beside a graft that
 * ended well. `backup-gone`: somebody removed it, and the rescue that it had is still on disk.
 */
export type SeenCondition = Condition | 'restored' | 'backup-gone';

export function seenConditionOf(run: SeenRun): SeenCondition {
  const condition = conditionOf(run);
  if (condition !== 'backup-kept') return condition;
  if (run.seen === 'gone') return run.rescue === null ? 'over' : 'backup-gone';
  return run.seen === 'restored' ? 'restored' : condition;
}

/** Not ended, as far as its journal can be read, and nobody else's part. */
export const isOpen = (run: RunSummary): boolean =>
  run.partOf === null && run.meta !== null && run.meta.onRecover !== 'over';

/** What `recover` does with an interrupted run, by the rule of the state in which it stands. */
export const ON_RECOVER: Readonly<Record<RecoveryRule, string>> = {
  withdraw: 'nothing was changed yet; recover removes what was prepared',
  assess: 'recover looks at both containers, then goes back, waits on, or asks you',
  resume: 'recover goes on where it stopped',
  over: 'nothing is left to do',
};
