import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as dependents from '../dependents.js';
import { refuses, withdrawsOnRecovery } from '../turns.js';
import { failureOf } from '../vocabulary/failure.js';

/** Finds the original and decides, by looking only, whether it can be grafted. */
export const discovery = graftSetup.createStateConfig({
  description: 'The original is found, read and screened. Nothing is created or changed.',
  meta: {
    step: 'finding out what is there',
    undo: null,
    cause: 'what cannot be kept is said before anything is touched',
    onRecover: 'withdraw',
  },
  initial: 'locatingOriginal',
  always: { guard: 'isCancelled', target: '#graft.completion.withdrawing' },
  on: {
    RECOVER: withdrawsOnRecovery,
  },
  states: {
    locatingOriginal: {
      description:
        'The word the user gave is looked up once. It ends in a full container ID, by which alone the original is addressed from here on.',
      meta: {
        step: 'looking for the container',
        undo: null,
        cause: 'names move; a full ID does not',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'locateOriginal',
        src: 'locateOriginal',
        input: ({ context }) => ({ target: context.target }),
        onDone: [
          { guard: 'isUndoing', target: 'findingDependents' },
          {
            target: 'inspectingOriginal',
            actions: { type: 'recordLocated', params: ({ event }) => event.output },
          },
        ],
        onError: refuses,
      },
    },
    inspectingOriginal: {
      description:
        "The original's inspect is read and its digest taken. It ends in the facts that a rollback restores: name, restart policy, running or not.",
      meta: {
        step: 'reading the container',
        undo: null,
        cause: 'the replacement is made from what the engine says of the original',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'inspectOriginal',
        src: 'inspectOriginal',
        input: ({ context }) => ({ id: context.target }),
        onDone: {
          target: 'screeningOriginal',
          actions: { type: 'recordOriginal', params: ({ event }) => event.output },
        },
        onError: refuses,
      },
    },
    screeningOriginal: {
      description:
        'The state, labels, layer, volumes and GPU of the original are held against what can be kept. It ends eligible, refused with the reason, or unchanged because its GPU access is as asked for already.',
      meta: {
        step: 'checking what can be kept',
        undo: null,
        cause: 'what would be lost is refused beforehand',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'screenOriginal',
        src: 'screenOriginal',
        input: ({ context }) => ({
          id: facts.originalOf(context).id,
          options: context.options,
          rejoin: context.rejoin,
        }),
        onDone: [
          {
            guard: { type: 'isUnchanged', params: ({ event }) => event.output },
            target: '#graft.unchanged',
            actions: {
              type: 'recordUnchanged',
              params: ({ event }) => ({
                mode: event.output.verdict === 'unchanged' ? event.output.mode : null,
              }),
            },
          },
          {
            guard: { type: 'isIneligible', params: ({ event }) => event.output },
            target: '#graft.refused',
            actions: {
              type: 'recordRefused',
              params: ({ event }) =>
                failureOf(event.output.verdict === 'refused' ? event.output.reason : null),
            },
          },
          {
            target: 'findingDependents',
            actions: {
              type: 'recordPlan',
              params: ({ event }) => {
                if (event.output.verdict !== 'eligible') throw new Error('not eligible');
                return { plan: event.output.plan, warnings: event.output.warnings };
              },
            },
          },
        ],
        onError: refuses,
      },
    },
    findingDependents: {
      description:
        'Containers that share a namespace with it, are linked to it or take its volumes are looked for. There are none, or they may be attached again afterwards and could be; otherwise the run is refused and names them.',
      meta: {
        step: 'looking for containers that depend on it',
        undo: null,
        cause: 'what joins a namespace of the original breaks when the original is replaced',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'findDependents',
        src: 'findDependents',
        input: ({ context }) => ({ ...facts.dependedOn(context), options: context.options }),
        onDone: [
          {
            guard: { type: 'hasDependents', params: ({ event }) => event.output },
            target: '#graft.refused',
            actions: {
              type: 'recordRefused',
              params: ({ event }) => dependents.dependentsFailure(event.output.dependents),
            },
          },
          {
            guard: { type: 'isDependentUnfit', params: ({ event }) => event.output },
            target: '#graft.refused',
            actions: {
              type: 'recordRefused',
              params: ({ event }) => failureOf(event.output.reason),
            },
          },
          {
            guard: 'isUndoing',
            target: '#graft.preparation',
            actions: { type: 'recordDependents', params: ({ event }) => event.output },
          },
          // The GPU access of a dependent stays as it is: there is no mode to be proven.
          { guard: 'isRejoining', target: '#graft.preparation' },
          {
            target: '#graft.selection',
            actions: { type: 'recordDependents', params: ({ event }) => event.output },
          },
        ],
        onError: refuses,
      },
    },
  },
});
