import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { proofUnstarted } from '../stopped.js';
import { assessment } from './assessment.js';
import { handover } from './handover.js';
import { forward, reattaching } from './reattachment.js';
import { assessesOnRecovery, rollsBack } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';

const cancelsAtOnce = {
  target: '#graft.rollback',
  actions: {
    type: 'recordCancel',
    params: ({ event }: { event: { by: string } }) => ({ by: event.by }),
  },
} as const;

/** Watches the replacement until it is confirmed, or turns back. The debounce lives here. */
export const confirmation = graftSetup.createStateConfig({
  description:
    'The replacement has been started, unless the original did not run; the original stands by under its backup name. It ends with the decision, durable, that the replacement stays, or with the way back.',
  meta: {
    step: 'waiting for the replacement',
    undo: 'stop and remove the replacement, put the original back and start it',
    cause: 'a started container is not yet a working one',
    onRecover: 'assess',
  },
  initial: 'watchingContainer',
  always: { guard: 'isCancelled', target: '#graft.rollback' },
  on: { RECOVER: assessesOnRecovery },
  states: {
    watchingContainer: {
      description: 'The replacement is seen to run, or what ended it is the reason for going back.',
      meta: {
        step: 'seeing that it runs',
        undo: 'put the original back',
        cause: 'a start that was answered may still have failed',
        onRecover: 'assess',
      },
      on: { CANCEL: cancelsAtOnce },
      invoke: {
        id: 'watchContainer',
        src: 'watchContainer',
        input: ({ context }) => ({ id: facts.replacementIdOf(context), epoch: context.epoch }),
        onDone: [
          // Its layer was looked at before it went.
          {
            guard: { type: 'isUpInItsPlace', params: ({ event }) => event.output },
            target: 'provingGpu',
          },
          // What was committed after the stop is whole.
          {
            guard: { type: 'isUpWithLayer', params: ({ event }) => event.output },
            target: 'provingGpu',
          },
          { guard: { type: 'isUp', params: ({ event }) => event.output }, target: 'checkingLayer' },
          {
            target: '#graft.rollback',
            actions: {
              type: 'recordReason',
              params: ({ event }) =>
                event.output.verdict === 'down'
                  ? event.output.reason
                  : failures.definiteFailure('it is not up'),
            },
          },
        ],
        onError: rollsBack,
      },
    },
    checkingLayer: {
      description:
        "The original's writable layer is looked at once more, now that nothing writes to it. It is as it was screened, or the replacement is made again with it, or the run goes back. The original still holds every file, so this costs no downtime.",
      meta: {
        step: 'checking the writable layer of the original',
        undo: 'put the original back',
        cause: 'what was written since it was screened belongs to the replacement too',
        onRecover: 'assess',
      },
      on: { CANCEL: cancelsAtOnce },
      invoke: {
        id: 'checkLayer',
        src: 'checkLayer',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          layer: context.options.layer,
        }),
        onDone: [
          {
            guard: { type: 'isLayerToCarry', params: ({ event }) => event.output },
            target: '#graft.cutover.stoppingUnfit',
          },
          {
            guard: { type: 'isLayerDirty', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: {
              type: 'recordReason',
              params: ({ context, event }) =>
                failures.layerWrittenFailure(context, event.output.dirty),
            },
          },
          { guard: 'isOriginalStopped', target: 'inspectingStopped' },
          { target: 'provingGpu' },
        ],
        onError: rollsBack,
      },
    },
    inspectingStopped: {
      description:
        'The original did not run, so the replacement is not started. Both are looked at, with names, restart policy and GPU request, the original still down. All in place confirms; anything else goes back.',
      meta: {
        step: 'seeing that all is in place',
        undo: 'remove the replacement and rename the original back',
        cause: 'what did not run is not started: the inspect is all that can be shown',
        onRecover: 'assess',
      },
      on: { CANCEL: cancelsAtOnce },
      invoke: {
        id: 'inspectStopped',
        src: 'inspectStopped',
        input: ({ context }) => ({
          original: facts.originalOf(context),
          replacementId: facts.replacementIdOf(context),
          backupName: facts.backupNameOf(context),
          mode: facts.requestOf(context).mode,
          devices: context.options.devices,
        }),
        onDone: [
          {
            guard: { type: 'isAmiss', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: {
              type: 'recordReason',
              params: ({ event }) =>
                failureOf(event.output.verdict === 'amiss' ? event.output.reason : null),
            },
          },
          {
            target: 'reattaching',
            actions: {
              type: 'recordRequested',
              params: ({ context }) => proofUnstarted(facts.requestOf(context).mode),
            },
          },
        ],
        onError: rollsBack,
      },
    },
    provingGpu: {
      description:
        'The GPU request, or that there is none, is read from the running container and, where the image or the injection brings it, nvidia-smi is run. It ends proven, as far as it could be shown, or disproven.',
      meta: {
        step: 'checking the GPU',
        undo: 'put the original back',
        cause: 'what was asked for must be what the container has',
        onRecover: 'assess',
      },
      invoke: {
        id: 'proveGpu',
        src: 'proveGpu',
        input: ({ context }) => ({
          id: facts.replacementIdOf(context),
          epoch: context.epoch,
          mode: facts.requestOf(context).mode,
          devices: context.options.devices,
          gpuProof: context.options.gpuProof,
        }),
        onDone: [
          {
            guard: { type: 'isDisproven', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: {
              type: 'recordReason',
              params: ({ event }) =>
                event.output.verdict === 'disproven'
                  ? event.output.reason
                  : failures.definiteFailure('the GPU access was not proven'),
            },
          },
          {
            target: 'handingOver',
            actions: {
              type: 'recordProof',
              params: ({ event }) => {
                if (event.output.verdict !== 'proven') throw new Error('not proven');
                return { proof: event.output.proof, warnings: event.output.warnings };
              },
            },
          },
        ],
        onError: rollsBack,
      },
    },
    pollingSupervisor: {
      description:
        'The readiness source is asked once. Ready confirms; a definite failure, an error that makes the debounce full, or a passed deadline goes back; anything else waits for the next poll.',
      meta: {
        step: 'asking whether it is ready',
        undo: 'put the original back',
        cause: 'only what the supervisor inside says counts as ready',
        onRecover: 'assess',
      },
      on: { CANCEL: cancelsAtOnce },
      invoke: {
        id: 'pollSupervisor',
        src: 'pollSupervisor',
        input: ({ context }) => ({
          ...facts.pairOf(context),
          ready: context.options.ready,
          readyCommand: context.options.readyCommand,
          gateway: context.gateway,
          polls: context.wait.polls,
          stableForMs: context.options.stableForMs,
          deadlineAt: facts.known(context.wait.deadlineAt, 'the deadline'),
          upSinceAt: facts.known(context.upSinceAt, 'since when it is up'),
          startedAt: context.replacement?.startedAt ?? null,
          acceptedRestarts: context.acceptedRestarts,
          epoch: context.epoch,
        }),
        onDone: [
          {
            guard: { type: 'isReady', params: ({ event }) => event.output },
            target: 'reattaching',
            actions: { type: 'recordPoll', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'isDefiniteFailure', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: [
              { type: 'recordPoll', params: ({ event }) => event.output },
              {
                type: 'recordReason',
                params: ({ event }) => failures.definiteFailure(event.output.reason),
              },
            ],
          },
          {
            guard: { type: 'isDebouncedOut', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: [
              { type: 'recordPoll', params: ({ event }) => event.output },
              {
                type: 'recordReason',
                params: ({ context, event }) =>
                  failures.debouncedFailure(context, event.output.reason),
              },
            ],
          },
          {
            guard: { type: 'isWaitOver', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: [
              { type: 'recordPoll', params: ({ event }) => event.output },
              {
                type: 'recordReason',
                params: ({ context, event }) =>
                  failures.timeoutFailure(context, event.output.reason),
              },
            ],
          },
          {
            guard: { type: 'isInterruptedWithRestartLeft', params: ({ event }) => event.output },
            target: '#graft.cutover.startingReplacement',
            actions: [{ type: 'recordPoll', params: ({ event }) => event.output }, 'recordRestart'],
          },
          {
            guard: { type: 'isInterrupted', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: [
              { type: 'recordPoll', params: ({ event }) => event.output },
              {
                type: 'recordReason',
                params: ({ context, event }) =>
                  failures.interruptedFailure(context, event.output.reason),
              },
            ],
          },
          {
            target: 'pausingBetweenPolls',
            actions: { type: 'recordPoll', params: ({ event }) => event.output },
          },
        ],
        onError: rollsBack,
      },
    },
    pausingBetweenPolls: {
      description: 'The poll interval is waited out, never past the deadline.',
      meta: {
        step: 'waiting for the next poll',
        undo: 'put the original back',
        cause: 'errors are debounced: a supervisor needs time to come back',
        onRecover: 'assess',
      },
      on: { CANCEL: cancelsAtOnce },
      invoke: {
        id: 'pauseBetweenPolls',
        src: 'pauseBetweenPolls',
        input: ({ context }) => ({
          ms: context.options.pollIntervalMs,
          deadlineAt: facts.known(context.wait.deadlineAt, 'the deadline'),
        }),
        onDone: { target: 'pollingSupervisor' },
        onError: rollsBack,
      },
    },
    ...handover,
    reattaching: reattaching(forward),
    ...assessment,
  },
});
