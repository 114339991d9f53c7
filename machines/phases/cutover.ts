import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import { assessesOnRecovery, rollsBack } from '../turns.js';

/** From the original's stop to the replacement's start. The first change is made here. */
export const cutover = graftSetup.createStateConfig({
  description:
    'Everything is prepared. The original is stopped, kept down, and set aside; the replacement gets its name and is started.',
  meta: {
    step: 'swapping',
    undo: 'put the original back under its name and start it',
    cause: 'two containers cannot hold one name and one set of ports',
    onRecover: 'assess',
  },
  entry: 'recordFirstChange',
  initial: 'quiescingOriginal',
  always: { guard: 'isCancelled', target: '#graft.rollback' },
  on: { RECOVER: assessesOnRecovery },
  states: {
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
        onDone: { target: 'settingOriginalAside' },
        onError: rollsBack,
      },
    },
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
