import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { withdrawsOnRecovery } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';

/** Proves a mode by starting a throw-away container; the original goes on running, unaware. */
export const selection = graftSetup.createStateConfig({
  description:
    'Each candidate mode is proven by a throw-away container that is really started; a create proves nothing. The original runs.',
  meta: {
    step: 'proving a mode',
    undo: 'remove the probe',
    cause: 'a GPU mistake costs no downtime when it is made on another container',
    onRecover: 'withdraw',
  },
  initial: 'creatingProbe',
  always: { guard: 'isCancelled', target: '#graft.completion.withdrawing' },
  on: {
    RECOVER: withdrawsOnRecovery,
  },
  states: {
    creatingProbe: {
      description:
        "A probe for the candidate mode is created from the original's image, without its labels, volumes, networks or workload. It ends with the probe's ID or the engine's refusal.",
      meta: {
        step: 'creating a probe',
        undo: 'remove the probe',
        cause: 'the mode must be proven before the original is touched',
        onRecover: 'withdraw',
      },
      entry: {
        type: 'recordLitter',
        params: ({ context }) => ({
          kind: 'probe' as const,
          name: facts.probeNameOf(context),
          id: null,
        }),
      },
      invoke: {
        id: 'createProbe',
        src: 'createProbe',
        input: ({ context }) => ({
          name: facts.probeNameOf(context),
          originalId: facts.originalOf(context).id,
          mode: facts.candidateOf(context),
          devices: context.options.devices,
          holder: context.holder,
        }),
        onDone: {
          target: 'startingProbe',
          actions: {
            type: 'recordLitter',
            params: ({ context, event }) => ({
              kind: 'probe' as const,
              name: facts.probeNameOf(context),
              id: event.output.id,
            }),
          },
        },
        onError: {
          target: 'removingProbe',
          actions: [
            {
              type: 'recordAttempt',
              params: ({ context, event }) => ({
                mode: facts.candidateOf(context),
                ok: false,
                reason: failureOf(event.error).message,
              }),
            },
            { type: 'recordOriginalGone', params: ({ event }) => failureOf(event.error) },
          ],
        },
      },
    },
    startingProbe: {
      description:
        "The probe is started and runs the engine's own static init to its end. Exit 0 proves the mode; anything else is the reason why not.",
      meta: {
        step: 'starting the probe',
        undo: 'remove the probe',
        cause: 'only a start proves a mode',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'startProbe',
        src: 'startProbe',
        input: ({ context }) => ({
          id: facts.known(
            facts.litterNamed(context, facts.probeNameOf(context)).id,
            "the probe's ID",
          ),
        }),
        onDone: {
          target: 'removingProbe',
          actions: [
            {
              type: 'recordAttempt',
              params: ({ context, event }) => ({
                mode: facts.candidateOf(context),
                ok: event.output.ok,
                reason: event.output.reason,
              }),
            },
            {
              type: 'recordDaemonUlimits',
              params: ({ event }) => ({ daemonUlimits: event.output.daemonUlimits }),
            },
          ],
        },
        onError: {
          target: 'removingProbe',
          actions: {
            type: 'recordAttempt',
            params: ({ context, event }) => ({
              mode: facts.candidateOf(context),
              ok: false,
              reason: failureOf(event.error).message,
            }),
          },
        },
      },
    },
    removingProbe: {
      description:
        'The probe is removed, whatever it showed. A probe that stays is a named leftover.',
      meta: {
        step: 'removing the probe',
        undo: null,
        cause: 'nothing of ours is left behind',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'removeProbe',
        src: 'removeProbe',
        input: ({ context }) =>
          facts.removalOf(context, facts.litterNamed(context, facts.probeNameOf(context))),
        onDone: {
          target: 'judgingCandidate',
          actions: {
            type: 'recordLitterGone',
            params: ({ context }) => ({ name: facts.probeNameOf(context) }),
          },
        },
        onError: {
          target: 'judgingCandidate',
          actions: {
            type: 'recordLeftover',
            params: ({ context, event }) => ({
              left: facts.litterNamed(context, facts.probeNameOf(context)),
              reason: failureOf(event.error),
            }),
          },
        },
      },
    },
    judgingCandidate: {
      description:
        'A moment without an act: the mode is proven, or the next candidate is tried, or there is none left and the run is refused with the reason of each.',
      meta: {
        step: 'choosing the mode',
        undo: null,
        cause: 'the first mode that starts is taken',
        onRecover: 'withdraw',
      },
      always: [
        { guard: 'isModeProven', target: '#graft.preparation' },
        {
          guard: 'isAnotherCandidateLeft',
          target: 'creatingProbe',
          actions: 'recordNextCandidate',
        },
        {
          target: '#graft.completion.withdrawing',
          actions: {
            type: 'recordReason',
            params: ({ context }) => failures.noModeFailure(context),
          },
        },
      ],
    },
  },
});
