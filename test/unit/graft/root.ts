/**
 * Whole runs of the composition root, on a real state folder: only the engine and the clock are in
 * memory. A test imports it before anything of `src/`, for what has been loaded is not replaced.
 */
import * as path from 'node:path';
import { vi } from 'vitest';
import type { Session } from '../../../src/session.js';
import { MemoryEngine, type Hooks } from '../../memory/index.js';
import { folder } from '../runtime/lines.js';

export const world = { engine: null as unknown as MemoryEngine, hooks: {} as Hooks };
vi.mock('../../../src/docker/adapter/index.js', () => ({
  // Looked up at each call: what happens in the middle of a run counts.
  createDockerPort: () =>
    world.engine.port({ hooks: { before: (call) => world.hooks.before?.(call) } }),
}));
vi.mock('../../../src/clock.js', () => ({
  systemClock: {
    now: () => world.engine.clock.now(),
    sleep: async (ms: number, signal?: AbortSignal) => {
      await world.engine.clock.until(null, world.engine.clock.now() + ms, signal);
    },
  },
}));

/** A new engine, on which `box` runs. @returns its ID */
export function begin(env: Readonly<Record<string, string>> = {}): string {
  world.engine = new MemoryEngine();
  world.hooks = {};
  return world.engine.run({ name: 'box', restart: 'always', env });
}

export const sessionIn = (stateDir: string, more: Partial<Session> = {}): Session => ({
  context: null,
  host: null,
  stateDir,
  ...more,
});

export const newSession = (more: Partial<Session> = {}): Session =>
  sessionIn(path.join(folder(), 'state'), more);

/** A replacement of `box` that ends by itself in its wait. @param id the original's */
export const failsAfterStart = (id: string): void =>
  world.engine.script(({ name, id: it }) => name === 'box' && it !== id, {
    exit: { afterMs: 3000, code: 3 },
  });

/** From now on no call is answered, until the hooks are others. */
export const goSilent = (): void => {
  world.hooks = { before: () => ({ kind: 'unreachable' }) };
};
