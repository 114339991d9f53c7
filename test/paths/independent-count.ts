/**
 * Counts the paths of the machine with nothing but XState's two pure functions: no graph, no
 * notion of when two snapshots are the same one, and the running actor taken from the actions
 * that a transition returns instead of from the snapshot.
 */
import { initialTransition, transition } from 'xstate';
import { graftMachine } from '../../machines/index.js';
import type { ActorName } from '../../machines/index.js';
import { answers, failureNamed } from '../../src/model/answers.js';
import { inputOf } from '../../src/model/setting.js';
import type { Setting } from '../../src/model/setting.js';

interface Spawned {
  readonly id: string;
  readonly src: ActorName;
}

/** Of the actors that a transition starts, the one that it does not stop again. */
function running(actions: readonly { type: string; params?: unknown }[]): Spawned | null {
  let current: Spawned | null = null;
  for (const { type, params } of actions) {
    if (type === 'xstate.spawnChild') current = params as Spawned;
    else if (type === 'xstate.stopChild' && current !== null) current = null;
  }
  return current;
}

/**
 * @param leaveOut true for an answer that is not to be given
 * @returns how many paths lead to each end, by its name
 */
export function countEnds(
  setting: Setting,
  leaveOut: (actor: ActorName, outcome: string) => boolean,
): Record<string, number> {
  const ends: Record<string, number> = {};
  type Taken = ReturnType<typeof initialTransition<typeof graftMachine>>;
  const walk = ([snapshot, actions]: Taken): void => {
    const actor = running(actions);
    if (snapshot.status !== 'active' || actor === null) {
      const end = snapshot.context.outcome ?? 'none';
      ends[end] = (ends[end] ?? 0) + 1;
      return;
    }
    const { id, src } = actor;
    const given = { context: snapshot.context, setting };
    for (const [outcome, output] of Object.entries<(of: typeof given) => unknown>(answers[src])) {
      if (leaveOut(src, outcome)) continue;
      const event = { type: `xstate.done.actor.${id}`, output: output(given) };
      walk(transition(graftMachine, snapshot, event as never));
    }
    if (leaveOut(src, 'fails')) return;
    const event = { type: `xstate.error.actor.${id}`, error: failureNamed('failed') };
    walk(transition(graftMachine, snapshot, event as never));
  };
  walk(initialTransition(graftMachine, inputOf(setting)));
  return ends;
}
