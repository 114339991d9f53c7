import { graftSetup } from '../setup.js';
import * as facts from '../derive.js';
import * as failures from '../failures.js';
import { rollsBack, withdraws } from '../turns.js';
import type { Context } from '../vocabulary/context.js';
import type { ActorOutput } from '../vocabulary/contracts.js';
import { claimName } from '../vocabulary/names.js';

/**
 * What lies between the creation of the replacement and the claim on it. It stands in two phases:
 * `ahead` in preparation, beside the running original, where a failure withdraws; `late` in the
 * cutover, where the replacement could not be made before the stop, and a failure goes back.
 */
export const ahead = {
  /** Ends the names of the invocations, which are unique in the machine. */
  suffix: '',
  phase: '#graft.preparation',
  fails: withdraws,
  away: '#graft.completion.withdrawing',
  next: '#graft.cutover',
  undoOfClaim: 'remove both claims',
  meta: { undo: 'remove the replacement', onRecover: 'withdraw' },
} as const;
export const late = {
  suffix: 'Late',
  phase: '#graft.cutover',
  fails: rollsBack,
  away: '#graft.rollback',
  next: '#graft.cutover.settingOriginalAside',
  undoOfClaim: 'remove the replacement and both claims, put the original back',
  meta: { undo: 'remove the replacement, put the original back', onRecover: 'assess' },
} as const;
type Where = typeof ahead | typeof late;

export const connectingNetworks = (where: Where) =>
  graftSetup.createStateConfig({
    description:
      'The networks that the engine did not take at create are connected, one at a time. It ends when none is left.',
    meta: {
      ...where.meta,
      step: 'connecting networks',
      cause: 'engines before API 1.44 take one network at create',
    },
    initial: 'choosingNetwork',
    states: {
      choosingNetwork: {
        description: 'A moment without an act: another network is left, or all are connected.',
        meta: {
          ...where.meta,
          step: 'choosing the next network',
          cause: 'one changing call at a time',
        },
        always: [
          { guard: 'isNetworkPending', target: 'connectingNetwork' },
          { target: `${where.phase}.comparingReplacement` },
        ],
      },
      connectingNetwork: {
        description:
          'One network is connected with its aliases, addresses and options. A network that cannot be connected is a failure, never a warning.',
        meta: {
          ...where.meta,
          step: 'connecting a network',
          cause: 'every network of the original belongs to the replacement',
        },
        invoke: {
          id: `connectNetwork${where.suffix}`,
          src: 'connectNetwork',
          input: ({ context }) => ({
            ...facts.pairOf(context),
            request: facts.requestOf(context),
            network: facts.known(context.pendingNetworks[0] ?? null, 'the network'),
          }),
          onDone: { target: 'choosingNetwork', actions: 'recordConnected' },
          onError: where.fails,
        },
      },
    },
  });

export const comparingReplacement = (where: Where) =>
  graftSetup.createStateConfig({
    description:
      'The replacement as created is compared with the original, field by field. Only the GPU request differs, or the run turns away.',
    meta: {
      ...where.meta,
      step: 'comparing the replacement',
      cause: 'a difference nobody asked for is found before the replacement is started',
    },
    invoke: {
      id: `compareReplacement${where.suffix}`,
      src: 'compareReplacement',
      input: ({ context }) => ({ ...facts.pairOf(context), request: facts.requestOf(context) }),
      onDone: [
        {
          guard: { type: 'isDifferent', params: ({ event }) => event.output },
          target: where.away,
          actions: {
            type: 'recordReason',
            params: ({ event }) =>
              failures.differenceFailure('the replacement', event.output.differences),
          },
        },
        { target: `${where.phase}.claimingReplacement` },
      ],
      onError: where.fails,
    },
  });

export interface ClaimAnswered {
  readonly context: Context;
  readonly event: { readonly output: ActorOutput<'claimReplacement'> };
}
/** The claim that was won, whichever way the run goes on. */
const recordsClaim = {
  type: 'recordLitter',
  params: ({ context, event }: ClaimAnswered) => ({
    kind: 'claim' as const,
    name: claimName(facts.replacementIdOf(context)),
    id: failures.claimedId(event.output),
  }),
} as const;

export const claimingReplacement = (where: Where) =>
  graftSetup.createStateConfig({
    description:
      "The replacement's ID is claimed too, before it gets the name. It ends claimed, or busy with the holder named.",
    meta: {
      step: 'claiming the replacement',
      undo: where.undoOfClaim,
      cause: 'a second run finds the replacement under the name after the cutover',
      onRecover: where.meta.onRecover,
    },
    entry: {
      type: 'recordLitter',
      params: ({ context }) => ({
        kind: 'claim' as const,
        name: claimName(facts.replacementIdOf(context)),
        id: null,
      }),
    },
    invoke: {
      id: `claimReplacement${where.suffix}`,
      src: 'claimReplacement',
      input: ({ context }) => ({
        name: claimName(facts.replacementIdOf(context)),
        originalId: facts.originalOf(context).id,
        originalName: facts.originalOf(context).name,
        replacementId: facts.replacementIdOf(context),
        holder: context.holder,
        rehearse: null,
        place: context.intent === 'undo' ? facts.originalOf(context).name : null,
      }),
      onDone: [
        {
          guard: { type: 'isBusy', params: ({ event }) => event.output },
          target: where.away,
          actions: [
            {
              type: 'recordLitterGone',
              params: ({ context }) => ({ name: claimName(facts.replacementIdOf(context)) }),
            },
            { type: 'recordReason', params: ({ event }) => failures.busyFailure(event.output) },
          ],
        },
        // Here, not in the next phase: entering it would already count as the first change.
        { guard: 'isCancelled', target: where.away, actions: recordsClaim },
        ...(where === ahead
          ? [{ guard: 'isUndoing' as const, target: '#graft.rollback', actions: recordsClaim }]
          : []),
        { target: where.next, actions: recordsClaim },
      ],
      onError: where.fails,
    },
  });
