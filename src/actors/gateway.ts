/** Actors that go through a gateway with a lifecycle, behind whose back nothing may be stopped. */
import { sandboxWords } from '../../machines/index.js';
import type { ActorOutput, Failure, Gateway } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { isSameSandbox, labelsOfSandbox } from '../docker/spec/openshell.js';
import { failure } from '../errors.js';
import type { GatewayRefused } from '../openshell/errors.js';
import type { Sandbox } from '../openshell/port.js';
import { mustRun, stop, stoppedAs } from './support/acts.js';
import { converge, done, impossible, needed, underWay } from './support/converge.js';
import { gone, isDown, mustSee, nameOf, seen } from './support/look.js';
import { reach } from './support/reach.js';
import { inItsWords, phaseOf, recordOf, refOf, refusalIn } from './support/sandbox.js';
import type { Actor, ActorScope } from './support/scope.js';

/** What a gateway may take for a stop or a start beyond an engine's patience: it waits for the container itself. */
const GATEWAY_MS = 120_000;

/** How long an accepted start is listened to: from then on the polls say what becomes of it. */
const LISTEN_MS = 5000;

const refused = (
  what: string,
  { message, code }: GatewayRefused,
  record: Sandbox | null,
): { verdict: 'refused'; reason: Failure } => ({
  verdict: 'refused',
  reason: {
    code: 'gateway-refused',
    message: `the gateway would not ${what} the sandbox: ${message}; ${inItsWords(record)}`,
    hint: code === 'Unimplemented' ? OLD_GATEWAY : phaseOf(record) === 'error' ? FOR_GOOD : null,
  },
});

const FOR_GOOD =
  'Error is for good at a gateway with stop and start: save what is in the container (docker cp), then only openshell sandbox delete is left';
const OLD_GATEWAY =
  'the gateway is older than the openshell client: name a client of its own version with --openshell-bin';

type Stop = ActorOutput<'stopSandbox'>;

/** How far a gateway's list may lag behind what it has answered (12 s were reported from WSL2). */
const LAG_MS = 15_000;

/**
 * What a gateway answered to a stop or a start. Its list may say for a while what was so before: then
 * the answer counts, and a refusal only once the list has had the time to agree with it.
 */
class Answer {
  accepted = false;
  refusal: GatewayRefused | null = null;
  #at = 0;

  constructor(readonly scope: ActorScope) {}

  async of(call: Promise<unknown>): Promise<void> {
    this.refusal = null;
    await call.then(
      () => {
        this.accepted = true;
      },
      (error: unknown) => {
        this.refusal = refusalIn(error);
      },
    );
    this.#at = this.scope.clock.now();
  }

  get isFresh(): boolean {
    return this.scope.clock.now() - this.#at < LAG_MS;
  }

  /** What it cannot do it could not do later either. */
  get isFinal(): boolean {
    return this.refusal?.code === 'Unimplemented' || !this.isFresh;
  }
}

export const stopSandbox: Actor<'stopSandbox'> = async ({ id, gateway }, scope) => {
  const what = 'the sandbox';
  const answer = new Answer(scope);
  const stopped = await converge<Stopping, Stop | null>(scope, {
    what: 'stop the sandbox through its gateway',
    code: 'stop-failed',
    graceMs: GATEWAY_MS,
    look: async () => {
      const record = await recordOf(scope, gateway);
      return { record, isDown: answer.accepted && (await isGoneOrDown(scope, id)) };
    },
    judge: ({ record, isDown: down }) => {
      const phase = phaseOf(record);
      if (phase === 'stopped' || down) return done(null);
      // One that is not Ready yet would only be refused.
      if (['stopping', 'starting', 'provisioning'].includes(phase)) return underWay;
      if (answer.refusal !== null) {
        const isSettled = phase !== 'ready' || answer.isFinal;
        return isSettled ? done(refused('stop', answer.refusal, record)) : underWay;
      }
      return answer.accepted && answer.isFresh ? underWay : needed;
    },
    act: () => answer.of(scope.openshell.stopSandbox(refOf(gateway))),
  });
  if (stopped !== null) return stopped;
  // While the gateway says Stopped, the engine may be asked: what runs there then is not its doing.
  const raw = await stop(scope, { id, what }, null);
  if (raw === null) throw gone(what, id);
  return { verdict: 'stopped', ...stoppedAs(raw) };
};

interface Stopping {
  readonly record: Sandbox | null;
  /** It was accepted, and the container is down: then the record only lags behind. */
  readonly isDown: boolean;
}

async function isGoneOrDown(scope: ActorScope, id: string): Promise<boolean> {
  const raw = await scope.docker.inspectContainer(id);
  return raw === null || isDown(raw);
}

interface Started {
  readonly refusal: GatewayRefused | null;
  readonly record: Sandbox | null;
}

/** Has the gateway start the sandbox; it ends when that was accepted, or refused. */
async function start(scope: ActorScope, gateway: Gateway): Promise<Started> {
  const answer = new Answer(scope);
  let asked = false;
  return converge<Sandbox | null, Started>(scope, {
    what: 'start the sandbox through its gateway',
    code: 'start-failed',
    graceMs: GATEWAY_MS,
    look: () => recordOf(scope, gateway),
    judge: (record) => {
      const phase = phaseOf(record);
      if (answer.accepted) return done({ refusal: null, record });
      // One that is Ready is content to be started again (measured): only then its list is known to be true.
      const isUp = ['ready', 'provisioning', 'starting'].includes(phase);
      if (asked && isUp) return done({ refusal: null, record });
      if (answer.refusal !== null) {
        const isSettled = phase !== 'stopped' || answer.isFinal;
        return isSettled ? done({ refusal: answer.refusal, record }) : underWay;
      }
      if (phase === 'stopping') return underWay;
      // What was accepted and failed, its answer lost, is not asked for again.
      return asked && phase !== 'stopped' ? done({ refusal: null, record }) : needed;
    },
    act: async () => {
      asked = true;
      await answer.of(
        listening(scope, (signal) => scope.openshell.startSandbox(refOf(gateway), { signal })),
      );
    },
  });
}

/** Makes a call, and stops listening to it after a while. */
async function listening<T>(
  scope: ActorScope,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const listener = new AbortController();
  const timer = new AbortController();
  void scope.clock.sleep(LISTEN_MS, timer.signal).then(() => listener.abort());
  try {
    return await call(listener.signal);
  } finally {
    timer.abort();
  }
}

/** Another container that the gateway takes for the sandbox; null: there is none. */
async function otherOf(
  scope: ActorScope,
  { sandbox }: Gateway,
  id: string,
): Promise<RawContainer | null> {
  const named = labelsOfSandbox(sandbox);
  const listed = await reach(scope, () => scope.docker.listContainers(named));
  const others = listed.filter((one) => one.id !== id);
  if (others.length === 0) return null;
  const own = (await mustSee(scope, id, 'the container that the gateway is to start')).Config
    .Labels;
  for (const other of others.filter(({ labels }) => isSameSandbox(own ?? {}, labels))) {
    // A list is a hint: only what an inspect still shows counts.
    const raw = await seen(scope, other.id);
    if (raw !== null) return raw;
  }
  return null;
}

export const resumeSandbox: Actor<'resumeSandbox'> = async (
  { originalId, replacementId, gateway },
  scope,
) => {
  // One that the engine could not remove whole counts: the gateway would read Error, for good.
  const other = await otherOf(scope, gateway, replacementId);
  if (other !== null) {
    const what = other.Id === originalId ? 'the original' : nameOf(other);
    return {
      verdict: 'refused',
      reason: {
        code: 'sandbox-twice',
        message: `${what} is still there (${other.State.Status}), and the gateway would read Error for good with two containers of the sandbox`,
        hint: `docker rm -f ${other.Id.slice(0, 12)}`,
      },
    };
  }
  const { refusal, record } = await start(scope, gateway);
  return refusal === null ? { verdict: 'resumed' } : refused('start', refusal, record);
};

export const resumeOriginal: Actor<'resumeOriginal'> = async (input, scope) => {
  const { originalId, gateway } = input;
  const other = await otherOf(scope, gateway, originalId);
  if (other !== null) {
    throw failure(
      'start-failed',
      `another container of the sandbox, ${nameOf(other)}, is there, and the gateway would start that one: it takes the newest`,
      `docker rm -f ${other.Id.slice(0, 12)}, then openshell sandbox start ${sandboxWords(gateway)}`,
    );
  }
  const { refusal, record } = await start(scope, gateway);
  if (refusal !== null) {
    const { reason } = refused('start', refusal, record);
    const isForGood = reason.hint === FOR_GOOD;
    throw failure(isForGood ? 'sandbox-error' : 'start-failed', reason.message, reason.hint);
  }
  const raw = await converge<RawContainer | null, RawContainer>(scope, {
    what: 'see the original run',
    code: 'start-failed',
    look: () => scope.docker.inspectContainer(originalId),
    judge: (found) => {
      if (found === null) return impossible(gone('the original', originalId));
      return isDown(found) ? underWay : done(found);
    },
    act: () => Promise.resolve(),
  });
  await mustRun(scope, raw, 'the original');
  return { startedAt: raw.State.StartedAt };
};
