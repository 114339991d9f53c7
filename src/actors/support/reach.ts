import { EngineUnreachable } from '../../docker/errors.js';
import { EngineSilent } from '../../errors.js';
import type { ActorScope } from './scope.js';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;

/**
 * Asks the engine something that changes nothing, again and again while it does not answer. An
 * engine that came back is checked to be the same one before its word counts.
 * @throws EngineSilent once the step's patience is over: no verdict, the run stays as it is
 */
export async function reach<T>(scope: ActorScope, ask: () => Promise<T>): Promise<T> {
  const until = scope.clock.now() + scope.patienceMs;
  let pause = FIRST_PAUSE;
  for (let wasSilent = false; ; wasSilent = true) {
    try {
      if (wasSilent) await sameEngine(scope);
      return await ask();
    } catch (error) {
      if (!(error instanceof EngineUnreachable)) throw error;
      if (scope.clock.now() + pause > until) throw new EngineSilent(error.message);
      await scope.clock.sleep(pause, scope.signal);
      if (scope.signal.aborted) throw new EngineSilent(error.message);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

/** @throws EngineUnreachable `other-engine` when another engine answers at the same address */
export async function sameEngine({
  docker,
  engineId,
}: Pick<ActorScope, 'docker' | 'engineId'>): Promise<void> {
  if (engineId === null) return;
  const { id } = await docker.engine();
  if (id !== engineId) {
    throw new EngineUnreachable(
      'other-engine',
      `another engine (${id}) answers than the one this run began with (${engineId})`,
    );
  }
}
