import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { leavesAsItIs, strands, strandsApart } from '../turns.js';
import { gatewayBack } from './gateway-back.js';
import { back, reattaching } from './reattachment.js';
import { recreation } from './recreation.js';
import { failureOf } from '../vocabulary/failure.js';
import { partedName } from '../vocabulary/names.js';

/** Puts the original back, and says rolled back only when an inspect has shown it. */
export const rollback = graftSetup.createStateConfig({
  description:
    'Something failed after the first change, or going back was asked for. The original gets its name, its restart policy and its running state back.',
  meta: {
    step: 'rolling back',
    undo: null,
    cause: 'the container that was found is never lost',
    onRecover: 'resume',
  },
  initial: 'turningBack',
  entry: {
    type: 'recordReason',
    params: ({ context }) => failures.failureSoFar(context),
  },
  states: {
    turningBack: {
      description:
        'A moment without an act: a replacement that a person chose to keep, or whose gateway was told to start it, stays, and a person is asked; any other run goes back.',
      meta: {
        step: 'turning back',
        undo: null,
        cause: 'what was decided by a person is undone by nobody else',
        onRecover: 'resume',
      },
      always: [
        {
          guard: 'isKeptByChoice',
          target: '#graft.confirmation.awaitingDecision',
          actions: 'recordKept',
        },
        {
          guard: 'isBeyondReturn',
          target: 'documentingFailure',
        },
        { target: 'provingWayBack' },
      ],
    },
    provingWayBack: {
      description:
        'The original is looked up by its ID, or, once it was removed, the image, the record and the volumes that it is made again from. Nothing is changed. If they are not there, the replacement is all that is left, and is left alone.',
      meta: {
        step: 'seeing that the original is there',
        undo: null,
        cause: 'nothing is taken down before what comes back is known to exist',
        onRecover: 'resume',
      },
      invoke: {
        id: 'proveWayBack',
        src: 'proveWayBack',
        input: ({ context }) => ({
          original: facts.originalOf(context),
          snapshot: context.backup?.snapshot ?? null,
          replacementId: context.replacement?.id ?? null,
          gateway: context.gateway,
        }),
        onDone: [
          {
            guard: { type: 'isWayBackMissingUntouched', params: ({ event }) => event.output },
            target: '#graft.completion.withdrawing',
            actions: {
              type: 'recordRefusedAfterAll',
              params: ({ event }) => failureOf(event.output.proven ? null : event.output.reason),
            },
          },
          {
            guard: { type: 'isWayBackMissing', params: ({ event }) => event.output },
            target: '#graft.completion.clearing',
            actions: {
              type: 'recordStranded',
              params: ({ event }) => failureOf(event.output.proven ? null : event.output.reason),
            },
          },
          {
            guard: { type: 'isStillThere', params: ({ event }) => event.output },
            target: 'beginning',
            actions: 'recordStillThere',
          },
          { target: 'beginning' },
        ],
        onError: leavesAsItIs,
      },
    },
    beginning: {
      description:
        'A moment without an act: the way back is proven, and begins at the gateway, with the original that is made again, or with a stop that may still land.',
      meta: {
        step: 'beginning the way back',
        undo: null,
        cause: 'what comes back decides what comes first',
        onRecover: 'resume',
      },
      always: [
        { guard: 'isToQuiesce', target: 'quiescingReplacement' },
        { guard: 'isRetired', target: 'recreatingOriginal' },
        { guard: 'isStopUnsettledAtGateway', target: 'settlingSandbox' },
        { guard: 'isStopUnsettled', target: 'settlingStop' },
        { target: 'collectingDiagnostics' },
      ],
    },
    ...gatewayBack,
    ...recreation,
    settlingStop: {
      description:
        'A stop of the original was asked for and its answer never seen. It is asked for again and waited out, so that it cannot land after the restart.',
      meta: {
        step: 'waiting out a stop that was under way',
        undo: null,
        cause: 'a call whose client is gone still happens',
        onRecover: 'resume',
      },
      invoke: {
        id: 'settleStop',
        src: 'settleStop',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          graceS: context.options.stopTimeoutS,
        }),
        onDone: {
          target: 'collectingDiagnostics',
          actions: { type: 'recordStopped', params: ({ event }) => event.output },
        },
        onError: strands,
      },
    },
    collectingDiagnostics: {
      description:
        'What the replacement looks like and what it logged last is written to the run folder, redacted, and beside it all that it logged, as it is. It ends in any case: a bundle that fails is only missing.',
      meta: {
        step: 'collecting diagnostics',
        undo: null,
        cause: 'the replacement is about to go, and its logs with it',
        onRecover: 'resume',
      },
      entry: 'recordFirstChange',
      invoke: {
        id: 'collectDiagnostics',
        src: 'collectDiagnostics',
        input: ({ context }) => ({
          original: facts.originalOf(context),
          replacementId: context.replacement?.id ?? null,
          gateway: context.gateway,
          reason: failures.failureSoFar(context),
          goes: true,
          again: context.diagnostics !== null,
        }),
        onDone: [
          {
            guard: 'isReplacementUnmade',
            target: 'restoringName',
            actions: { type: 'recordDiagnostics', params: ({ event }) => event.output },
          },
          {
            target: 'stoppingReplacement',
            actions: { type: 'recordDiagnostics', params: ({ event }) => event.output },
          },
        ],
        onError: [
          { guard: 'isReplacementUnmade', target: 'restoringName' },
          { target: 'stoppingReplacement' },
        ],
      },
    },
    stoppingReplacement: {
      description:
        'The original is seen to be there still, and the replacement is stopped, or seen to be down or gone. While it runs, the original is not started.',
      meta: {
        step: 'stopping the replacement',
        undo: null,
        cause: 'original and replacement never run together',
        onRecover: 'resume',
      },
      invoke: {
        id: 'stopReplacement',
        src: 'stopReplacement',
        input: ({ context }) => ({
          id: facts.replacementIdOf(context),
          originalId: facts.originalOf(context).id,
          graceS: context.options.stopTimeoutS,
        }),
        onDone: { target: 'disarmingReplacement' },
        onError: strands,
      },
    },
    disarmingReplacement: {
      description:
        'The replacement is down. Its restart policy is set to "no", so that it stays down whatever comes. One that a restart of the engine has brought back is removed as it is.',
      meta: {
        step: 'keeping the replacement down',
        undo: null,
        cause: 'a restart of the engine must not bring it back beside the original',
        onRecover: 'resume',
      },
      invoke: {
        id: 'disarmReplacement',
        src: 'disarmReplacement',
        input: ({ context }) => ({ id: facts.replacementIdOf(context) }),
        onDone: { target: 'removingReplacement' },
        onError: strands,
      },
    },
    removingReplacement: {
      description:
        'The original is seen to be there still, and the replacement, down and disarmed, is removed. If it cannot be, it is moved out of the way.',
      meta: {
        step: 'removing the replacement',
        undo: null,
        cause: 'it holds the name that the original gets back',
        onRecover: 'resume',
      },
      invoke: {
        id: 'removeReplacement',
        src: 'removeReplacement',
        input: ({ context }) => ({
          id: facts.replacementIdOf(context),
          originalId: facts.originalOf(context).id,
        }),
        onDone: { target: 'restoringName', actions: 'recordReplacementGone' },
        onError: { target: 'partingFromReplacement' },
      },
    },
    partingFromReplacement: {
      description:
        'The replacement cannot be removed, so it is renamed out of the way, down and disarmed. It is named as a leftover.',
      meta: {
        step: 'moving the replacement out of the way',
        undo: null,
        cause: 'it holds the name that the original gets back',
        onRecover: 'resume',
      },
      invoke: {
        id: 'partFromReplacement',
        src: 'partFromReplacement',
        input: ({ context }) => ({
          id: facts.replacementIdOf(context),
          originalId: facts.originalOf(context).id,
          name: partedName(facts.originalOf(context).name, context.runId),
        }),
        onDone: {
          target: 'restoringName',
          actions: {
            type: 'recordParted',
            params: ({ context }) => ({
              name: partedName(facts.originalOf(context).name, context.runId),
            }),
          },
        },
        onError: strands,
      },
    },
    restoringName: {
      description: 'The original is renamed back to its own name, which is free now.',
      meta: {
        step: 'giving the original its name back',
        undo: null,
        cause: 'whatever uses the container finds it by its name',
        onRecover: 'resume',
      },
      invoke: {
        id: 'restoreName',
        src: 'restoreName',
        input: ({ context }) => {
          const { id, name } = facts.originalOf(context);
          return { id, name };
        },
        onDone: { target: 'restoringPolicy' },
        onError: strands,
      },
    },
    restoringPolicy: {
      description: 'The original gets its own restart policy back, while it is still down.',
      meta: {
        step: 'restoring its restart policy',
        undo: null,
        cause: 'an update of a running container rewrites its cgroup',
        onRecover: 'resume',
      },
      invoke: {
        id: 'restorePolicy',
        src: 'restorePolicy',
        input: ({ context }) => {
          const { id, policy } = facts.originalOf(context);
          return { id, policy };
        },
        onDone: [
          { guard: 'isOriginalStopped', target: 'verifyingOriginal' },
          // What it depends on is on its way back as well: the run that it is a part of starts it then.
          { guard: 'isRejoining', target: 'verifyingOriginal' },
          { guard: 'isStrayLeft', target: 'removingStray' },
          { guard: 'isGatewayLifecycle', target: 'resumingOriginal' },
          { target: 'restartingOriginal' },
        ],
        onError: strands,
      },
    },
    restartingOriginal: {
      description:
        'The replacement is seen to be down or gone, and the original is started. It ends when inspect says that it runs.',
      meta: {
        step: 'starting the original',
        undo: null,
        cause: 'what ran before runs again',
        onRecover: 'resume',
      },
      invoke: {
        id: 'restartOriginal',
        src: 'restartOriginal',
        input: ({ context }) => facts.pairSoFar(context),
        onDone: {
          target: 'verifyingOriginal',
          actions: { type: 'recordRestarted', params: ({ event }) => event.output },
        },
        onError: strandsApart,
      },
    },
    verifyingOriginal: {
      description:
        'The original is looked at: under its name, with its policy, running if it ran, healthy if it was. Only this look makes the outcome rolledBack.',
      meta: {
        step: 'verifying the original',
        undo: null,
        cause: 'the report is what an inspect has confirmed',
        onRecover: 'resume',
      },
      invoke: {
        id: 'verifyOriginal',
        src: 'verifyOriginal',
        input: ({ context }) => ({
          original: facts.originalToVerify(context),
          replacementId: context.replacement?.id ?? null,
          gateway: context.gateway,
          healthyWithinMs: context.options.readyTimeoutMs,
        }),
        onDone: [
          {
            guard: { type: 'isVerified', params: ({ event }) => event.output },
            target: 'reattaching',
            actions: 'recordRolledBack',
          },
          { guard: 'isRepairLeft', target: 'restoringName', actions: 'recordRepair' },
          {
            target: '#graft.completion.keepingApart',
            actions: {
              type: 'recordStranded',
              params: ({ event }) =>
                failureOf(event.output.verdict === 'amiss' ? event.output.reason : null),
            },
          },
        ],
        onError: strandsApart,
      },
    },
    reattaching: reattaching(back),
  },
});
