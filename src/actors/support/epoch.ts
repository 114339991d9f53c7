import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

/** Whether the engine was started anew since `epoch` was read; false where that cannot be known. */
export async function engineRestarted(scope: ActorScope, epoch: string | null): Promise<boolean> {
  if (epoch === null) return false;
  const engine = await reach(scope, () => scope.docker.engine());
  return engine.epoch !== null && engine.epoch !== epoch;
}
