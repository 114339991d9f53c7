/** Actors of the rollback. What the replacement became does not matter here; what the original is does. */
import type { ActorInput, ActorOutput, Failure } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { bundle } from '../diagnostics/bundle.js';
import { failure } from '../errors.js';
import { isGatewayError } from '../openshell/errors.js';
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
import { describeEnd, gone, isDown, isStanding, nameOf, seen } from './support/look.js';
import { whyNotAgain } from './support/original.js';
import { outlasting } from './support/outlasting.js';
import { reach } from './support/reach.js';
import { inItsWords, phaseOf, recordOf } from './support/sandbox.js';
import { removeById } from './support/removal.js';
import type { Actor, ActorScope } from './support/scope.js';

const replacement = (id: string) => ({ id, what: 'the replacement' });
const original = (id: string) => ({ id, what: 'the original' });

export const proveWayBack = outlasting<'proveWayBack'>(async (input, scope) => {
  const changed = await changedGateway(scope, input.gateway);
  if (changed !== null) return { proven: false, reason: changed };
  const raw = await seen(scope, input.original.id);
  // A retirement that was begun need not have come to its end.
  if (isStanding(raw)) return { proven: true, from: 'original' };
  const why =
    input.snapshot === null
      ? missing(input.original.id)
      : await whyNotAgain(scope, input.snapshot, input.replacementId);
  if (why === null) return { proven: true, from: 'snapshot' };
  return {
    proven: false,
    reason: {
      code: 'no-way-back',
      message: `${why}; the replacement was left alone`,
      hint: null,
    },
  };
});

/** A gateway that has learned `sandbox stop` since the graft: going back by the old order would be an Error for good. */
async function changedGateway(
  { openshell }: ActorScope,
  gateway: ActorInput<'proveWayBack'>['gateway'],
): Promise<Failure | null> {
  if (gateway === null) return null;
  try {
    const { lifecycle } = await openshell.capabilities();
    if (lifecycle === gateway.lifecycle) return null;
  } catch (error) {
    // What cannot be asked now is as it was found.
    if (isGatewayError(error)) return null;
    throw error;
  }
  return {
    code: 'gateway-changed',
    message: `the gateway of the sandbox ${gateway.sandbox} is of another generation than when it was grafted: what went back by the order of the one would be an Error for good at the other; the replacement was left alone`,
    hint: 'use the openshell client of the generation that the graft was made with (--openshell-bin)',
  };
}

export const collectDiagnostics: Actor<'collectDiagnostics'> = async (input, scope) => {
  const known = scope.store.originalAsFound(scope.runId);
  const files = await bundle(input, scope, { known });
  const folder = scope.store.writeDiagnostics(files, input.again);
  if (input.goes && input.replacementId !== null)
    await keepReplacementLogs(scope, input.replacementId);
  return { folder };
};

export const settleStop = outlasting<'settleStop'>(async ({ id, graceS }, scope) => {
  // Asked for again even where the original still runs: the lost stop must not land later.
  const raw = await stop(scope, original(id), graceS);
  if (raw === null) throw gone('the original', id);
  return stoppedAs(raw);
});

/**
 * The way back was proven a while ago, before diagnostics for one: whoever has removed the original since
 * has made the replacement all that is left.
 * @throws GraftError `no-way-back`
 */
async function mustBeThere(scope: ActorScope, id: string): Promise<void> {
  if (isStanding(await seen(scope, id))) return;
  throw failure('no-way-back', `${missing(id)}; the replacement was left alone`);
}
const missing = (id: string): string => gone('the original', id).failure.message;

export const stopReplacement = outlasting<'stopReplacement'>(
  async ({ id, originalId, graceS }, scope) => {
    await mustBeThere(scope, originalId);
    await stop(scope, replacement(id), graceS);
    return {};
  },
);

export const disarmReplacement = outlasting<'disarmReplacement'>(async ({ id }, scope) => {
  // One that a restart of the engine has brought back goes with its removal, or keeps the original down.
  await disarm(scope, replacement(id));
  return {};
});

export const removeReplacement = outlasting<'removeReplacement'>(
  async ({ id, originalId }, scope) => {
    await mustBeThere(scope, originalId);
    await removeById(scope, { ...replacement(id), force: true });
    return {};
  },
);

export const partFromReplacement = outlasting<'partFromReplacement'>(
  async ({ id, originalId, name }, scope) => {
    await mustBeThere(scope, originalId);
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
  const patience = input.gateway === null ? input.healthyWithinMs : SWEEP_MS;
  const until = scope.clock.now() + patience;
  for (;;) {
    const now = await shortcoming(input, scope);
    if (now !== null) return now;
    const health = await healthOf(input, scope);
    const ill = input.original.healthy && health !== 'healthy';
    const unready = ill ? null : await unreadiness(input, scope);
    if (!ill && unready === null) return { verdict: 'verified' };
    if (scope.clock.now() >= until) {
      return amiss(
        unready === null
          ? `the original runs again, but its health check says ${health}, not healthy as before`
          : `the original runs again, but ${unready}`,
      );
    }
    await scope.clock.sleep(SECOND_LOOK_MS, scope.signal);
  }
});

/**
 * What the gateway says of a sandbox that is not Ready again; null: it is, or there is none. The older
 * generation may read Error until it looks at the container afresh, every 60 s (measured).
 */
async function unreadiness(
  { gateway }: ActorInput<'verifyOriginal'>,
  scope: ActorScope,
): Promise<string | null> {
  if (gateway?.wasReady !== true) return null;
  const record = await recordOf(scope, gateway);
  return phaseOf(record) === 'ready' ? null : inItsWords(record);
}

/** The older gateways look at every container afresh once a minute (measured); with a margin. */
const SWEEP_MS = 90_000;

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
