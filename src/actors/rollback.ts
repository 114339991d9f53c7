/** Actors of the rollback. What the replacement became does not matter here; what the original is does. */
import type { ActorInput, ActorOutput } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { bundle } from '../diagnostics/bundle.js';
import { failure } from '../errors.js';
import {
  disarm,
  hasPolicy,
  mustRun,
  rename,
  setPolicy,
  startBeside,
  stop,
  stoppedAs,
} from './support/acts.js';
import { keepReplacementLogs } from './support/kept-logs.js';
import { describeEnd, gone, isDown, nameOf, seen } from './support/look.js';
import { hasImageOf } from './support/original.js';
import { outlasting } from './support/outlasting.js';
import { reach } from './support/reach.js';
import { removeById } from './support/removal.js';
import type { Actor, ActorScope } from './support/scope.js';

const replacement = (id: string) => ({ id, what: 'the replacement' });
const original = (id: string) => ({ id, what: 'the original' });

export const proveWayBack = outlasting<'proveWayBack'>(async (input, scope) => {
  const { snapshot } = input;
  if (snapshot !== null) {
    if (await hasImageOf(scope, snapshot)) return { proven: true };
    const image = snapshot.imageId.slice(0, 19);
    const message = `the image ${image}, from which the original would be made again, is gone: somebody else removed it; the replacement was left alone`;
    return { proven: false, reason: { code: 'no-way-back', message, hint: null } };
  }
  const raw = await seen(scope, input.original.id);
  if (raw !== null && raw.State.Status !== 'removing' && !raw.State.Dead) return { proven: true };
  return {
    proven: false,
    reason: {
      code: 'no-way-back',
      message: `the original (${input.original.id.slice(0, 12)}) is gone: somebody else removed it; the replacement was left alone`,
      hint: null,
    },
  };
});

export const collectDiagnostics: Actor<'collectDiagnostics'> = async (input, scope) => {
  const files = await bundle(input, scope);
  const folder = scope.store.writeDiagnostics(files);
  if (input.replacementId !== null) await keepReplacementLogs(scope, input.replacementId);
  return { folder };
};

export const settleStop = outlasting<'settleStop'>(async ({ id, graceS }, scope) => {
  // Asked for again even where the original still runs: the lost stop must not land later.
  const raw = await stop(scope, original(id), graceS);
  if (raw === null) throw gone('the original', id);
  return stoppedAs(raw);
});

export const stopReplacement = outlasting<'stopReplacement'>(async ({ id, graceS }, scope) => {
  await stop(scope, replacement(id), graceS);
  return {};
});

export const disarmReplacement = outlasting<'disarmReplacement'>(async ({ id }, scope) => {
  // One that a restart of the engine has brought back goes with its removal, or keeps the original down.
  await disarm(scope, replacement(id));
  return {};
});

export const removeReplacement = outlasting<'removeReplacement'>(async ({ id }, scope) => {
  await removeById(scope, { ...replacement(id), force: true });
  return {};
});

export const partFromReplacement = outlasting<'partFromReplacement'>(
  async ({ id, name }, scope) => {
    const raw = await seen(scope, id);
    if (raw === null) return {};
    if (!isDown(raw))
      throw failure('both-would-run', 'the replacement still runs and cannot be removed');
    await rename(scope, replacement(id), name);
    return {};
  },
);

export const restoreName = outlasting<'restoreName'>(async ({ id, name }, scope) => {
  await rename(scope, original(id), name);
  return {};
});

export const restorePolicy = outlasting<'restorePolicy'>(async ({ id, policy }, scope) => {
  const raw = await setPolicy(scope, original(id), policy);
  if (raw === null) throw gone('the original', id);
  return {};
});

export const restartOriginal = outlasting<'restartOriginal'>(async (input, scope) => {
  const beside = input.replacementId === null ? null : replacement(input.replacementId);
  const raw = await startBeside(scope, original(input.originalId), beside);
  await mustRun(scope, raw, 'the original');
  return { startedAt: raw.State.StartedAt };
});

/** Milliseconds between two looks: a container that ends at once is not back. */
const SECOND_LOOK_MS = 1000;

export const verifyOriginal = outlasting<'verifyOriginal'>(async (input, scope) => {
  const first = await shortcoming(input, scope);
  if (first !== null) return first;
  if (!input.original.running) return { verdict: 'verified' };
  await scope.clock.sleep(SECOND_LOOK_MS, scope.signal);
  const until = scope.clock.now() + input.healthyWithinMs;
  for (;;) {
    const now = await shortcoming(input, scope);
    if (now !== null) return now;
    const health = await healthOf(input, scope);
    if (!input.original.healthy || health === 'healthy') return { verdict: 'verified' };
    if (scope.clock.now() >= until) {
      return amiss(
        `the original runs again, but its health check says ${health}, not healthy as before`,
      );
    }
    await scope.clock.sleep(SECOND_LOOK_MS, scope.signal);
  }
});

type Verification = ActorOutput<'verifyOriginal'>;

const amiss = (message: string): Verification => ({
  verdict: 'amiss',
  reason: { code: 'not-restored', message, hint: null },
});

async function shortcoming(
  input: ActorInput<'verifyOriginal'>,
  scope: ActorScope,
): Promise<Verification | null> {
  const raw = await seen(scope, input.original.id);
  if (raw === null) return amiss('the original is gone: somebody else removed it');
  if (nameOf(raw) !== input.original.name) {
    return amiss(`the original is called ${nameOf(raw)}, not ${input.original.name}`);
  }
  if (!hasPolicy(raw, input.original.policy))
    return amiss('the original has not its restart policy back');
  if (input.original.running && (!raw.State.Running || raw.State.Restarting)) {
    return amiss(`the original does not run: ${await describeEnd(scope, raw)}`);
  }
  const other: RawContainer | null =
    input.replacementId === null ? null : await seen(scope, input.replacementId);
  if (other !== null && !isDown(other)) return amiss('the replacement runs beside the original');
  return null;
}

async function healthOf(input: ActorInput<'verifyOriginal'>, scope: ActorScope): Promise<string> {
  const raw = await reach(scope, () => scope.docker.inspectContainer(input.original.id));
  return raw?.State.Health?.Status ?? 'none';
}
