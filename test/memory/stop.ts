/** `docker stop`: the signal, the grace, the kill. It goes on when nobody waits for it. */
import type { Core } from './core.js';
import { exit } from './exit.js';
import { Pending } from './pending.js';
import { unkillable } from './refusals.js';
import { planLife } from './start.js';
import { isRunning, type MemoryContainer } from './state.js';

const DEFAULT_GRACE_S = 10;
/** How long the engine waits after SIGKILL before it says that it could not. */
const KILL_PATIENCE_MS = 10_000;
export const KILLED = 137;

/**
 * @param graceS seconds between the stop signal and SIGKILL; null: the container's own; negative: for ever
 * @throws EngineRefused 404
 */
export function stop(core: Core, ref: string, graceS: number | null): void | Pending<void> {
  const container = core.container(ref);
  if (!isRunning(container)) return;
  // From the signal on the policy does not bring it back, also when the waiting client is gone.
  container.stoppedByHand = true;
  if (container.status === 'restarting') {
    core.unplan(container);
    container.status = 'exited';
    core.changed('stop', container);
    return;
  }
  if (container.status === 'paused') unpause(core, container);
  const graceMs = (graceS ?? container.config.StopTimeout ?? DEFAULT_GRACE_S) * 1000;
  const manner = container.behaviour.stop ?? { kind: 'ignores' };
  const signalled = container.stop !== null;
  container.stop = { killAt: core.clock.now() + graceMs };
  core.changed('kill', container);
  if (manner.kind === 'exits' && !signalled && (graceMs < 0 || manner.afterMs < graceMs)) {
    if (manner.afterMs === 0) {
      exit(core, container, manner.code);
      return;
    }
    core.plan(container, manner.afterMs, 'ends on its signal', () =>
      exit(core, container, manner.code),
    );
  } else if (manner.kind !== 'unkillable' && graceMs >= 0) {
    core.plan(container, graceMs, 'is killed', () => exit(core, container, KILLED));
  }
  return waiting(core, container, ref, manner.kind === 'unkillable' ? graceMs : null);
}

function waiting(
  core: Core,
  container: MemoryContainer,
  ref: string,
  hopelessAfterMs: number | null,
): Pending<void> {
  let failed = false;
  const down = (): boolean => !isRunning(container);
  if (hopelessAfterMs !== null && hopelessAfterMs >= 0) {
    core.plan(container, hopelessAfterMs + KILL_PATIENCE_MS, 'cannot be killed', () => {
      failed = true;
    });
  }
  return new Pending(
    () => failed || down(),
    () => {
      if (!down()) throw unkillable(ref);
    },
  );
}

export function pause(core: Core, container: MemoryContainer): void {
  if (container.status !== 'running') return;
  core.unplan(container);
  container.status = 'paused';
  core.changed('pause', container);
}

/** What it was going to do begins anew: a frozen process has not moved on. */
export function unpause(core: Core, container: MemoryContainer): void {
  if (container.status !== 'paused') return;
  container.status = 'running';
  planLife(core, container);
  core.changed('unpause', container);
}
