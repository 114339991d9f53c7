/**
 * What every state says of itself beside its `description`. The diagram, `status`, `plan`, the
 * inspector and the journal's text speak from it; none of them knows a state by its name.
 */
export interface StateMeta {
  /** What a person is told while the state lasts: `stopping the original`. */
  readonly step: string;
  /** What takes the step back, in words; null where there is nothing to take back. */
  readonly undo: string | null;
  /** Why the step is needed, in words; `plan` prints it. */
  readonly cause: string;
  /** What `recover` does with a run that was interrupted here. */
  readonly onRecover: RecoveryRule;
}

/**
 * - `withdraw`: nothing was changed yet; remove our litter and end `refused`.
 * - `assess`: look at both containers afresh, then go back, wait on, or ask.
 * - `resume`: run the state's convergent actor again and go on.
 * - `over`: the run has ended; there is nothing to recover.
 */
export type RecoveryRule = 'withdraw' | 'assess' | 'resume' | 'over';
