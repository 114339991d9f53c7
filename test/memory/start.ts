/** Starting a container, and all that is then going to happen to it by itself. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { JsonObject } from '../../src/docker/raw.js';
import { behaviourOf } from './behaviour.js';
import type { Core } from './core.js';
import { attachAll, releaseAll } from './endpoints.js';
import { exit } from './exit.js';
import { injectDevices } from './gpu.js';
import { checkJoins } from './joins.js';
import { objectIn } from './json.js';
import { publish } from './ports.js';
import { markedForRemoval, pausedStart } from './refusals.js';
import { destroy } from './remove.js';
import { isRunning, type MemoryContainer } from './state.js';

/** `docker start`; one that runs is left as it is. @throws EngineRefused */
export function start(core: Core, ref: string): void {
  const container = core.container(ref);
  if (container.status === 'paused') throw pausedStart();
  if (container.status === 'removing') throw markedForRemoval();
  if (isRunning(container)) return;
  container.startedBy = core.actor;
  begin(core, container, false);
}

/**
 * Starts its process. By policy, restart count and back-off go on; otherwise they begin anew.
 *
 * @throws EngineRefused when it cannot start; it is then down as before, with the reason in its state
 */
export function begin(core: Core, container: MemoryContainer, byPolicy: boolean): void {
  container.starts++;
  container.behaviour = behaviourOf(
    container,
    core.images.get(container.imageId)?.behaviour ?? {},
    core.scripts,
  );
  try {
    attachAll(core, container);
    checkJoins(core, container);
    publish(core, container);
    injectDevices(container.hostConfig, core);
    checkSysctls(container);
    const refused = container.behaviour.startError;
    if (refused) throw new EngineRefused(refused.status, refused.message);
  } catch (error) {
    if (error instanceof EngineRefused) fail(core, container, error.message);
    throw error;
  }
  if (!byPolicy) {
    container.stoppedByHand = false;
    container.restartCount = 0;
    container.backoffMs = 0;
  }
  container.status = 'running';
  container.startedAt = core.clock.now();
  container.pid = core.nextPid++;
  container.startOrder = container.pid;
  container.exitCode = 0;
  container.error = '';
  container.logs += container.behaviour.logs ?? '';
  planLife(core, container);
  core.changed('start', container);
}

/** The runtime's word. @throws EngineRefused */
function checkSysctls({ hostConfig }: MemoryContainer): void {
  if (hostConfig.NetworkMode !== 'host') return;
  const sysctls = Object.keys(objectIn((hostConfig as JsonObject).Sysctls));
  const own = sysctls.find((name) => name.startsWith('net.'));
  if (own === undefined) return;
  throw new EngineRefused(400, `sysctl "${own}" not allowed in host network namespace`);
}

function fail(core: Core, container: MemoryContainer, message: string): void {
  releaseAll(core, container);
  container.ports = [];
  container.error = message;
  if (container.exitCode === 0) container.exitCode = 128;
  if (container.status === 'restarting') container.status = 'exited';
  if (container.hostConfig.AutoRemove === true) destroy(core, container, true);
  else core.changed('start-failed', container);
}

/** Its own exit and its health, counted from now. */
export function planLife(core: Core, container: MemoryContainer): void {
  const { exit: ending, health } = container.behaviour;
  if (ending)
    core.plan(container, ending.afterMs, 'exits', () => exit(core, container, ending.code));
  const test = container.config.Healthcheck?.Test;
  if (!test || test.length === 0 || test[0] === 'NONE') return;
  container.health = { status: 'starting', failingStreak: 0 };
  const interval = container.config.Healthcheck?.Interval;
  const first = typeof interval === 'number' && interval > 0 ? interval / 1e6 : 30_000;
  for (const { afterMs, status } of health ?? [{ afterMs: first, status: 'healthy' as const }]) {
    core.plan(container, afterMs, status, () => {
      // Docker calls it unhealthy after three failures in a row, by default.
      container.health = { status, failingStreak: status === 'unhealthy' ? 3 : 0 };
      core.changed(`health_status: ${status}`, container);
    });
  }
}
