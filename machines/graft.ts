/**
 * The statechart of one graft: seven phases and five ends. It is pure; the driver in
 * `src/runtime/` journals each of its steps before it runs the step's actor.
 */
import { completion } from './phases/completion.js';
import { confirmation } from './phases/confirmation.js';
import { cutover } from './phases/cutover.js';
import { discovery } from './phases/discovery.js';
import { preparation } from './phases/preparation.js';
import { rollback } from './phases/rollback.js';
import { selection } from './phases/selection.js';
import { graftSetup } from './setup.js';
import { initialContext } from './initial.js';

const over = (step: string, cause: string) => ({
  step,
  undo: null,
  cause,
  onRecover: 'over' as const,
});

export const graftMachine = graftSetup.createMachine({
  id: 'graft',
  description:
    'Puts a container that differs by its GPU access alone in the place of one that exists.',
  meta: {
    step: 'grafting',
    undo: null,
    cause: 'Docker cannot change the GPU access of a container that exists',
    onRecover: 'resume',
  },
  version: '6',
  context: ({ input }) => initialContext(input),
  initial: 'discovery',
  on: {
    CANCEL: {
      actions: { type: 'recordCancel', params: ({ event }) => ({ by: event.by }) },
    },
  },
  states: {
    discovery,
    selection,
    preparation,
    cutover,
    confirmation,
    completion,
    rollback,
    grafted: {
      type: 'final',
      description:
        'The replacement stands under the name of the original, with the GPU access that was asked for, running if the original ran; verified.',
      meta: over('grafted', 'the replacement was confirmed and verified'),
    },
    unchanged: {
      type: 'final',
      description:
        'The container has the GPU access that was asked for already. Nothing was changed.',
      meta: over('unchanged', 'its GPU access is as it was asked for'),
    },
    refused: {
      type: 'final',
      description: 'The run ended before the first change. The original is as it was.',
      meta: over('refused', 'the reason says why'),
    },
    rolledBack: {
      type: 'final',
      description:
        'The original stands under its name, with its restart policy, running if it ran; verified.',
      meta: over('rolled back', 'the reason says why'),
    },
    stranded: {
      type: 'final',
      description:
        'The run could not reach a good end by itself. Nothing that is needed to go back was deleted, and the commands that finish the job are named.',
      meta: over('stranded', 'the reasons say why'),
    },
  },
});
