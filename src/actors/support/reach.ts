import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../docker/errors.js';
import {
  GatewayAmbiguous,
  GatewayAnswerInvalid,
  GatewayRefused,
  GatewayUnreachable,
  isGatewayError,
} from '../../openshell/errors.js';
import { EngineSilent } from '../../errors.js';
import type { ActorScope } from './scope.js';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;
/**
 * How often an engine may answer a question with an error of its own before that is its answer: the
 * pauses between them make about 7 s, for one that is on its way down takes seconds.
 */
const MOST_ERRORS = 8;

/** What asking again needs of a scope. */
export type Asking = Pick<ActorScope, 'docker' | 'clock' | 'signal' | 'engineId' | 'patienceMs'>;

/**
 * Asks the engine something that changes nothing, again and again while no answer comes: it
 * cannot be reached, or the answer was lost, or it stumbles (a status of 500 or more). An engine
 * that came back is checked to be the same one before its word counts.
 * @throws EngineSilent once the step's patience is over: no verdict, the run stays as it is
 */
export async function reach<T>(scope: Asking, ask: () => Promise<T>): Promise<T> {
  const until = scope.clock.now() + scope.patienceMs;
  let pause = FIRST_PAUSE;
  let errors = 0;
  for (let wasSilent = false; ;) {
    try {
      if (wasSilent) await sameEngine(scope);
      return await ask();
    } catch (error) {
      const why = error instanceof EngineRefused ? stumbling(error, ++errors) : silence(error);
      const who = isGatewayError(error) ? 'gateway' : 'engine';
      if (scope.clock.now() + pause > until) throw new EngineSilent(why, who);
      await scope.clock.sleep(pause, scope.signal);
      if (scope.signal.aborted) throw new EngineSilent(why, who);
      wasSilent ||= !(error instanceof EngineRefused);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

/** A gateway is asked beside the engine, and waited for like it. */
const SILENT = [
  EngineUnreachable,
  EngineAmbiguous,
  GatewayUnreachable,
  GatewayAmbiguous,
  GatewayAnswerInvalid,
];

const NO_ACCESS: readonly string[] = ['Unauthenticated', 'PermissionDenied'];

function silence(error: unknown): string {
  if (error instanceof Error && SILENT.some((kind) => error instanceof kind)) return error.message;
  // A login that has expired says nothing about what was asked.
  if (error instanceof GatewayRefused && NO_ACCESS.includes(error.code)) return error.message;
  throw error;
}

function stumbling(error: EngineRefused, times: number): string {
  if (error.status >= 500 && times < MOST_ERRORS) return error.message;
  throw error;
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
