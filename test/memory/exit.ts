/** The end of a container's process, and what the restart policy makes of it. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import { releaseAll } from './endpoints.js';
import { inProcessesOf } from './joins.js';
import { wantsRestart } from './policy.js';
import { destroy } from './remove.js';
import { begin } from './start.js';
import type { MemoryContainer } from './state.js';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 60_000;
const KILLED = 137;
/** Having run that long, a container is restarted without growing delays. */
const STEADY_MS = 10_000;

/** Its process has ended, with this code. */
export function exit(core: Core, container: MemoryContainer, code: number): void {
  const ranMs = core.clock.now() - (container.startedAt ?? core.clock.now());
  settleDown(core, container, code);
  for (const other of inProcessesOf(core, container)) exit(core, other, KILLED);
  // A stop by hand has cancelled the restarts, whatever the policy.
  if (!container.stoppedByHand && wantsRestart(container, false)) {
    restartLater(core, container, ranMs);
  }
  core.changed('die', container);
  if (container.status === 'exited' && container.hostConfig.AutoRemove === true) {
    destroy(core, container, true);
  }
}

/** Down, with nothing planned and nothing of the host held. */
export function settleDown(core: Core, container: MemoryContainer, code: number): void {
  core.unplan(container);
  releaseAll(core, container);
  container.ports = [];
  container.pid = 0;
  container.stop = null;
  container.status = 'exited';
  container.exitCode = code;
  container.finishedAt = core.clock.now();
  // The engine shows a container whose health is not watched any more as unhealthy (measured).
  if (container.health !== null) container.health = { ...container.health, status: 'unhealthy' };
}

function restartLater(core: Core, container: MemoryContainer, ranMs: number): void {
  if (ranMs >= STEADY_MS) container.backoffMs = 0;
  container.backoffMs = Math.min(
    container.backoffMs === 0 ? FIRST_BACKOFF_MS : container.backoffMs * 2,
    LONGEST_BACKOFF_MS,
  );
  container.restartCount++;
  container.status = 'restarting';
  // An engine that is down restarts nothing until it is back.
  const delay = Math.max(container.backoffMs, core.downUntil - core.clock.now());
  core.plan(container, delay, 'restarts', () => {
    try {
      begin(core, container, true);
    } catch (error) {
      if (!(error instanceof EngineRefused)) throw error;
    }
  });
}
