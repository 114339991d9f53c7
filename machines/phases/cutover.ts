import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import { assessesOnRecovery, rollsBack } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';
import { layerMark } from '../vocabulary/names.js';
import { claimingReplacement, comparingReplacement, connectingNetworks, late } from './creation.js';

/** From the original's stop to the replacement's start. The first change is made here. */
export const cutover = graftSetup.createStateConfig({
  description:
    'Everything is prepared. The original is stopped, kept down, and set aside; its writable layer is carried where it has to be; the replacement gets its name and is started, if the original ran.',
  meta: {
    step: 'swapping',
    undo: 'put the original back under its name and start it',
    cause: 'two containers cannot hold one name and one set of ports',
    onRecover: 'assess',
  },
  entry: 'recordFirstChange',
  initial: 'beginning',
  always: { guard: 'isCancelled', target: '#graft.rollback' },
  on: { RECOVER: assessesOnRecovery },
  states: {
    beginning: {
      description:
        'A moment without an act: the original is to be stopped, or it was found down and nothing is asked of what runs in it.',
      meta: {
        step: 'beginning the swap',
        undo: null,
        cause: 'an original that did not run has nothing to stop',
        onRecover: 'assess',
      },
      always: [
        { guard: 'isOriginalStopped', target: 'disarmingOriginal' },
        { guard: 'isGatewayLifecycle', target: 'quiescingSandbox' },
        { target: 'quiescingOriginal' },
      ],
    },
    quiescingOriginal: {
      description:
        'The original is asked to stop, with its own signal and grace. It ends when inspect says that it is down.',
      meta: {
        step: 'stopping the original',
        undo: 'start the original',
        cause: 'original and replacement never run together',
        onRecover: 'assess',
      },
      entry: 'recordStopAsked',
      invoke: {
        id: 'stopOriginal',
        src: 'stopOriginal',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          graceS: context.options.stopTimeoutS,
        }),
        onDone: {
          target: 'disarmingOriginal',
          actions: { type: 'recordStopped', params: ({ event }) => event.output },
        },
        onError: rollsBack,
      },
    },
    quiescingSandbox: {
      description:
        'The gateway is asked to stop the sandbox. It ends when the gateway says Stopped and inspect says that the original is down, or with the refusal of the gateway, after which nothing was touched.',
      meta: {
        step: 'stopping the sandbox through its gateway',
        undo: 'start the sandbox through its gateway',
        cause: 'a stop behind the back of this gateway is an Error for good',
        onRecover: 'assess',
      },
      entry: 'recordStopAsked',
      invoke: {
        id: 'stopSandbox',
        src: 'stopSandbox',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          gateway: facts.gatewayOf(context),
        }),
        onDone: [
          {
            guard: { type: 'isGatewayRefusal', params: ({ event }) => event.output },
            target: '#graft.rollback',
            actions: [
              'recordStopRefused',
              {
                type: 'recordReason',
                params: ({ event }) =>
                  failureOf(event.output.verdict === 'refused' ? event.output.reason : null),
              },
            ],
          },
          {
            target: 'disarmingOriginal',
            actions: {
              type: 'recordStopped',
              params: ({ event }) => facts.stopOf(event.output),
            },
          },
        ],
        onError: rollsBack,
      },
    },
    disarmingOriginal: {
      description:
        'The original is down. Its restart policy is set to "no" unless it was seen to be that, so that no restart of the engine brings it back beside the replacement.',
      meta: {
        step: 'keeping the original down',
        undo: 'restore the restart policy',
        cause: 'a policy "always" brings a stopped container back when the engine restarts',
        onRecover: 'assess',
      },
      invoke: {
        id: 'disarmOriginal',
        src: 'disarmOriginal',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          policy: context.stoppedPolicy,
        }),
        onDone: [
          { guard: 'isCarrying', target: 'snapshottingOriginal' },
          { guard: 'isReplacementUnmade', target: 'creatingReplacement' },
          { target: 'settingOriginalAside' },
        ],
        onError: rollsBack,
      },
    },
    stoppingUnfit: {
      description:
        'The layer of the original was written to since it was screened, so the replacement that was made lacks these files. It is stopped, or seen to be down, to be made again with them.',
      meta: {
        step: 'stopping the replacement that lacks files',
        undo: 'remove the replacement, put the original back',
        cause: 'the writable layer is carried whole',
        onRecover: 'assess',
      },
      invoke: {
        id: 'stopUnfit',
        src: 'stopUnfit',
        input: ({ context }) => ({
          id: facts.replacementIdOf(context),
          graceS: context.options.stopTimeoutS,
        }),
        onDone: { target: 'removingUnfit' },
        onError: rollsBack,
      },
    },
    removingUnfit: {
      description: 'The replacement that lacks files, down now, is removed.',
      meta: {
        step: 'removing the replacement that lacks files',
        undo: 'put the original back',
        cause: 'the one that is made next takes its place',
        onRecover: 'assess',
      },
      invoke: {
        id: 'removeUnfit',
        src: 'removeUnfit',
        input: ({ context }) => ({ id: facts.replacementIdOf(context) }),
        onDone: { target: 'snapshottingOriginal', actions: 'recordReplacementUnmade' },
        onError: rollsBack,
      },
    },
    snapshottingOriginal: {
      description:
        'The writable layer of the original, which is down, is committed to an image without a tag. It ends with the ID of that image.',
      meta: {
        step: 'committing the writable layer',
        undo: 'remove the image, put the original back',
        cause: 'what the container wrote beside its volumes lives in its layer alone',
        onRecover: 'assess',
      },
      entry: {
        type: 'recordLitter',
        params: ({ context }) => ({
          kind: 'image' as const,
          name: layerMark(context.runId),
          id: null,
        }),
      },
      invoke: {
        id: 'snapshotOriginal',
        src: 'snapshotOriginal',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          mark: layerMark(context.runId),
          burden: context.plan?.carry ?? null,
        }),
        onDone: {
          target: 'creatingReplacement',
          actions: { type: 'recordCarried', params: ({ event }) => event.output },
        },
        onError: rollsBack,
      },
    },
    creatingReplacement: {
      description:
        'The replacement is created with the specification of the original, from the committed layer where it is carried, under a name that only this run can have. It ends with its ID.',
      meta: {
        step: 'creating the replacement',
        undo: 'remove the replacement and the image, put the original back',
        cause:
          'only now is the layer whole, and does a gateway with a lifecycle bear a second container',
        onRecover: 'assess',
      },
      entry: {
        type: 'recordLitter',
        params: ({ context }) => ({
          kind: 'replacement' as const,
          name: facts.unmadeReplacement(context).name,
          id: null,
        }),
      },
      invoke: {
        id: 'createReplacement',
        src: 'createReplacement',
        input: ({ context }) => ({
          originalId: facts.originalOf(context).id,
          name: facts.unmadeReplacement(context).name,
          request: facts.requestOf(context),
        }),
        onDone: {
          target: 'connectingNetworks',
          actions: [
            { type: 'recordReplacement', params: ({ event }) => event.output },
            // From here on the way back takes it down by its ID.
            {
              type: 'recordLitterGone',
              params: ({ context }) => ({ name: facts.unmadeReplacement(context).name }),
            },
          ],
        },
        onError: rollsBack,
      },
    },
    connectingNetworks: connectingNetworks(late),
    comparingReplacement: comparingReplacement(late),
    claimingReplacement: claimingReplacement(late),
    settingOriginalAside: {
      description: 'The original, down and disarmed, is renamed to its backup name.',
      meta: {
        step: 'setting the original aside',
        undo: 'rename the original back',
        cause: 'the replacement needs the name',
        onRecover: 'assess',
      },
      invoke: {
        id: 'setOriginalAside',
        src: 'setOriginalAside',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          name: facts.backupNameOf(context),
        }),
        onDone: { target: 'namingReplacement' },
        onError: rollsBack,
      },
    },
    namingReplacement: {
      description: 'The replacement, never started yet, gets the name of the original.',
      meta: {
        step: 'naming the replacement',
        undo: 'remove the replacement and rename the original back',
        cause: 'whatever uses the container finds it by its name',
        onRecover: 'assess',
      },
      invoke: {
        id: 'nameReplacement',
        src: 'nameReplacement',
        input: ({ context }) => ({
          ...facts.pairOf(context),
          name: facts.originalOf(context).name,
        }),
        onDone: [
          // Here, so that a start that was never asked for is not recorded as one.
          { guard: 'isCancelled', target: '#graft.rollback' },
          {
            guard: 'isOriginalStoppedWithLayer',
            target: '#graft.confirmation.inspectingStopped',
          },
          { guard: 'isOriginalStopped', target: '#graft.confirmation.checkingLayer' },
          { target: 'startingReplacement' },
        ],
        onError: rollsBack,
      },
    },
    startingReplacement: {
      description:
        'Both are seen under their new names, the original down, and the replacement is started. It ends when inspect has seen the start.',
      meta: {
        step: 'starting the replacement',
        undo: 'stop and remove the replacement, start the original',
        cause: 'this is what was asked for',
        onRecover: 'assess',
      },
      entry: 'recordStartAsked',
      invoke: {
        id: 'startReplacement',
        src: 'startReplacement',
        input: ({ context }) => ({
          ...facts.pairOf(context),
          name: facts.originalOf(context).name,
          backupName: facts.backupNameOf(context),
        }),
        onDone: {
          target: '#graft.confirmation',
          actions: { type: 'recordStarted', params: ({ event }) => event.output },
        },
        onError: rollsBack,
      },
    },
  },
});
