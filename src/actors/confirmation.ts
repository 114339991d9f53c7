/** Actors of the wait: they only look, wait, and ask the readiness source. */
import { ORIGINAL_STARTED } from '../../machines/index.js';
import type { ActorInput, ActorOutput } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { hasHealthcheck } from '../docker/spec/healthcheck.js';
import { failure } from '../errors.js';
import { judgeEvidence } from '../readiness/evidence.js';
import { askOnceLooked, askOpenShell } from '../readiness/openshell.js';
import { askCommand, askHealth, askRunning } from '../readiness/sources.js';
import type { Poll } from '../readiness/sources.js';
import { failed } from '../readiness/verdict.js';
import type { Verdict } from '../readiness/verdict.js';
import { engineRestarted } from './support/epoch.js';
import { writtenPaths } from './support/layer.js';
import { describeEnd, isDown, mustSee, seen, wasStarted } from './support/look.js';
import { reach } from './support/reach.js';
import { refOf } from './support/sandbox.js';
import type { Actor, ActorScope } from './support/scope.js';

export const watchContainer: Actor<'watchContainer'> = async ({ id, epoch }, scope) => {
  const raw = await mustSee(scope, id, 'the replacement');
  if (raw.State.Running && !raw.State.Restarting) return { verdict: 'up' };
  // It went down with its engine: the poll will see that, and have it started again.
  if (await engineRestarted(scope, epoch)) return { verdict: 'up' };
  const end = await describeEnd(scope, raw);
  return {
    verdict: 'down',
    reason: {
      code: 'replacement-failed',
      message: `the replacement failed right after its start: ${end}`,
      hint: 'see the diagnostics for its last log lines',
    },
  };
};

type Input = ActorInput<'pollSupervisor'>;

export const pollSupervisor: Actor<'pollSupervisor'> = async (input, scope) => {
  const { verdict, reason } = await poll(input, scope);
  return { verdict, reason, at: scope.clock.now() };
};

async function poll(input: Input, scope: ActorScope): Promise<Verdict> {
  const raw = await seen(scope, input.replacementId);
  if (raw === null) return failed('somebody else removed it');
  const original = await seen(scope, input.originalId);
  if (original !== null && !isDown(original)) {
    const message = 'somebody else started the original while the replacement was waited for';
    throw failure(ORIGINAL_STARTED, message);
  }
  const evidence = await judgeEvidence({
    raw,
    acceptedRestarts: input.acceptedRestarts,
    engineRestarted: await engineRestarted(scope, input.epoch),
    describeEnd: () => describeEnd(scope, raw),
  });
  return evidence ?? askSource(input, scope, raw);
}

async function askSource(input: Input, scope: ActorScope, raw: RawContainer): Promise<Verdict> {
  const asked: Poll = {
    raw,
    docker: scope.docker,
    upMs: upMs(input, raw, scope.clock.now()),
    stableForMs: input.stableForMs,
  };
  const { gateway } = input;
  if (gateway !== null && (input.ready === 'auto' || input.ready === 'openshell')) {
    const { openshell, clock, signal } = scope;
    const { lifecycle } = gateway;
    const asks = { raw, openshell, ref: refOf(gateway), lifecycle };
    // Where it was told to start the sandbox, it has looked since.
    return input.polls > 0 || lifecycle ? askOpenShell(asks) : askOnceLooked(asks, clock, signal);
  }
  const source =
    input.ready === 'auto' ? (hasHealthcheck(raw) ? 'health' : 'running') : input.ready;
  if (source === 'health') return askHealth(asked);
  if (source === 'running') return askRunning(asked);
  return askCommand(asked, input.readyCommand ?? []);
}

/** By our clock, unless its own start has moved since (the engine restarted it): then by the engine's. */
function upMs(input: Input, raw: RawContainer, now: number): number {
  const sinceOurs = now - input.upSinceAt;
  if (raw.State.StartedAt === input.startedAt) return sinceOurs;
  return Math.max(0, Math.min(sinceOurs, now - Date.parse(raw.State.StartedAt)));
}

export const checkLayer: Actor<'checkLayer'> = async ({ id, layer }, scope) => {
  if (layer === 'discard') return { dirty: [] };
  const raw = await mustSee(scope, id, 'the original');
  return { dirty: await writtenPaths(scope, raw) };
};

export const pauseBetweenPolls: Actor<'pauseBetweenPolls'> = async (
  { ms, deadlineAt },
  { clock, signal },
) => {
  await clock.sleep(Math.max(0, Math.min(ms, deadlineAt - clock.now())), signal);
  return { at: clock.now() };
};

export const assessRecovery: Actor<'assessRecovery'> = async (input, scope) => {
  const original = await seen(scope, input.original.id);
  const replacement = input.replacementId === null ? null : await seen(scope, input.replacementId);
  const { epoch } = await reach(scope, () => scope.docker.engine());
  const at = scope.clock.now();
  const { situation, message } = assess(input, { original, replacement, at });
  const hint = hintFor(situation, input.original.name);
  return {
    situation,
    reason: { code: reasonCodes[situation], message, hint },
    restartCount: replacement?.RestartCount ?? 0,
    startedAt: replacement !== null && wasStarted(replacement) ? replacement.State.StartedAt : null,
    epoch,
    at,
  };
};

type Situation = ActorOutput<'assessRecovery'>['situation'];

const reasonCodes: Record<Situation, string> = {
  back: 'interrupted',
  wait: 'interrupted',
  ask: 'decision-needed',
  restored: ORIGINAL_STARTED,
  gone: 'both-gone',
};

function hintFor(situation: Situation, name: string): string | null {
  const recover = `gpugraft recover ${name}`;
  const hints: Partial<Record<Situation, string>> = {
    back: `run gpugraft apply ${name} again`,
    ask: `${recover} --forward keeps the replacement if it is ready, --back puts the original back, --abandon leaves both as they are`,
    restored: `${recover} --back keeps the original and takes the replacement away, --abandon leaves both as they are`,
  };
  return hints[situation] ?? null;
}

interface Sight {
  readonly original: RawContainer | null;
  readonly replacement: RawContainer | null;
  readonly at: number;
}

/**
 * When the replacement was started, by the engine's clock. An engine that was restarted since says
 * when it started it again; the original's end, which came right before our start, stays.
 */
function startOf(replacement: RawContainer, original: RawContainer | null): number {
  const started = Date.parse(replacement.State.StartedAt);
  return original === null ? started : Math.min(started, Date.parse(original.State.FinishedAt));
}

/** DESIGN section 3, "Which way recover goes". */
function assess(
  { replacementId, startAsked, deadlineAt, readyTimeoutMs }: ActorInput<'assessRecovery'>,
  { original, replacement, at }: Sight,
): { situation: Situation; message: string } {
  if (original === null && replacement === null) {
    return {
      situation: 'gone',
      message: 'original and replacement are both gone: somebody removed them',
    };
  }
  if (replacementId === null) {
    return {
      situation: 'back',
      message: 'the run was interrupted before the replacement was made',
    };
  }
  if (replacement === null) {
    return { situation: 'back', message: 'the run was interrupted, and the replacement is gone' };
  }
  if (!wasStarted(replacement)) {
    return {
      situation: 'back',
      message: 'the run was interrupted before the replacement was started',
    };
  }
  if (original !== null && !isDown(original)) {
    return {
      situation: 'restored',
      message:
        'the run was interrupted, and somebody started the original by hand: the replacement cannot stay beside it',
    };
  }
  if (!startAsked) {
    const message = 'the run was interrupted, and somebody else started the replacement';
    return { situation: 'ask', message };
  }
  const until = deadlineAt ?? startOf(replacement, original) + readyTimeoutMs;
  if (at < until) return { situation: 'wait', message: 'the run was interrupted in its wait' };
  const state = isDown(replacement) ? 'is down' : 'runs';
  return {
    situation: 'ask',
    message: `the run was interrupted, its wait is long over, and the replacement ${state}`,
  };
}
