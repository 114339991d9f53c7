/**
 * Guards over what an actor answered. The answer comes as the guard's parameter, so that each
 * has a name: in the diagram, and for the test that walks the definition.
 */
import type { Context } from './vocabulary/context.js';
import type { ActorName, ActorOutput } from './vocabulary/contracts.js';

interface Given {
  readonly context: Context;
}
/** A guard that looks at the answer of any of these actors, and at what is remembered. */
type Verdict<N extends ActorName> = (given: Given, answer: ActorOutput<N>) => boolean;

const isUnchanged: Verdict<'screenOriginal'> = (_, answer) => answer.verdict === 'unchanged';
const isIneligible: Verdict<'screenOriginal'> = (_, answer) => answer.verdict === 'refused';
/** Whoever names it for its volumes alone is no matter to a run that moves a dependent. */
const hasDependents: Verdict<'findDependents'> = ({ context }, { dependents }) =>
  !context.options.allowDependents &&
  dependents.some(({ attachment }) => context.rejoin === null || attachment !== 'nothing');
const isDependentUnfit: Verdict<'findDependents'> = (_, answer) => answer.reason !== null;

const isBusy: Verdict<'claimContainer' | 'claimReplacement' | 'claimRecreated'> = (_, answer) =>
  !answer.claimed;
const isBusyUntouched: Verdict<'claimRecreated'> = ({ context }, answer) =>
  !answer.claimed && !context.changed;
const isChangedSince: Verdict<'inspectUnderClaim'> = (_, answer) => answer.changed !== null;
const isDifferent: Verdict<
  'compareRehearsal' | 'compareReplacement' | 'compareSnapshot' | 'compareOriginal'
> = (_, answer) => answer.differences.length > 0;
const isDifferentUntouched: Verdict<'compareOriginal'> = ({ context }, answer) =>
  answer.differences.length > 0 && !context.changed;
const isLayerDirty: Verdict<'checkLayer'> = (_, answer) => answer.dirty.length > 0;
const isLayerToCarry: Verdict<'checkLayer'> = ({ context }, answer) =>
  answer.dirty.length > 0 && context.options.layer === 'carry';

const isUp: Verdict<'watchContainer'> = (_, answer) => answer.verdict === 'up';
const isUpWithLayer: Verdict<'watchContainer'> = ({ context }, answer) =>
  answer.verdict === 'up' && context.carried !== null;
/** The original was retired, or its retirement was begun. */
const isUpInItsPlace: Verdict<'watchContainer'> = ({ context }, answer) =>
  answer.verdict === 'up' && (context.backup?.snapshot ?? null) !== null;
const isAmiss: Verdict<'inspectStopped'> = (_, answer) => answer.verdict === 'amiss';
const isDisproven: Verdict<'proveGpu'> = (_, answer) => answer.verdict === 'disproven';
const isReady: Verdict<'pollSupervisor'> = (_, answer) => answer.verdict === 'ready';
const isDefiniteFailure: Verdict<'pollSupervisor'> = (_, answer) => answer.verdict === 'failed';
const isDebouncedOut: Verdict<'pollSupervisor'> = ({ context }, answer) =>
  answer.verdict === 'error' && context.wait.errors + 1 >= context.options.errorDebounce;
const isWaitOver: Verdict<'pollSupervisor'> = ({ context }, answer) =>
  context.wait.polls + 1 >= context.options.maxPolls ||
  (context.wait.deadlineAt !== null && answer.at >= context.wait.deadlineAt);
const isInterrupted: Verdict<'pollSupervisor'> = (_, answer) => answer.verdict === 'interrupted';
const isInterruptedWithRestartLeft: Verdict<'pollSupervisor'> = ({ context }, answer) =>
  answer.verdict === 'interrupted' && context.restarts < context.options.maxRestarts;

const isBothGone: Verdict<'assessRecovery'> = (_, answer) => answer.situation === 'gone';
/** Where no replacement was made, there is no other way. */
const isWayBackTaken: Verdict<'assessRecovery'> = ({ context }, answer) =>
  answer.situation === 'back' ||
  context.choice === 'back' ||
  (context.replacement?.id ?? null) === null;
const isForwardChosen: Verdict<'assessRecovery'> = ({ context }, answer) =>
  (answer.situation === 'ask' && context.choice === 'forward') ||
  (['ask', 'wait'].includes(answer.situation) && context.choice === 'finalize');
const isStillInTime: Verdict<'assessRecovery'> = (_, answer) => answer.situation === 'wait';

const isBackupGone: Verdict<'removeBackup' | 'retireOriginal'> = (_, answer) =>
  answer.result === 'removed';
const isBackupStuck: Verdict<'removeBackup' | 'retireOriginal'> = (_, answer) =>
  answer.result === 'leaked';
const isVerified: Verdict<'verifyReplacement' | 'verifyOriginal'> = (_, answer) =>
  answer.verdict === 'verified';

/** Its snapshot was recorded, and it stands all the same. */
const isStillThere: Verdict<'proveWayBack'> = ({ context }, answer) =>
  answer.proven && answer.from === 'original' && (context.backup?.snapshot ?? null) !== null;
const isGatewayRefusal: Verdict<'stopSandbox' | 'resumeSandbox'> = (_, answer) =>
  answer.verdict === 'refused';
const isWayBackMissing: Verdict<'proveWayBack'> = (_, answer) => !answer.proven;
const isWayBackMissingUntouched: Verdict<'proveWayBack'> = ({ context }, answer) =>
  !answer.proven && !context.changed;

export const verdicts = {
  isUnchanged,
  isIneligible,
  hasDependents,
  isDependentUnfit,
  isBusy,
  isBusyUntouched,
  isChangedSince,
  isDifferent,
  isDifferentUntouched,
  isLayerDirty,
  isLayerToCarry,
  isUp,
  isUpWithLayer,
  isUpInItsPlace,
  isAmiss,
  isDisproven,
  isReady,
  isDefiniteFailure,
  isDebouncedOut,
  isWaitOver,
  isInterrupted,
  isInterruptedWithRestartLeft,
  isBothGone,
  isWayBackTaken,
  isForwardChosen,
  isStillInTime,
  isBackupGone,
  isBackupStuck,
  isVerified,
  isStillThere,
  isGatewayRefusal,
  isWayBackMissing,
  isWayBackMissingUntouched,
};
