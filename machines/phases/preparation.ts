import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { withdraws, withdrawsOnRecovery } from '../turns.js';
import {
  ahead,
  claimingReplacement,
  comparingReplacement,
  connectingNetworks,
} from './creation.js';
import { claimName } from '../vocabulary/names.js';

/** Takes the claim, rehearses the specification and makes the replacement, all beside the running original. */
export const preparation = graftSetup.createStateConfig({
  description:
    'The mode is proven. The claim is taken, the full specification rehearsed, the rescue written and the replacement created (later, if it is to carry the writable layer), while the original runs untouched.',
  meta: {
    step: 'preparing the swap',
    undo: 'remove the replacement and the claims',
    cause: 'what can fail is tried before the original is stopped',
    onRecover: 'withdraw',
  },
  initial: 'claimingContainer',
  always: { guard: 'isCancelled', target: '#graft.completion.withdrawing' },
  on: {
    RECOVER: withdrawsOnRecovery,
  },
  states: {
    claimingContainer: {
      description:
        "The claim is taken by creating the rehearsal, never started, under the one name that the original's ID allows. It ends claimed, or busy with the holder named.",
      meta: {
        step: 'claiming the container',
        undo: 'remove the claim',
        cause: "one run at a time on a container, by the engine's own atomic name check",
        onRecover: 'withdraw',
      },
      entry: {
        type: 'recordLitter',
        params: ({ context }) => ({
          kind: 'claim' as const,
          name: claimName(facts.originalOf(context).id),
          id: null,
        }),
      },
      invoke: {
        id: 'claimContainer',
        src: 'claimContainer',
        input: ({ context }) => ({
          name: claimName(facts.originalOf(context).id),
          originalId: facts.originalOf(context).id,
          originalName: facts.originalOf(context).name,
          replacementId: context.replacement?.id ?? null,
          holder: context.holder,
          rehearse: context.intent === 'undo' ? null : facts.requestOf(context),
        }),
        onDone: [
          {
            guard: { type: 'isBusy', params: ({ event }) => event.output },
            target: '#graft.completion.withdrawing',
            actions: [
              {
                type: 'recordLitterGone',
                params: ({ context }) => ({ name: claimName(facts.originalOf(context).id) }),
              },
              { type: 'recordReason', params: ({ event }) => failures.busyFailure(event.output) },
            ],
          },
          {
            guard: 'isUndoing',
            target: 'claimingReplacement',
            actions: {
              type: 'recordLitter',
              params: ({ context, event }) => ({
                kind: 'claim' as const,
                name: claimName(facts.originalOf(context).id),
                id: failures.claimedId(event.output),
              }),
            },
          },
          {
            target: 'inspectingUnderClaim',
            actions: {
              type: 'recordLitter',
              params: ({ context, event }) => ({
                kind: 'claim' as const,
                name: claimName(facts.originalOf(context).id),
                id: failures.claimedId(event.output),
              }),
            },
          },
        ],
        onError: withdraws,
      },
    },
    inspectingUnderClaim: {
      description:
        'The original is read again now that nobody else may change it through us. It is as it was screened, or the run is refused.',
      meta: {
        step: 'reading it again under the claim',
        undo: 'remove the claim',
        cause: 'what was screened may have changed before the claim was won',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'inspectUnderClaim',
        src: 'inspectUnderClaim',
        input: ({ context }) => ({
          original: facts.originalOf(context),
          rejoin: context.rejoin,
        }),
        onDone: [
          {
            guard: { type: 'isChangedSince', params: ({ event }) => event.output },
            target: '#graft.completion.withdrawing',
            actions: {
              type: 'recordReason',
              params: ({ event }) => failures.changedFailure(event.output.changed),
            },
          },
          { target: 'comparingRehearsal' },
        ],
        onError: withdraws,
      },
    },
    comparingRehearsal: {
      description:
        'The rehearsal is compared with the original, field by field. Nothing differs but what was asked for, or the run is refused.',
      meta: {
        step: 'comparing the rehearsal',
        undo: 'remove the claim',
        cause: 'a difference nobody asked for is found before the original is stopped',
        onRecover: 'withdraw',
      },
      invoke: {
        id: 'compareRehearsal',
        src: 'compareRehearsal',
        input: ({ context }) => ({
          originalId: facts.originalOf(context).id,
          claimId: facts.known(
            facts.litterNamed(context, claimName(facts.originalOf(context).id)).id,
            "the claim's ID",
          ),
          request: facts.requestOf(context),
        }),
        onDone: [
          {
            guard: { type: 'isDifferent', params: ({ event }) => event.output },
            target: '#graft.completion.withdrawing',
            actions: {
              type: 'recordReason',
              params: ({ event }) =>
                failures.differenceFailure('the rehearsal', event.output.differences),
            },
          },
          { target: 'writingRescue' },
        ],
        onError: withdraws,
      },
    },
    writingRescue: {
      description:
        'What restores the original by hand, with nothing but the docker client, is written to the run folder. It ends durable on disk.',
      meta: {
        step: 'writing the rescue document',
        undo: 'remove the rescue document',
        cause: 'the way back must not depend on gpugraft',
        onRecover: 'withdraw',
      },
      entry: 'recordReplacementName',
      invoke: {
        id: 'writeRescue',
        src: 'writeRescue',
        input: ({ context }) => ({
          runId: context.runId,
          original: facts.originalOf(context),
          replacementName: facts.unmadeReplacement(context).name,
          backupName: facts.backupNameOf(context),
          gateway: context.gateway,
        }),
        onDone: [
          // Here, not in the next phase: entering it would already count as the first change.
          { guard: 'isCancelled', target: '#graft.completion.withdrawing' },
          { guard: 'isCarrying', target: '#graft.cutover' },
          // Its `sandbox stop` takes the newest container that has the labels.
          { guard: 'isGatewayLifecycle', target: '#graft.cutover' },
          { target: 'creatingAhead' },
        ],
        onError: withdraws,
      },
    },
    creatingAhead: {
      description:
        'The replacement is created beside the running original, under a name that only this run can have. It ends with its ID, or with the refusal of the engine.',
      meta: {
        step: 'creating the replacement',
        undo: 'remove the replacement',
        cause: 'created ahead, it costs no downtime',
        onRecover: 'withdraw',
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
        id: 'createAhead',
        src: 'createAhead',
        input: ({ context }) => ({
          originalId: facts.originalOf(context).id,
          name: facts.unmadeReplacement(context).name,
          request: facts.requestOf(context),
        }),
        onDone: {
          target: 'connectingNetworks',
          actions: [
            {
              type: 'recordLitter',
              params: ({ context, event }) => ({
                kind: 'replacement' as const,
                name: facts.unmadeReplacement(context).name,
                id: event.output.id,
              }),
            },
            { type: 'recordReplacement', params: ({ event }) => event.output },
          ],
        },
        onError: withdraws,
      },
    },
    connectingNetworks: connectingNetworks(ahead),
    comparingReplacement: comparingReplacement(ahead),
    claimingReplacement: claimingReplacement(ahead),
  },
});
