/** Actors of completion: the backup goes only while the replacement is seen to run in its place. */
import type { Failure } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { GraftError, failure } from '../errors.js';
import { bothRun, hasPolicy, mustRun, startBeside, stop } from './support/acts.js';
import { keepBackupLogs } from './support/kept-logs.js';
import { describeEnd, isDown, isStanding, nameOf, seen } from './support/look.js';
import { removeLayerImage } from './support/layer-image.js';
import { outlasting } from './support/outlasting.js';
import { removeById, removeOurs } from './support/removal.js';
import type { Actor, ActorScope } from './support/scope.js';

const isUp = ({ State }: RawContainer): boolean => State.Running && !State.Restarting;

/** Why the replacement does not run, which a start may mend. */
async function downfall(scope: ActorScope, raw: RawContainer | null): Promise<Failure> {
  const message =
    raw === null
      ? 'the replacement is gone: somebody else removed it'
      : `the replacement does not run: ${await describeEnd(scope, raw)}`;
  return { code: 'replacement-down', message, hint: null };
}

/** Another name, which no start mends; null when it has its own. */
const misnamed = (raw: RawContainer, name: string): GraftError | null =>
  nameOf(raw) === name ? null : unverified(`the replacement is called ${nameOf(raw)}, not ${name}`);

const unverified = (message: string): GraftError => failure('not-verified', message);

/** Codes of what keeps a backup from going. */
const LEAKING = ['remove-failed', 'logs-not-kept'];

const takeAway: Actor<'removeBackup' | 'retireOriginal'> = async (input, scope) => {
  const replacement = await seen(scope, input.replacementId);
  if (replacement === null || (input.isToRun && !isUp(replacement))) {
    return { result: 'replacementDown', reason: await downfall(scope, replacement) };
  }
  const other = misnamed(replacement, input.replacementName);
  if (other !== null) return { result: 'leaked', reason: other.failure };
  try {
    const warnings = await keepBackupLogs(scope, input);
    await removeById(scope, {
      id: input.originalId,
      what: `the backup ${input.backupName}`,
      force: false,
      objection: (raw) => (isDown(raw) ? null : 'somebody else started it'),
    });
    return { result: 'removed', warnings };
  } catch (error) {
    if (!(error instanceof GraftError) || !LEAKING.includes(error.failure.code)) throw error;
    return { result: 'leaked', reason: error.failure };
  }
};

export const removeBackup: Actor<'removeBackup'> = takeAway;
/** One that is dead, or on its way out, is no backup any more, whatever keeps it from going. */
export const retireOriginal: Actor<'retireOriginal'> = async (input, scope) => {
  const answer = await takeAway(input, scope);
  if (answer.result !== 'leaked') return answer;
  const raw = await seen(scope, input.originalId);
  if (isStanding(raw)) return answer;
  const message = `the original is not wholly removed yet: ${answer.reason.message}`;
  return { result: 'removed', warnings: raw === null ? [] : [{ code: 'backup-leaked', message }] };
};

export const reviveReplacement: Actor<'reviveReplacement'> = async (input, scope) => {
  const raw = await startBeside(
    scope,
    { id: input.replacementId, what: 'the replacement', name: input.name },
    { id: input.originalId, what: 'the original' },
  );
  await mustRun(scope, raw, 'the replacement');
  return {};
};

export const keepApart = outlasting<'keepApart'>(async (input, scope) => {
  const { originalId, replacementId: id, graceS } = input;
  const [original, replacement] = await Promise.all([
    seen(scope, originalId),
    id === null ? null : seen(scope, id),
  ]);
  const both = [original, replacement].every((raw) => raw !== null && !isDown(raw));
  if (both && id !== null) await stop(scope, { id, what: 'the replacement' }, graceS);
  return {};
});

/** @throws GraftError what is amiss and no start can mend */
export const verifyReplacement: Actor<'verifyReplacement'> = async (input, scope) => {
  const raw = await seen(scope, input.replacementId);
  if (raw === null || (input.isToRun && !isUp(raw))) {
    return { verdict: 'amiss', reason: await downfall(scope, raw) };
  }
  const original = await seen(scope, input.originalId);
  if (original !== null && !isDown(original)) {
    if (isDown(raw)) throw unverified('somebody else started the original');
    throw bothRun({ what: 'the original' }, original, { what: 'the replacement' }, raw);
  }
  const other = misnamed(raw, input.name);
  if (other !== null) throw other;
  if (!hasPolicy(raw, input.policy)) {
    throw unverified('the replacement has not the restart policy of the original');
  }
  if (input.backup === 'removed' && original !== null)
    throw unverified('the backup is still there');
  return { verdict: 'verified', backupName: original === null ? null : nameOf(original) };
};

export const removeLitter: Actor<'removeLitter'> = async (input, scope) => {
  if (input.kind === 'image') await removeLayerImage(scope, input.name, input.id);
  else await removeOurs(scope, input);
  return {};
};

export const releaseClaim: Actor<'releaseClaim'> = async (input, scope) => {
  await removeOurs(scope, input);
  return {};
};
