import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as dependents from '../dependents.js';
import { failureOf } from '../vocabulary/failure.js';
import type { Failed } from '../turns.js';
import type { Context } from '../vocabulary/context.js';

export interface FailedIn extends Failed {
  readonly context: Context;
}

/**
 * What depends on the container is attached again to what has its place now. It stands in three
 * phases: `forward` in the confirmation, where the replacement is ready and a failure goes back;
 * `again` in the completion, where it had to be started once more; `back` in the rollback, where the
 * original is back already. There a failure is said and no more.
 */
export const forward = {
  /** Ends the names of the invocations, which are unique in the machine. */
  suffix: '',
  way: 'forward',
  next: { target: '#graft.completion', actions: 'recordConfirmed' },
  fails: [
    { guard: 'isCancelled', target: '#graft.rollback' },
    {
      target: '#graft.rollback',
      actions: {
        type: 'recordReason',
        params: ({ context, event }: FailedIn) =>
          dependents.dependentFailure(context, failureOf(event.error)),
      },
    },
  ],
  meta: {
    undo: 'put the original back, and attach them to it again',
    onRecover: 'assess',
  },
} as const;
const isSaid = [
  {
    target: 'choosingDependent',
    actions: { type: 'recordUnattached', params: ({ event }: Failed) => failureOf(event.error) },
  },
] as const;
export const again = {
  suffix: 'Again',
  way: 'forward',
  next: { target: '#graft.completion.resumingCompletion' },
  fails: isSaid,
  meta: { undo: null, onRecover: 'resume' },
} as const;
export const back = {
  suffix: 'Late',
  way: 'back',
  next: { target: '#graft.completion.clearing' },
  fails: isSaid,
  meta: { undo: null, onRecover: 'resume' },
} as const;

export const reattaching = (where: typeof forward | typeof again | typeof back) =>
  graftSetup.createStateConfig({
    description:
      'Containers that depend on it are attached again to what stands under its name now, one at a time. It ends when none is left.',
    meta: {
      ...where.meta,
      step: 'attaching dependents again',
      cause: 'what joined the container that had the name would go on with one that is gone',
    },
    entry: 'recordReattaching',
    initial: 'choosingDependent',
    states: {
      choosingDependent: {
        description: 'A moment without an act: another dependent is left, or all are attached.',
        meta: {
          ...where.meta,
          step: 'choosing the next dependent',
          cause: 'one container at a time',
        },
        always: [{ guard: 'isDependentLeft', target: 'reattachingDependent' }, where.next],
      },
      reattachingDependent: {
        description:
          'One dependent is restarted, or made again by a run of its own, whichever makes it depend on what has the name now. It runs if it ran.',
        meta: {
          ...where.meta,
          step: 'attaching a dependent again',
          cause: 'a namespace that is joined by ID, or linked, is that of one container for ever',
        },
        invoke: {
          id: `reattachDependent${where.suffix}`,
          src: 'reattachDependent',
          input: ({ context }) => facts.reattachmentOf(context, where.way),
          onDone: {
            target: 'choosingDependent',
            actions: { type: 'recordReattached', params: ({ event }) => event.output },
          },
          onError: where.fails,
        },
      },
    },
  });
