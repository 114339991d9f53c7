/** The five ways in which a failed actor turns a run, shared by all phases. */
import type { Choice } from './vocabulary/choice.js';
import { failureOf } from './vocabulary/failure.js';

export interface Failed {
  readonly event: { readonly error: unknown };
}
const failed = ({ event }: Failed) => failureOf(event.error);

/** Nothing was created yet: the run simply ends. */
export const refuses = {
  target: '#graft.refused',
  actions: { type: 'recordRefused', params: failed },
} as const;

/** Before the first change: our litter is removed, and the run ends refused. */
export const withdraws = {
  target: '#graft.completion.withdrawing',
  actions: { type: 'recordReason', params: failed },
} as const;

/** After the first change: the one way in to the rollback. */
export const rollsBack = {
  target: '#graft.rollback',
  actions: { type: 'recordReason', params: failed },
} as const;

/** The way back itself failed: what stands where is said, and the rest is up to a person. */
export const strands = {
  target: '#graft.completion.clearing',
  actions: { type: 'recordStranded', params: failed },
} as const;

/** The way back cannot be begun: where nothing was changed either, the run was only refused. */
export const leavesAsItIs = [
  {
    guard: 'isUntouched',
    target: '#graft.completion.withdrawing',
    actions: { type: 'recordRefusedAfterAll', params: failed },
  },
  strands,
] as const;

/** The same where a container was started: the two are kept apart before anything else. */
export const strandsApart = {
  ...strands,
  target: '#graft.completion.keepingApart',
} as const;

/** A new process took over a run in which nothing was changed yet. */
export interface Recovered {
  readonly context: { readonly intent: 'graft' | 'undo' };
}

export const withdrawsOnRecovery = {
  target: '#graft.completion.withdrawing',
  actions: [
    {
      type: 'recordRecovery',
      params: ({ event }: { event: { choice: Choice | null } }) => ({
        choice: event.choice,
      }),
    },
    {
      type: 'recordReason',
      params: ({ context }: Recovered) => ({
        code: 'interrupted',
        message: 'the run was interrupted before anything was touched; nothing was changed',
        hint: `run gpugraft ${context.intent === 'undo' ? 'rollback' : 'apply'} again`,
      }),
    },
  ],
} as const;

/** A new process took over between the first change and the decision: both containers are looked at afresh. */
export const assessesOnRecovery = {
  target: '#graft.confirmation.assessingRecovery',
  actions: [withdrawsOnRecovery.actions[0]],
} as const;
