/** What others do to the two containers, and what puts a container where a step needs it. */
import type { MemoryContainer } from '../../memory/index.js';
import { refuseChanges } from './faults.js';
import type { Arrange } from './faults.js';
import { runs } from './world.js';
import type { World } from './world.js';

/** The moves go on from any state, for paths differ in what came before. */
export function start(world: World, container: MemoryContainer | null): void {
  if (container === null || runs(container)) return;
  if (container.name !== 'box') world.strayStarted = true;
  world.lab.engine.outsider.start(container.id);
}

export function stop(world: World, container: MemoryContainer | null): void {
  if (container !== null && runs(container)) world.lab.engine.outsider.stop(container.id);
}

export function remove(world: World, container: MemoryContainer | null): void {
  if (container === null) return;
  if (container.id === world.originalId) world.originalTaken = true;
  else world.replacementTaken = true;
  world.lab.engine.outsider.remove(container.id);
}

export function crash(world: World, container: MemoryContainer | null): void {
  if (container !== null && runs(container)) world.lab.engine.outsider.crash(container.id, 3);
}

/** Somebody starts the one that must be down; where there is none, the engine refuses the act. */
export const startsOther =
  (otherOf: (world: World) => MemoryContainer | null): Arrange =>
  (world) => {
    const other = otherOf(world);
    if (other === null) refuseChanges(world);
    else start(world, other);
  };

/** The engine is killed and comes back; the replacement is down afterwards, whatever its policy. */
export function restartEngine(world: World): void {
  world.lab.engine.outsider.restartEngine({ kind: 'killed' });
  stop(world, world.replacement);
}

/** Time goes on until the wait's deadline has passed. */
export function passDeadline(world: World): void {
  const { clock } = world.lab;
  const { wait, options } = world.context;
  const deadlineAt = wait.deadlineAt ?? clock.now() + options.readyTimeoutMs;
  clock.advance(Math.max(0, deadlineAt - clock.now()));
}

/** The replacement runs, and nothing beside it. */
export function onlyReplacementRuns(world: World): void {
  stop(world, world.original);
  start(world, world.replacement);
}

export function health(world: World, status: 'starting' | 'healthy' | 'unhealthy'): void {
  const { replacement } = world;
  if (replacement === null) throw new Error('there is no replacement whose health could be set');
  replacement.health = { status, failingStreak: status === 'unhealthy' ? 3 : 0 };
}
