import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { failureOf } from '../vocabulary/failure.js';

/** The states of confirmation in which a run that was taken over is looked at afresh, and a person asked. */
export const assessment = {
  assessingRecovery: graftSetup.createStateConfig({
    description:
      'A new process took the run over. Both containers are looked at afresh: back while nothing of worth is lost by it, on with the wait while its deadline has not passed, otherwise a person is asked.',
    meta: {
      step: 'looking at what an interrupted run left',
      undo: null,
      cause: 'the world may have moved on while nobody drove the run',
      onRecover: 'assess',
    },
    // Whoever interrupts the look leaves the run as it is; nothing is decided by that.
    on: { CANCEL: { target: '#graft.confirmation.awaitingDecision' } },
    invoke: {
      id: 'assessRecovery',
      src: 'assessRecovery',
      input: ({ context }) => ({
        original: facts.originalOf(context),
        replacementId: context.replacement?.id ?? null,
        startAsked: context.replacement?.startAsked ?? false,
        deadlineAt: context.wait.deadlineAt,
        readyTimeoutMs: context.options.readyTimeoutMs,
      }),
      onDone: [
        {
          guard: { type: 'isBothGone', params: ({ event }) => event.output },
          target: '#graft.completion.clearing',
          actions: { type: 'recordStranded', params: ({ event }) => event.output.reason },
        },
        {
          guard: { type: 'isChoice', params: { choice: 'abandon' } },
          target: '#graft.completion.clearing',
          actions: {
            type: 'recordStranded',
            params: ({ context }) => failures.abandonedFailure(context),
          },
        },
        {
          guard: { type: 'isWayBackTaken', params: ({ event }) => event.output },
          target: '#graft.rollback',
          actions: [
            {
              type: 'recordReason',
              params: ({ context, event }) =>
                event.output.situation === 'back'
                  ? event.output.reason
                  : failures.askedBackFailure(context),
            },
            'recordNothingToKeep',
          ],
        },
        {
          guard: { type: 'isForwardChosen', params: ({ event }) => event.output },
          target: '#graft.confirmation.watchingContainer',
          actions: [
            { type: 'recordWaitTakenOver', params: ({ event }) => event.output },
            {
              type: 'recordNewWait',
              params: ({ event }) => event.output,
            },
          ],
        },
        {
          guard: { type: 'isStillInTime', params: ({ event }) => event.output },
          target: '#graft.confirmation.watchingContainer',
          actions: { type: 'recordWaitTakenOver', params: ({ event }) => event.output },
        },
        {
          target: '#graft.confirmation.awaitingDecision',
          actions: { type: 'recordQuestion', params: ({ event }) => event.output.reason },
        },
      ],
      // A look that failed decides nothing.
      onError: {
        target: '#graft.confirmation.awaitingDecision',
        actions: { type: 'recordQuestion', params: ({ event }) => failureOf(event.error) },
      },
    },
  }),
  awaitingDecision: graftSetup.createStateConfig({
    description:
      'The run rests as it is: going back could lose what the replacement has written, going on could keep what nobody checked. A person decides with recover --forward, --back or --abandon.',
    on: { CANCEL: {} },
    meta: {
      step: 'waiting for your decision',
      undo: 'gpugraft recover --back puts the original back',
      cause: 'what cannot be known is asked, never guessed',
      onRecover: 'assess',
    },
  }),
} as const;
