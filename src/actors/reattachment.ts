/** The actor that attaches one dependent again to what has the place of the container that it depends on. */
import type { ActorInput, Context, Warning } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { isMoved } from '../docker/spec/rejoin.js';
import { EngineSilent, GraftError, failure } from '../errors.js';
import { mustRun, startBeside, stop } from './support/acts.js';
import { isDown, mustSee, seen } from './support/look.js';
import { outlastingOutages } from './support/outlasting.js';
import { optionsForPart } from './support/part-options.js';
import { relayed } from './support/parts.js';
import type { PartRest } from './support/parts.js';
import type { Actor, ActorScope } from './support/scope.js';

type Input = ActorInput<'reattachDependent'>;
type Way = Input['way'];

/**
 * Ends when the dependent depends on the container `to` and runs if it ran: it is started, or
 * restarted, or a run of its own makes it again. Unlike other actors it may make several changing
 * calls, one after the other: what it has done is told by a look, and by the journal of that run.
 */
export const reattachDependent: Actor<'reattachDependent'> = outlastingOutages<'reattachDependent'>(
  async (input, scope) => {
    const turned =
      input.way === 'back' ? await settledPart(input, scope, 'forward', ['back']) : null;
    const last = (await settledPart(input, scope, input.way)) ?? turned ?? asFound(input);
    const raw = await steady(scope, last.id);
    if (raw === null) return { id: last.id, on: input.to, warnings: [goneWarning(input)] };
    const stands = isMoved(raw, moveOf(input), last.on);
    const made = stands ? last : await recreated(input, scope, raw.Id);
    const now = stands ? raw : await mustSee(scope, made.id, 'the dependent');
    const act = await running(input, scope, now);
    return {
      id: now.Id,
      on: input.to,
      warnings: [...doneWarnings(input, now.Id, act), ...made.warnings],
    };
  },
);

/** As the outer run knows it, where no part has made it anew. */
const asFound = ({ dependent: { id, on } }: Input): Made => ({ id, on, warnings: [] });

/** What a part has made, and what there is to say of it. */
interface Made {
  readonly id: string;
  /** What it depends on. */
  readonly on: string;
  readonly warnings: Warning[];
}

const moveOf = ({ from, to, toName, dependent: { aliases } }: Input) => ({
  from: from ?? to,
  to,
  toName,
  aliases,
});

const marks: Readonly<Record<Way, string>> = { forward: 'd', back: 'b' };

/** @param attempt from 1: each is a run of its own */
const partId = ({ runId }: ActorScope, { number }: Input, way: Way, attempt: number): string =>
  `${runId}-${marks[way]}${number}-${attempt}`;

/** The number of the last attempt on record; 0: there is none. */
function lastAttempt(input: Input, scope: ActorScope, way: Way): number {
  for (let attempt = 0; ; attempt += 1) {
    if (scope.parts.standing(partId(scope, input, way, attempt + 1)) === null) return attempt;
  }
}

type Choices = readonly Context['choice'][];
/** On, kept if it turns out well, otherwise back: nobody is asked. */
const onward: Choices = [null, 'forward', 'back'];

/**
 * What an earlier process has begun is brought to its end.
 * @returns null: it has made nothing, or there is none
 */
async function settledPart(
  input: Input,
  scope: ActorScope,
  way: Way,
  choices: Choices = onward,
): Promise<Made | null> {
  const attempt = lastAttempt(input, scope, way);
  if (attempt === 0) return null;
  const runId = partId(scope, input, way, attempt);
  const standing = scope.parts.standing(runId);
  if (standing === null) return null;
  const end = await ended(input, scope, { runId, rest: standing, choices });
  if (end.outcome === 'stranded' && way !== input.way) throw notDone(runId, end);
  return madeBy(input, end);
}

const madeBy = (
  { dependent: { name } }: Input,
  { outcome, replacementId: id, on, warnings }: PartRest,
): Made | null =>
  outcome === 'grafted' && id !== null && on !== null
    ? { id, on, warnings: relayed(name, warnings) }
    : null;

const notDone = (runId: string, { outcome, reason }: PartRest): GraftError =>
  failure(
    reason?.code ?? 'internal',
    reason?.message ?? `run ${runId} ended ${outcome}`,
    reason?.hint ?? null,
  );

/** Drives a part until it is over. @throws EngineSilent where that cannot be done now */
async function ended(
  { cancellable }: Input,
  { parts }: ActorScope,
  { runId, rest, choices }: { runId: string; rest: PartRest; choices: Choices },
): Promise<PartRest> {
  let current = rest;
  for (const choice of choices) {
    if (current.outcome !== null) return current;
    current = await parts.goOn({ runId, cancellable }, choice);
    if (current.open !== null && current.question === null)
      throw new EngineSilent(current.open.message);
  }
  if (current.outcome !== null) return current;
  throw new EngineSilent(current.question?.message ?? `run ${runId} did not come to its end`);
}

/** How often a run that only died before it changed anything is begun anew within one step. */
const MOST_ATTEMPTS = 3;

/** @throws GraftError why its run did not do it */
async function recreated(input: Input, scope: ActorScope, target: string): Promise<Made> {
  const { dependent, way, options, daemonUlimits } = input;
  const first = lastAttempt(input, scope, way) + 1;
  let why: GraftError | null = null;
  for (let attempt = first; attempt < first + MOST_ATTEMPTS; attempt += 1) {
    const runId = partId(scope, input, way, attempt);
    const rest = await scope.parts.begin({
      runId,
      target,
      options: optionsForPart(options),
      rejoin: { of: scope.runId, ...moveOf(input), running: dependent.running, daemonUlimits },
      cancellable: input.cancellable,
    });
    if (rest.open !== null && rest.outcome === null && rest.question === null)
      throw new EngineSilent(rest.open.message);
    const end = await ended(input, scope, { runId, rest, choices: ['forward', 'back'] });
    const made = madeBy(input, end);
    if (made !== null) return made;
    why = notDone(runId, end);
    if (why.failure.code !== 'interrupted') throw why;
  }
  throw why ?? failure('internal', 'no attempt was made');
}

const STEADY_MS = 5000;
const PAUSE_MS = 200;

/** What restarts by its policy while there is nothing to join comes to rest soon. */
async function steady(scope: ActorScope, id: string): Promise<RawContainer | null> {
  const until = scope.clock.now() + STEADY_MS;
  for (;;) {
    const raw = await seen(scope, id);
    if (raw === null || !raw.State.Restarting || scope.clock.now() >= until) return raw;
    await scope.clock.sleep(PAUSE_MS, scope.signal);
  }
}

const startOf = ({ State: { StartedAt: at } }: RawContainer): number => Date.parse(at);

type Act = 'started' | 'restarted';

/** It depends on the right one: it runs if it ran, and since that one runs. */
async function running(
  { dependent, to, toName }: Input,
  scope: ActorScope,
  raw: RawContainer,
): Promise<Act | null> {
  if (!dependent.running) return null;
  const lender = await mustSee(scope, to, toName);
  const ran = !isDown(raw);
  if (ran && (!dependent.joins || startOf(raw) >= startOf(lender))) return null;
  const target = { id: raw.Id, what: `the dependent ${dependent.name}` };
  if (ran) await stop(scope, target, null);
  await mustRun(scope, await startBeside(scope, target, null), target.what);
  return ran ? 'restarted' : 'started';
}

const inWords = ({ name, how }: Input['dependent']): string => `${name} (${how})`;

function doneWarnings({ dependent }: Input, id: string, act: Act | null): Warning[] {
  const acts = { started: 'it was started again', restarted: 'it was restarted' };
  const isNew = id !== dependent.id;
  if (!isNew && act === null) return [];
  const [was, is] = [dependent.id, id].map((one) => one.slice(0, 12));
  const what =
    isNew || act === null ? `it was made again: its ID was ${was} and is ${is}` : acts[act];
  return [{ code: 'dependent-reattached', message: `${inWords(dependent)}: ${what}` }];
}

const goneWarning = ({ dependent }: Input): Warning => ({
  code: 'dependent-gone',
  message: `${inWords(dependent)} is gone: somebody else removed it`,
});
