/** The engine's own restarts: the table of facts/reliability.md. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import { settleDown } from './exit.js';
import { wantsRestart } from './policy.js';
import { destroy } from './remove.js';
import { begin } from './start.js';
import type { MemoryContainer } from './state.js';
import { KILLED } from './stop.js';

export interface EngineRestart {
  /** `graceful`: as a service manager stops it; `killed`: SIGKILL. */
  readonly kind: 'graceful' | 'killed';
  /** How long it does not answer (virtual ms); 0: it is back at once. */
  readonly downMs?: number;
}

/** Stops the engine's process and starts it anew, at once or after a while. */
export function restartEngine(core: Core, { kind, downMs = 0 }: EngineRestart): void {
  core.epoch++;
  core.downUntil = core.clock.now() + downMs;
  // What was only in the old process is gone: creates that had not ended.
  for (const [name, id] of core.names) if (!core.containers.has(id)) core.names.delete(name);
  if (!core.liveRestore) {
    for (const container of core.running()) {
      settleDown(core, container, endCode(container));
      // A killed engine finds them at its next start and stops them as a hand would (measured).
      if (kind === 'killed') container.stoppedByHand = true;
      core.changed('die', container);
    }
  }
  if (downMs === 0) comeUp(core);
  else core.clock.at(core.downUntil, 'engine is back', () => comeUp(core));
}

function endCode(container: MemoryContainer): number {
  if (container.status === 'restarting') return container.exitCode;
  const manner = container.behaviour.stop;
  return manner?.kind === 'exits' ? manner.code : KILLED;
}

function comeUp(core: Core): void {
  core.downUntil = 0;
  for (const container of core.containers.values()) {
    if (container.status === 'removing') destroy(core, container, false);
    // Created and never started stays down under every policy.
    const wasUp = container.startedAt !== null && container.status === 'exited';
    if (!wasUp || !wantsRestart(container, container.stoppedByHand)) continue;
    try {
      begin(core, container, false);
    } catch (error) {
      if (!(error instanceof EngineRefused)) throw error;
    }
  }
}
