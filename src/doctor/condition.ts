/** In which condition a run on record is, and what may be done about it. Pure. */
import type { RecoveryRule } from '../../machines/index.js';
import type { RunSummary } from '../graft.js';

/**
 * `working`: a living process drives it. `interrupted`: its process is gone and it is not over.
 * `waiting`: it rests until a person decides. `stranded`: it is over, and not well.
 * `backup-kept`: it ended well and the backup still stands. `unreadable`: its journal cannot be
 * used. `over`: nothing is left to do.
 */
export type Condition =
  | 'working'
  | 'interrupted'
  | 'waiting'
  | 'stranded'
  | 'backup-kept'
  | 'unreadable'
  | 'over';

export function conditionOf(run: RunSummary): Condition {
  if (run.holder === 'alive') return 'working';
  if (run.problem !== null) return 'unreadable';
  if (isOpen(run)) return run.question === null ? 'interrupted' : 'waiting';
  if (run.undoneBy !== null) return 'over';
  if (run.outcome === 'stranded') return 'stranded';
  return run.outcome === 'grafted' && run.backup?.removed === false ? 'backup-kept' : 'over';
}

/** Not ended, as far as its journal can be read. */
export const isOpen = (run: RunSummary): boolean =>
  run.meta !== null && run.meta.onRecover !== 'over';

/** What `recover` does with an interrupted run, by the rule of the state in which it stands. */
export const ON_RECOVER: Readonly<Record<RecoveryRule, string>> = {
  withdraw: 'nothing was changed yet; recover removes what was prepared',
  assess: 'recover looks at both containers, then goes back, waits on, or asks you',
  resume: 'recover goes on where it stopped',
  over: 'nothing is left to do',
};
