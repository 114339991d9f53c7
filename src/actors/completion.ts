/** Actors of completion: the backup goes only while the replacement is seen to run in its place. */
import type { Failure } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { GraftError } from '../errors.js';
import { hasPolicy, mustRun, startBeside } from './support/acts.js';
import { describeEnd, isDown, nameOf, seen } from './support/look.js';
import { removeLayerImage } from './support/layer-image.js';
import { removeById, removeOurs } from './support/removal.js';
import type { Actor, ActorScope } from './support/scope.js';

const amiss = (message: string) => ({
  verdict: 'amiss' as const,
  reason: { code: 'not-verified', message, hint: null },
});

/** Why the replacement does not stand where it must; null when it does. */
async function shortcoming(
  scope: ActorScope,
  raw: RawContainer | null,
  name: string,
): Promise<Failure | null> {
  const reason = (message: string): Failure => ({ code: 'replacement-down', message, hint: null });
  if (raw === null) return reason('the replacement is gone: somebody else removed it');
  if (nameOf(raw) !== name) return reason(`the replacement is called ${nameOf(raw)}, not ${name}`);
  if (!raw.State.Running || raw.State.Restarting) {
    return reason(`the replacement does not run: ${await describeEnd(scope, raw)}`);
  }
  return null;
}

export const removeBackup: Actor<'removeBackup'> = async (input, scope) => {
  const replacement = await seen(scope, input.replacementId);
  const reason = await shortcoming(scope, replacement, input.replacementName);
  if (reason !== null) return { result: 'replacementDown', reason };
  try {
    await removeById(scope, {
      id: input.originalId,
      what: `the backup ${input.backupName}`,
      force: false,
      objection: (raw) => (isDown(raw) ? null : 'somebody else started it'),
    });
    return { result: 'removed' };
  } catch (error) {
    if (!(error instanceof GraftError) || error.failure.code !== 'remove-failed') throw error;
    return { result: 'leaked', reason: error.failure };
  }
};

export const reviveReplacement: Actor<'reviveReplacement'> = async (input, scope) => {
  const raw = await startBeside(
    scope,
    { id: input.replacementId, what: 'the replacement' },
    { id: input.originalId, what: 'the original' },
  );
  await mustRun(scope, raw, 'the replacement');
  return {};
};

export const verifyReplacement: Actor<'verifyReplacement'> = async (input, scope) => {
  const raw = await seen(scope, input.replacementId);
  const reason = await shortcoming(scope, raw, input.name);
  if (reason !== null) return { verdict: 'amiss', reason };
  if (raw !== null && !hasPolicy(raw, input.policy)) {
    return amiss('the replacement has not the restart policy of the original');
  }
  const original = await seen(scope, input.originalId);
  if (original !== null && !isDown(original)) {
    return amiss(
      `the backup ${nameOf(original)} runs beside the replacement ${input.name}: somebody else started it`,
    );
  }
  if (input.backup === 'removed' && original !== null) return amiss('the backup is still there');
  return { verdict: 'verified' };
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
