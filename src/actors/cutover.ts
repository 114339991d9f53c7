/** Actors of the cutover, from the original's stop to the replacement's start. */
import { failure } from '../errors.js';
import {
  disarm,
  isSamePolicy,
  never,
  renameAtOnce,
  startBeside,
  stop,
  stoppedAs,
} from './support/acts.js';
import { gone, isDown } from './support/look.js';
import { reach } from './support/reach.js';
import { removeById } from './support/removal.js';
import type { Actor } from './support/scope.js';

export const stopOriginal: Actor<'stopOriginal'> = async ({ id, graceS }, scope) => {
  const raw = await stop(scope, { id, what: 'the original' }, graceS);
  if (raw === null) throw gone('the original', id);
  return stoppedAs(raw);
};

export const disarmOriginal: Actor<'disarmOriginal'> = async ({ id, policy }, scope) => {
  // In the downtime nothing is asked twice, and whoever starts the replacement looks at the original again.
  if (policy !== null && isSamePolicy(policy, never)) return {};
  const raw = await disarm(scope, { id, what: 'the original' });
  if (raw === null) throw gone('the original', id);
  if (!isDown(raw))
    throw failure('both-would-run', 'the original runs again: somebody else started it');
  return {};
};

export const stopUnfit: Actor<'stopUnfit'> = async ({ id, graceS }, scope) => {
  await stop(scope, { id, what: 'the replacement' }, graceS);
  return {};
};

export const removeUnfit: Actor<'removeUnfit'> = async ({ id }, scope) => {
  await removeById(scope, { id, what: 'the replacement', force: true });
  return {};
};

export const setOriginalAside: Actor<'setOriginalAside'> = async ({ id, name }, scope) => {
  await renameAtOnce(scope, { id, what: 'the original' }, name);
  return {};
};

export const nameReplacement: Actor<'nameReplacement'> = async (input, scope) => {
  await renameAtOnce(scope, { id: input.replacementId, what: 'the replacement' }, input.name);
  return {};
};

export const startReplacement: Actor<'startReplacement'> = async (input, scope) => {
  const replacement = { id: input.replacementId, what: 'the replacement', name: input.name };
  const original = { id: input.originalId, what: 'the original', name: input.backupName };
  const raw = await startBeside(scope, replacement, original);
  const { epoch } = await reach(scope, () => scope.docker.engine());
  return { startedAt: raw.State.StartedAt, epoch, at: scope.clock.now() };
};
