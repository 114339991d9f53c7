import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { leavesAsItIs } from '../turns.js';
import type { Context } from '../vocabulary/context.js';
import { claimName } from '../vocabulary/names.js';

const recreatedOf = (context: Context): string =>
  facts.known(context.recreated, 'the original that was made again');

const meta = { undo: 'remove what was made', onRecover: 'resume' } as const;

/**
 * The states of the rollback in which an original that was retired is made again from its snapshot,
 * beside the replacement, which runs on until that has succeeded.
 */
export const recreation = {
  recreatingOriginal: graftSetup.createStateConfig({
    description:
      'The original is gone, and its snapshot is whole. It is created again from it, under a name that only this run can have. The replacement runs.',
    meta: {
      ...meta,
      step: 'making the original again',
      cause: 'nothing is taken down before what comes back is there',
    },
    entry: {
      type: 'recordLitter',
      params: ({ context }) => ({
        kind: 'recreated' as const,
        name: facts.recreatedNameOf(context),
        id: null,
      }),
    },
    invoke: {
      id: 'recreateOriginal',
      src: 'recreateOriginal',
      input: ({ context }) => ({
        name: facts.recreatedNameOf(context),
        replacementId: facts.replacementIdOf(context),
        snapshot: facts.keptSnapshotOf(context),
      }),
      onDone: {
        target: 'reconnectingOriginal',
        actions: [
          {
            type: 'recordLitter',
            params: ({ context, event }) => ({
              kind: 'recreated' as const,
              name: facts.recreatedNameOf(context),
              id: event.output.id,
            }),
          },
          { type: 'recordRecreating', params: ({ event }) => event.output },
        ],
      },
      onError: leavesAsItIs,
    },
  }),
  reconnectingOriginal: graftSetup.createStateConfig({
    description:
      'The networks that the engine did not take at create are connected to it, one at a time. It ends when none is left.',
    meta: {
      ...meta,
      step: 'connecting networks',
      cause: 'engines before API 1.44 take one network at create',
    },
    initial: 'choosingNetwork',
    states: {
      choosingNetwork: {
        description: 'A moment without an act: another network is left, or all are connected.',
        meta: {
          ...meta,
          step: 'choosing the next network',
          cause: 'one changing call at a time',
        },
        always: [
          { guard: 'isNetworkPending', target: 'reconnectingNetwork' },
          { target: '#graft.rollback.comparingOriginal' },
        ],
      },
      reconnectingNetwork: {
        description:
          'One network is connected with its aliases, addresses and options. A network that cannot be connected is a failure, never a warning.',
        meta: {
          ...meta,
          step: 'connecting a network',
          cause: 'every network of the original belongs to it again',
        },
        invoke: {
          id: 'reconnectOriginal',
          src: 'reconnectOriginal',
          input: ({ context }) => ({
            id: recreatedOf(context),
            network: facts.known(context.pendingNetworks[0] ?? null, 'the network'),
            snapshot: facts.keptSnapshotOf(context),
          }),
          onDone: { target: 'choosingNetwork', actions: 'recordConnected' },
          onError: leavesAsItIs,
        },
      },
    },
  }),
  comparingOriginal: graftSetup.createStateConfig({
    description:
      'What was made again is compared with the original as it was found, field by field. Nothing differs, or the replacement is left alone.',
    meta: {
      ...meta,
      step: 'comparing what was made again',
      cause: 'what comes back must be what was removed',
    },
    invoke: {
      id: 'compareOriginal',
      src: 'compareOriginal',
      input: ({ context }) => ({
        id: recreatedOf(context),
        snapshot: facts.keptSnapshotOf(context),
      }),
      onDone: [
        {
          guard: { type: 'isDifferentUntouched', params: ({ event }) => event.output },
          target: '#graft.completion.withdrawing',
          actions: {
            type: 'recordRefusedAfterAll',
            params: ({ event }) =>
              failures.differenceFailure('what was made again', event.output.differences),
          },
        },
        {
          guard: { type: 'isDifferent', params: ({ event }) => event.output },
          target: '#graft.completion.clearing',
          actions: {
            type: 'recordStranded',
            params: ({ event }) =>
              failures.differenceFailure('what was made again', event.output.differences),
          },
        },
        { target: 'claimingRecreated' },
      ],
      onError: leavesAsItIs,
    },
  }),
  claimingRecreated: graftSetup.createStateConfig({
    description:
      'What was made again is claimed, before it gets the name. It ends claimed, or busy with the holder named.',
    meta: {
      ...meta,
      step: 'claiming what was made again',
      cause: 'a second run finds it under the name after the replacement is gone',
    },
    entry: {
      type: 'recordLitter',
      params: ({ context }) => ({
        kind: 'claim' as const,
        name: claimName(recreatedOf(context)),
        id: null,
      }),
    },
    invoke: {
      id: 'claimRecreated',
      src: 'claimRecreated',
      input: ({ context }) => ({
        name: claimName(recreatedOf(context)),
        originalId: facts.originalOf(context).id,
        originalName: facts.originalOf(context).name,
        replacementId: recreatedOf(context),
        holder: context.holder,
        rehearse: null,
      }),
      onDone: [
        {
          guard: { type: 'isBusyUntouched', params: ({ event }) => event.output },
          target: '#graft.completion.withdrawing',
          actions: [
            {
              type: 'recordLitterGone',
              params: ({ context }) => ({ name: claimName(recreatedOf(context)) }),
            },
            {
              type: 'recordRefusedAfterAll',
              params: ({ event }) => failures.busyFailure(event.output),
            },
          ],
        },
        {
          guard: { type: 'isBusy', params: ({ event }) => event.output },
          target: '#graft.completion.clearing',
          actions: [
            {
              type: 'recordLitterGone',
              params: ({ context }) => ({ name: claimName(recreatedOf(context)) }),
            },
            { type: 'recordStranded', params: ({ event }) => failures.busyFailure(event.output) },
          ],
        },
        {
          target: 'collectingDiagnostics',
          actions: [
            {
              type: 'recordLitter',
              params: ({ context, event }) => ({
                kind: 'claim' as const,
                name: claimName(recreatedOf(context)),
                id: failures.claimedId(event.output),
              }),
            },
            'recordRecreated',
          ],
        },
      ],
      onError: leavesAsItIs,
    },
  }),
} as const;
