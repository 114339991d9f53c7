import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../docker/errors.js';
import { GraftError } from '../../errors.js';
import { reach } from './reach.js';
import type { ActorName } from '../../../machines/index.js';
import type { Actor, ActorScope } from './scope.js';

/** How long an engine that refused is watched for going away, and how often it is looked at. */
const WATCH_MS = 5000;
const PAUSE_MS = 500;

/**
 * An actor of the way back, run once more if it failed at an engine that was on its way down: such a
 * one still answers, with 500s (measured on 20.10: "failed to update store"). On the way back that
 * would leave the original down, so a failure is believed only while the engine stays.
 */
export const outlasting =
  <N extends ActorName>(actor: Actor<N>): Actor<N> =>
  async (input, scope) => {
    const { epoch } = await reach(scope, () => scope.docker.engine());
    try {
      return await actor(input, scope);
    } catch (error) {
      if (!(error instanceof GraftError) || !(await wentAway(scope, epoch))) throw error;
      return actor(input, scope);
    }
  };

/** Whether the engine stops answering, or is another process than at `epoch`, within the watch. It answers again afterwards. */
async function wentAway(scope: ActorScope, epoch: string | null): Promise<boolean> {
  const until = scope.clock.now() + WATCH_MS;
  for (;;) {
    const now = await epochOf(scope);
    if (now === 'silent') {
      await reach(scope, () => scope.docker.engine());
      return true;
    }
    if (epoch !== null && now.epoch !== epoch) return true;
    if (scope.clock.now() >= until) return false;
    await scope.clock.sleep(PAUSE_MS, scope.signal);
  }
}

async function epochOf({ docker }: ActorScope): Promise<{ epoch: string | null } | 'silent'> {
  try {
    return await docker.engine();
  } catch (error) {
    const kinds = [EngineUnreachable, EngineAmbiguous, EngineRefused];
    if (kinds.some((kind) => error instanceof kind)) return 'silent';
    throw error;
  }
}
