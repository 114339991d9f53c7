/** The readiness sources: each answers one poll about a container that is known to run. */
import type { RawContainer } from '../docker/raw.js';
import type { DockerPort } from '../docker/port.js';
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../docker/errors.js';
import { redactorFor } from '../diagnostics/redact.js';
import { error, pending, ready } from './verdict.js';
import type { Verdict } from './verdict.js';

export interface Poll {
  readonly raw: RawContainer;
  readonly docker: DockerPort;
  /** How long it has been up without a restart, in milliseconds. */
  readonly upMs: number;
  readonly stableForMs: number;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** `running`: it stays up for the stable time. */
export function askRunning({ upMs, stableForMs }: Poll): Verdict {
  if (upMs >= stableForMs) return ready(`it has been up for ${seconds(upMs)}`);
  return pending(`it has been up for ${seconds(upMs)} of ${seconds(stableForMs)}`);
}

/** `health`: its own HEALTHCHECK says healthy, and still does when the stable time is over. */
export function askHealth(poll: Poll): Verdict {
  const status = poll.raw.State.Health?.Status ?? 'none';
  if (status === 'starting') return pending('its health check is still starting');
  if (status === 'unhealthy') return error('its health check says unhealthy');
  if (status !== 'healthy') return error(`its health check says ${status}`);
  if (poll.upMs < poll.stableForMs)
    return pending('it is healthy, and has to stay so for a moment');
  return ready('its health check says healthy');
}

const EXEC_MS = 30_000;

/** `command`: the user's command, run inside, exits 0. While a health check is starting it is not asked. */
export async function askCommand(poll: Poll, argv: readonly string[]): Promise<Verdict> {
  if (poll.raw.State.Health?.Status === 'starting')
    return pending('its health check is still starting');
  try {
    const { exitCode, output } = await poll.docker.exec(poll.raw.Id, argv, { timeoutMs: EXEC_MS });
    if (exitCode === 0) return ready('the command says yes');
    const redact = redactorFor(poll.raw, argv);
    const last = redact(output.trim().split('\n').at(-1) ?? '').slice(0, 200);
    return error(`the command ended with exit code ${exitCode}${last === '' ? '' : `: ${last}`}`);
  } catch (cause) {
    if (cause instanceof EngineAmbiguous)
      return error(`the command gave no answer within ${EXEC_MS / 1000} s`);
    if (cause instanceof EngineRefused)
      return error(`the command could not be run: ${cause.message}`);
    // No verdict: the next poll waits for the engine.
    if (cause instanceof EngineUnreachable) return pending('the engine cannot be reached');
    throw cause;
  }
}
