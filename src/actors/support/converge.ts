/**
 * The one way in which anything is changed: look, judge, act if needed, look again.
 *
 * - Only a look decides. What a changing call answered, a refusal included, is a reason to look.
 * - A call whose answer was lost is made again until one of ours is answered, so that none of
 *   them is still under way when the step is over (settling).
 * - A step never waits for ever: its patience bounds the looking, and a call that is answered
 *   but has no effect is a failure.
 */
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../docker/errors.js';
import { GatewayAmbiguous, GatewayUnreachable } from '../../openshell/errors.js';
import { failure } from '../../errors.js';
import type { GraftError } from '../../errors.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

export type Verdict<Done> =
  | { readonly is: 'done'; readonly value: Done }
  | { readonly is: 'needed' }
  /** Something is under way that must end first. */
  | { readonly is: 'underWay' }
  | { readonly is: 'impossible'; readonly why: GraftError };

export const done = <Done>(value: Done): Verdict<Done> => ({ is: 'done', value });
export const needed: Verdict<never> = { is: 'needed' };
export const underWay: Verdict<never> = { is: 'underWay' };
export const impossible = (why: GraftError): Verdict<never> => ({ is: 'impossible', why });

export interface Step<Seen, Done> {
  /** As in `could not stop the original`. */
  readonly what: string;
  /** The failure's code. */
  readonly code: string;
  readonly look: () => Promise<Seen>;
  readonly judge: (seen: Seen) => Verdict<Done>;
  readonly act: (seen: Seen) => Promise<unknown>;
  /** Milliseconds beyond the scope's patience that one act may take by its nature (a stop's grace). */
  readonly graceMs?: number;
}

/** How often an answered act may be made before its having no effect is a failure. */
const MOST_ACTS = 3;
const PAUSE = 100;
const LONGEST_PAUSE = 1000;

/**
 * @throws GraftError with the step's code when the engine refused and a look confirms it, when the
 *   act has no effect, or when patience is over
 * @throws EngineSilent when the engine does not answer
 */
export async function converge<Seen, Done>(
  scope: ActorScope,
  step: Step<Seen, Done>,
): Promise<Done> {
  const until = scope.clock.now() + scope.patienceMs + (step.graceMs ?? 0);
  let answered = 0;
  let refusal: EngineRefused | null = null;
  for (let pause = PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const seen = await reach(scope, step.look);
    const verdict = step.judge(seen);
    if (verdict.is === 'done') return verdict.value;
    if (verdict.is === 'impossible') throw verdict.why;
    const late = scope.clock.now() >= until;
    if (verdict.is === 'needed') {
      if (refusal !== null) throw couldNot(step, refusal.message);
      if (answered >= MOST_ACTS)
        throw couldNot(step, 'it was said to be done, but it had no effect');
      if (late) throw couldNot(step, 'no answer came in time');
      const outcome = await attempt(() => step.act(seen));
      if (outcome === 'answered') answered += 1;
      if (outcome instanceof EngineRefused) refusal = outcome;
      if (outcome !== 'unanswered') {
        pause = PAUSE;
        continue;
      }
    } else if (late) {
      throw couldNot(step, 'it was still under way when patience was over');
    }
    await scope.clock.sleep(pause);
  }
}

/** Makes one changing call. @returns how it was answered: what that means, only a look can say */
export async function attempt(
  act: () => Promise<unknown>,
): Promise<'answered' | 'unanswered' | EngineRefused> {
  try {
    await act();
    return 'answered';
  } catch (error) {
    if (error instanceof EngineRefused) return error;
    if (error instanceof EngineAmbiguous || error instanceof EngineUnreachable) return 'unanswered';
    if (error instanceof GatewayAmbiguous || error instanceof GatewayUnreachable)
      return 'unanswered';
    throw error;
  }
}

const couldNot = ({ code, what }: { code: string; what: string }, why: string): GraftError =>
  failure(code, `could not ${what}: ${why}`);
