import {
  EngineAmbiguous,
  EngineAnswerInvalid,
  EngineRefused,
  EngineUnreachable,
} from '../../docker/errors.js';
import { EngineSilent, GraftError } from '../../errors.js';
import { reach } from './reach.js';
import type { ActorName } from '../../../machines/index.js';
import type { Actor, ActorScope } from './scope.js';

/** How long an engine that refused is watched for going away, and how often it is looked at. */
const WATCH_MS = 5000;
const PAUSE_MS = 500;

/**
 * An actor of the way back, run once more if it failed. An engine on its way down still answers, with 500s
 * (measured on 20.10: "failed to update store"), and one that has just come back may refuse a stop once (measured
 * on 28.5, killed while the container kept restarting: "tried to kill container, but did not receive an exit
 * event"). On the way back that would leave the original down, so a failure is believed only when it is met again
 * after the watch.
 */
export const outlasting = <N extends ActorName>(actor: Actor<N>): Actor<N> =>
  again(actor, () => true);

/** The same for what costs others a restart: only where the engine went away meanwhile. */
export const outlastingOutages = <N extends ActorName>(actor: Actor<N>): Actor<N> =>
  again(actor, (wentAway) => wentAway);

const again =
  <N extends ActorName>(actor: Actor<N>, isWorthwhile: (wentAway: boolean) => boolean): Actor<N> =>
  async (input, scope) => {
    const epoch = await epochBefore(scope);
    try {
      return await actor(input, scope);
    } catch (error) {
      if (!isDoubtful(error) || !isWorthwhile(await wentAway(scope, epoch))) throw error;
      return actor(input, scope);
    }
  };

/** Null where the engine gives no sign of it, or stumbles already: the actor finds out what that means. */
async function epochBefore(scope: ActorScope): Promise<string | null> {
  try {
    return (await reach(scope, () => scope.docker.engine())).epoch;
  } catch (error) {
    if (isDoubtful(error)) return null;
    throw error;
  }
}

/**
 * Whether an engine on its way down can be behind it: a step that could not be done, or a look that
 * met nothing but 500s or answers cut short. Silence has been waited out already.
 */
function isDoubtful(error: unknown): boolean {
  if (error instanceof EngineSilent) return false;
  return error instanceof GraftError || isStumbling(error);
}

const isStumbling = (error: unknown): boolean =>
  error instanceof EngineAnswerInvalid || (error instanceof EngineRefused && error.status >= 500);

/** Whether the engine stops answering, or is another process than at `epoch`, within the watch. It answers again afterwards. */
async function wentAway(scope: ActorScope, epoch: string | null): Promise<boolean> {
  const until = scope.clock.now() + WATCH_MS;
  for (;;) {
    const now = await epochOf(scope);
    if (now === 'silent') return comesBack(scope);
    if (epoch !== null && now.epoch !== epoch) return true;
    if (scope.clock.now() >= until) return false;
    await scope.clock.sleep(PAUSE_MS, scope.signal);
  }
}

/** False for one that only stumbles, and goes on stumbling. */
async function comesBack(scope: ActorScope): Promise<boolean> {
  try {
    await reach(scope, () => scope.docker.engine());
    return true;
  } catch (error) {
    if (isStumbling(error)) return false;
    throw error;
  }
}

async function epochOf({ docker }: ActorScope): Promise<{ epoch: string | null } | 'silent'> {
  try {
    return await docker.engine();
  } catch (error) {
    const isSilence = error instanceof EngineUnreachable || error instanceof EngineAmbiguous;
    if (isSilence || isStumbling(error)) return 'silent';
    throw error;
  }
}
