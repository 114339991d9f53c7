/** The changes that are made to the original and to the replacement alike, each one call, each convergent. */
import type { ActorOutput, RestartPolicyFacts } from '../../../machines/index.js';
import type { RawContainer } from '../../docker/raw.js';
import { redactorFor } from '../../diagnostics/redact.js';
import { EngineRefused } from '../../docker/errors.js';
import { failure } from '../../errors.js';
import type { GraftError } from '../../errors.js';
import { attempt, converge, done, impossible, needed, underWay } from './converge.js';
import type { Step } from './converge.js';
import { describeEnd, gone, isDown, look, nameOf } from './look.js';
import type { ActorScope } from './scope.js';

/** Seconds that Docker itself allows a stop when nothing else is configured. */
const DEFAULT_GRACE_S = 10;

interface Target {
  readonly id: string;
  /** As in `stop the original`. */
  readonly what: string;
}

/** One of a pair, and the name that it must have where that matters. */
interface Named extends Target {
  readonly name?: string;
}

/** Stops a container and waits until inspect says that it is down. @returns its last inspect */
export async function stop(
  scope: ActorScope,
  { id, what }: Target,
  graceS: number | null,
): Promise<RawContainer | null> {
  const first = await scope.docker.inspectContainer(id).catch(() => null);
  const grace = graceS ?? first?.Config.StopTimeout ?? DEFAULT_GRACE_S;
  return converge<RawContainer | null, RawContainer | null>(scope, {
    what: `stop ${what}`,
    code: 'stop-failed',
    graceMs: grace * 1000,
    look: look(scope.docker, id),
    judge: (raw) => (raw === null || isDown(raw) ? done(raw) : needed),
    act: () => scope.docker.stopContainer(id, graceS),
  });
}

/** What the last look at a stopped container tells the machine. */
export const stoppedAs = (raw: RawContainer): ActorOutput<'stopOriginal'> => ({
  finishedAt: raw.State.FinishedAt,
  exitCode: raw.State.ExitCode,
  policy: policyOf(raw),
});

/** Sets a restart policy; a container that is gone has none to set. */
export async function setPolicy(
  scope: ActorScope,
  { id, what }: Target,
  policy: RestartPolicyFacts,
): Promise<RawContainer | null> {
  return converge<RawContainer | null, RawContainer | null>(scope, {
    what: `set the restart policy of ${what}`,
    code: 'policy-failed',
    look: look(scope.docker, id),
    judge: (raw) => (raw === null || hasPolicy(raw, policy) ? done(raw) : needed),
    act: () => scope.docker.setRestartPolicy(id, policy),
  });
}

export const never: RestartPolicyFacts = { name: 'no', maximumRetryCount: 0 };

/**
 * Sets the restart policy `no` of a container that is down. One that runs again is not touched: an
 * update rewrites the cgroup of what runs, and has cost people their GPU.
 * @returns its last inspect: whether it is down is for the caller to judge; null: it is gone
 */
export async function disarm(
  scope: ActorScope,
  { id, what }: Target,
): Promise<RawContainer | null> {
  return converge<RawContainer | null, RawContainer | null>(scope, {
    what: `keep ${what} down`,
    code: 'policy-failed',
    look: look(scope.docker, id),
    judge: (raw) => (raw === null || !isDown(raw) || hasPolicy(raw, never) ? done(raw) : needed),
    act: () => scope.docker.setRestartPolicy(id, never),
  });
}

/** Old engines write an empty name for `no`. */
export const policyOf = ({ HostConfig }: RawContainer): RestartPolicyFacts => ({
  name: HostConfig.RestartPolicy.Name === '' ? 'no' : HostConfig.RestartPolicy.Name,
  maximumRetryCount: HostConfig.RestartPolicy.MaximumRetryCount,
});

/** The retry count means nothing without `on-failure`. */
export const isSamePolicy = (one: RestartPolicyFacts, other: RestartPolicyFacts): boolean =>
  one.name === other.name &&
  (one.name !== 'on-failure' || one.maximumRetryCount === other.maximumRetryCount);

export const hasPolicy = (raw: RawContainer, policy: RestartPolicyFacts): boolean =>
  isSamePolicy(policyOf(raw), policy);

export const rename = (scope: ActorScope, target: Target, name: string): Promise<void> =>
  converge(scope, renaming(scope, target, name));

/**
 * Renames without a look where the engine answers: in the downtime a look costs as much as the act.
 * The ID says which container, and a rename to the name that it has is refused (measured: `Renaming
 * a container with the same name as its current name`), so that it is right to ask again. Whoever
 * starts what was renamed looks at the names first (`startBeside`).
 */
export async function renameAtOnce(scope: ActorScope, target: Target, name: string): Promise<void> {
  const step = renaming(scope, target, name);
  const outcome = await attempt(() => step.act(null));
  if (outcome === 'answered') return;
  // A refusal is not asked for twice: a look says whether it is done already, as after a lost reply.
  const refused = (): Promise<never> => Promise.reject(outcome as EngineRefused);
  await converge(scope, outcome === 'unanswered' ? step : { ...step, act: refused });
}

const renaming = (
  scope: ActorScope,
  { id, what }: Target,
  name: string,
): Step<RawContainer | null, void> => ({
  what: `rename ${what} to ${name}`,
  code: 'rename-failed',
  look: look(scope.docker, id),
  judge: (raw) => {
    if (raw === null) return impossible(gone(what, id));
    return nameOf(raw) === name ? done(undefined) : needed;
  },
  act: () => scope.docker.renameContainer(id, name),
});

interface Pair {
  readonly raw: RawContainer | null;
  readonly other: RawContainer | null;
}

/**
 * Starts one container while the other one, if there is one, is down, seen before and after, and only under the names
 * that they must have. A container that ran and ended at once was started all the same: its
 * StartedAt has moved.
 */
export async function startBeside(
  scope: ActorScope,
  target: Named,
  other: Named | null,
): Promise<RawContainer> {
  let startedBefore: string | null = null;
  return converge<Pair, RawContainer>(scope, {
    what: `start ${target.what}`,
    code: 'start-failed',
    // Both at once: this stands in the downtime.
    look: async () => {
      const [beside, raw] = await Promise.all([
        other === null ? null : scope.docker.inspectContainer(other.id),
        scope.docker.inspectContainer(target.id),
      ]);
      return { other: beside, raw };
    },
    judge: ({ raw, other: beside }) => {
      if (raw === null) return impossible(gone(target.what, target.id));
      if (other !== null && beside !== null && !isDown(beside)) {
        const why = isDown(raw) ? bothWouldRun(target, other) : bothRun(other, beside, target, raw);
        return impossible(why);
      }
      startedBefore ??= raw.State.StartedAt;
      if (raw.State.Status === 'removing') return underWay;
      const started = !isDown(raw) || raw.State.StartedAt !== startedBefore;
      if (started) return done(raw);
      const amiss = misnamed(target, raw) ?? (other === null ? null : misnamed(other, beside));
      return amiss === null ? needed : impossible(amiss);
    },
    act: ({ raw }) => startRedacted(scope, target.id, raw),
  });
}

/**
 * A 20.10 that was killed in the middle of a start, its containerd with it, refuses every later start of that
 * container, also after another restart of the engine; once the shim is gone it starts (measured).
 */
const remedyFor = (refusal: string, id: string): string =>
  /\btask [\da-f]{64}: already exists\b/.test(refusal)
    ? ` (the engine was killed during an earlier start, of which a process is left: pkill -f 'containerd-shim.*${id.slice(0, 12)}' on the engine's machine, or its reboot, ends that, and then it can be started)`
    : '';

/** What the engine says against a start quotes the command, and with it what stands in the environment. */
async function startRedacted(
  { docker }: ActorScope,
  id: string,
  raw: RawContainer | null,
): Promise<void> {
  try {
    await docker.startContainer(id);
  } catch (error) {
    if (!(error instanceof EngineRefused) || raw === null) throw error;
    const message = redactorFor(raw)(error.message) + remedyFor(error.message, id);
    throw new EngineRefused(error.status, message);
  }
}

function misnamed({ name, what }: Named, raw: RawContainer | null): GraftError | null {
  if (name === undefined || raw === null || nameOf(raw) === name) return null;
  return failure('rename-failed', `${what} is called ${nameOf(raw)}, not ${name}`);
}

const bothWouldRun = (target: Target, other: Target): GraftError =>
  failure(
    'both-would-run',
    `${other.what} runs: somebody else started it, so ${target.what} is not started beside it`,
  );

type Role = Pick<Target, 'what'>;

/** What was seen once: they may be kept apart since. @param other the one that somebody else started */
export const bothRun = (other: Role, beside: RawContainer, target: Role, raw: RawContainer) =>
  failure(
    'both-run',
    `${other.what} (${nameOf(beside)}) was seen to run beside ${target.what} (${nameOf(raw)}): somebody else started it`,
  );

/** @throws GraftError `not-running` with how it ended */
export async function mustRun(scope: ActorScope, raw: RawContainer, what: string): Promise<void> {
  if (raw.State.Running && !raw.State.Restarting) return;
  throw failure('not-running', `${what} does not run: ${await describeEnd(scope, raw)}`);
}
