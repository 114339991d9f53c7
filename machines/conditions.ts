/** Guards over what is remembered. Those over what an actor answered stand in `verdicts.ts`. */
import * as facts from './derive.js';
import { isStopped } from './stopped.js';
import type { Context } from './vocabulary/context.js';

interface Given {
  readonly context: Context;
  readonly event: { readonly type: string };
}

export const conditions = {
  /** Not for the CANCEL event itself: an acting state finishes first (facts/xstate.md). */
  isCancelled: ({ context, event }: Given) => context.cancel !== null && event.type !== 'CANCEL',
  isUntouched: ({ context }: Given) => !context.changed,
  isRejoining: ({ context }: Given) => context.rejoin !== null,
  isDependentLeft: ({ context }: Given) => context.reattached < context.dependents.length,
  isUndoing: ({ context }: Given) => context.intent === 'undo',
  isCarrying: ({ context }: Given) => context.plan !== null && context.plan.carry !== null,
  /** What did not run is not started, in either direction. */
  isOriginalStopped: ({ context }: Given) => isStopped(context),
  /** Its layer was committed while nothing ran: what that holds is whole. */
  isOriginalStoppedWithLayer: ({ context }: Given) =>
    isStopped(context) && context.carried !== null,
  /** Its gateway has `sandbox stop` and `sandbox start`, and nobody may stop the container behind its back. */
  isGatewayLifecycle: ({ context }: Given) => context.gateway?.lifecycle === true,
  /** The gateway takes the oldest of two containers for the sandbox: the original goes before it is asked. */
  isToRetire: ({ context }: Given) => context.gateway !== null && context.backup?.removed === null,
  isToResume: ({ context }: Given) =>
    context.gateway?.lifecycle === true && context.resumed !== 'yes',
  isToDefer: ({ context }: Given) => context.options.defer && context.choice === null,
  /** The original went before the replacement was confirmed. */
  isHandedOver: ({ context }: Given) => context.gateway !== null,
  isHandedOverForGood: ({ context }: Given) =>
    context.gateway !== null && !context.options.keepBackup,
  /** From here on an Error is for good: only a person who asks for it goes back. */
  isBeyondReturn: ({ context }: Given) =>
    context.resumed !== 'no' && context.intent === 'graft' && context.choice !== 'back',
  /** The sandbox runs by its gateway, which has to stop it. */
  isToQuiesce: ({ context }: Given) =>
    context.gateway?.lifecycle === true && (context.intent === 'undo' || context.resumed !== 'no'),
  isStopUnsettledAtGateway: ({ context }: Given) =>
    context.gateway?.lifecycle === true && !context.stopSettled,
  /** One that was made unseen: the gateway would start it in place of the original. */
  isStrayLeft: ({ context }: Given) =>
    context.gateway?.lifecycle === true && facts.strayOf(context) !== null,
  isReplacementUnmade: ({ context }: Given) => (context.replacement?.id ?? null) === null,
  isStopUnsettled: ({ context }: Given) => !context.stopSettled,
  isAnotherCandidateLeft: ({ context }: Given) =>
    context.plan !== null && context.candidate + 1 < context.plan.candidates.length,
  isModeProven: ({ context }: Given) => context.mode !== null,
  isNetworkPending: ({ context }: Given) => context.pendingNetworks.length > 0,
  isBackupUndecided: ({ context }: Given) => context.backup?.removed === null,
  isBackupKept: ({ context }: Given) => context.options.keepBackup,
  /** Kept, and by a snapshot, so that the original itself goes. */
  isSnapshotKept: ({ context }: Given) =>
    context.options.keepBackup && context.backup?.kind === 'snapshot',
  /** The original was removed: it has to be made again before anything else goes back. */
  isRetired: ({ context }: Given) => context.backup !== null && context.backup.snapshot !== null,
  isLitterLeft: ({ context }: Given) => facts.nextLitter(context) !== null,
  isClaimLeft: ({ context }: Given) => facts.nextClaim(context) !== null,
  isRepaired: ({ context }: Given) => context.repairs > 0,
  isRepairLeft: ({ context }: Given) => context.repairs < context.options.maxRepairs,
  /** A replacement that is not to run has nothing that a start would repair. */
  isRevivalLeft: ({ context }: Given) =>
    !isStopped(context) && context.repairs < context.options.maxRepairs,
  isChoice: ({ context }: Given, params: { choice: Context['choice'] }) =>
    context.choice === params.choice,
  /** `recover --forward`: the replacement may hold what somebody works with. */
  isKeptByChoice: ({ context }: Given) => context.choice === 'forward',
  /** A new process took the run over, and nobody said what is to become of it. */
  isUnasked: (_: Given, params: { choice: Context['choice'] }) => params.choice === null,
  isOutcome: ({ context }: Given, params: { outcome: Context['outcome'] }) =>
    context.outcome === params.outcome,
};
