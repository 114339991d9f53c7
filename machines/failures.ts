/** The reasons that the machine itself gives, as opposed to those that an actor brings. */
import { gatewayOf, known, originalOf } from './derive.js';
import { isStopped } from './stopped.js';
import type { Answer } from './vocabulary/choice.js';
import type { Context } from './vocabulary/context.js';
import type { ActorOutput } from './vocabulary/contracts.js';
import type { Carried, Litter } from './vocabulary/facts.js';
import type { Failure, Warning } from './vocabulary/failure.js';
import { inBytes } from './vocabulary/bytes.js';
import { sandboxWords } from './vocabulary/names.js';

export const list = (items: readonly string[], most: number): string =>
  items.slice(0, most).join('; ') + (items.length > most ? ` and ${items.length - most} more` : '');

export const cancelledFailure = (context: Context): Failure => ({
  code: 'cancelled',
  message: `cancelled by ${context.cancel?.by ?? 'the user'}`,
  hint: null,
});

/** The reason of each mode stands in `attempts`; said here as well, it would be read twice. */
export const noModeFailure = ({ options, attempts }: Context): Failure => ({
  code: 'no-mode-works',
  message:
    options.mode === 'none'
      ? 'not even a container without a GPU starts on this engine'
      : `no GPU mode works on this engine (${attempts.map(({ mode }) => mode).join(', ')})`,
  hint: 'gpugraft doctor shows what the engine can do',
});

type Claim = ActorOutput<'claimContainer'>;

export const claimedId = (claim: Claim): string => {
  if (!claim.claimed) throw new Error('the machine took a claim that was not won');
  return claim.id;
};

export const busyFailure = (claim: Claim): Failure => {
  const { message, hint } = claim.claimed ? { message: 'claimed', hint: null } : claim;
  return { code: 'busy', message, hint };
};

export const changedFailure = (change: string | null): Failure => ({
  code: 'changed-since',
  message: `the container was changed while it was being prepared: ${known(change, 'the change')}`,
  hint: 'run gpugraft apply again',
});

/** A specification that came out differently, named by the first fields that differ. */
export const differenceFailure = (what: string, differences: readonly string[]): Failure => ({
  code: 'not-identical',
  message: `${what} would differ from the original: ${list(differences, 5)}`,
  hint: 'nobody asked for this difference, so nothing was changed; compare with docker inspect',
});

export const layerWrittenFailure = (context: Context, dirty: readonly string[]): Failure => ({
  code: 'layer-written',
  message: isStopped(context)
    ? `somebody wrote into the layer of the container while it was swapped: ${list(dirty, 5)}`
    : `the container wrote into its own layer while it was stopping: ${list(dirty, 5)}`,
  hint: '--layer discard gives these files up',
});

/** An image without a tag is nobody's but ours, and Docker's own clean-up knows it. */
export const leftoverWarning = ({ kind, name }: Litter, { message }: Failure): Warning => ({
  code: 'leftover',
  message:
    kind === 'image'
      ? `could not remove the image with the comment "${name}": ${message}; docker image prune does`
      : `could not remove container ${name}: ${message}`,
});

/** A layer that was carried is no failure, but nobody should have to find out by himself. */
export const carriedWarning = (
  { plan }: Context,
  { imageId, tookMs, layers }: Carried,
): Warning => {
  const burden = plan?.carry ?? null;
  const what =
    burden === null
      ? ''
      : ` (${burden.paths} ${burden.paths === 1 ? 'path' : 'paths'}, ${inBytes(burden.bytes)})`;
  return {
    code: 'layer-carried',
    message: `the writable layer${what} was carried by a commit of ${(tookMs / 1000).toFixed(1)} s: the replacement runs from ${imageId.slice(0, 19)}, an image of ${layers} layers`,
  };
};

/** The stopped original is a better backup than a snapshot that was not shown to be one. */
export const unrehearsedWarning = ({ backup }: Context, { message }: Failure): Warning => ({
  code: 'snapshot-not-kept',
  message: `the original stays, stopped, as ${backup?.name ?? ''}, for its snapshot could not take its place: ${message}; a manager that finds containers by their labels finds both`,
});

export const unretiredWarning = ({ backup }: Context, { message }: Failure): Warning => ({
  code: 'snapshot-not-kept',
  message: `whether the original is gone is not known, and it may stand, stopped, as ${backup?.name ?? ''}: ${message}; its snapshot is kept`,
});

/** That it is another container, though it differs in nothing that can be set. */
export const recreatedWarning = (context: Context): Warning => ({
  code: 'recreated',
  message: `the container was made again from its snapshot: its ID was ${originalOf(context).id.slice(0, 12)} and is ${known(context.recreated, 'its new ID').slice(0, 12)}`,
});

const inARow = (count: number): string => (count === 1 ? 'an error' : `${count} errors in a row`);

export const debouncedFailure = (context: Context, reason: string): Failure => ({
  code: 'supervisor-error',
  message: `${inARow(context.options.errorDebounce)} from the replacement: ${reason}`,
  hint: 'see the diagnostics; --error-debounce and --poll-interval set how long errors are borne',
});

export const timeoutFailure = (context: Context, reason: string): Failure => ({
  code: 'ready-timeout',
  message: `the replacement was not ready within ${context.options.readyTimeoutMs / 1000} s: ${reason}`,
  hint: '--ready-timeout sets how long it is waited for; --ready says what ready means',
});

export const definiteFailure = (reason: string): Failure => ({
  code: 'replacement-failed',
  message: `the replacement failed: ${reason}`,
  hint: 'see the diagnostics for its last log lines',
});

export const interruptedFailure = (context: Context, reason: string): Failure => ({
  code: 'replacement-failed',
  message: `the replacement went down with its engine more than ${context.options.maxRestarts} times: ${reason}`,
  hint: null,
});

export const abandonedFailure = (context: Context): Failure => ({
  code: 'abandoned',
  message: `the run was closed as it stood, on request; ${originalOf(context).name} and its backup were left alone`,
  hint: 'docker ps -a shows both',
});

/** What the run would have asked is answered: the question is no reason any more. */
export function askedBackFailure({ failed, options }: Context): Failure {
  const before = options.defer ? 'the graft was deferred' : 'the run was interrupted';
  const message =
    failed === null
      ? `${before}, and going back was asked for`
      : `going back was asked for, after this had failed: ${failed.message}`;
  return { code: 'asked-back', message, hint: null };
}

/** The engine says that there is none. */
export const CONTAINER_GONE = 'container-gone';

/** Somebody put the original back by hand: no replacement is kept beside it. */
export const ORIGINAL_STARTED = 'original-started';

/** The answers that a question of a run that rests takes. */
export const answersTo = ({ code }: Pick<Failure, 'code'>): readonly Answer[] =>
  code === ORIGINAL_STARTED ? ['back', 'abandon'] : ['forward', 'back', 'abandon'];

/** What a person is asked whose choice it was to keep the replacement, and whose wait did not end well. */
export const keptFailure = (context: Context): Failure => {
  const { code, message } = failureSoFar(context);
  const ways = {
    forward: '--forward waits for it once more',
    back: '--back puts the original back',
    abandon: '--abandon leaves both as they are',
  };
  const offered = answersTo({ code }).map((answer) => ways[answer]);
  return {
    code,
    message: `${message}; the replacement stays, as you chose`,
    hint: `gpugraft recover ${originalOf(context).name} ${offered.join(', ')}`,
  };
};

/**
 * What a person is asked where a gateway with a lifecycle was told to start the sandbox: Error is for
 * good there (measured), so that going back by itself could end with less.
 */
export const beyondReturnFailure = (context: Context): Failure => {
  const { code, message } = failureSoFar(context);
  const gateway = gatewayOf(context);
  return {
    code,
    message: `${message}; the gateway had been told to start the sandbox ${gateway.sandbox}, and nothing goes back by itself from there: the replacement stays`,
    hint: `openshell sandbox get ${sandboxWords(gateway)} shows what the gateway says; gpugraft recover ${originalOf(context).name} --forward waits for it once more, --back puts the original back if the gateway will still stop the sandbox, --abandon leaves all as it is`,
  };
};

/** Why a run goes back that nothing failed in: the user cancelled it, or asked for its undoing. */
export const turnBackFailure = (context: Context): Failure =>
  context.intent === 'undo' && context.cancel === null
    ? { code: 'asked-back', message: 'the rollback was asked for', hint: null }
    : cancelledFailure(context);

/** Why the run turned away from its way, so far as it is known. */
export const failureSoFar = (context: Context): Failure =>
  context.reason ?? turnBackFailure(context);
