/** What can happen in a snapshot of the machine: one event for each answer its actor can give. */
import type { SnapshotFrom } from 'xstate';
import type { ActorName, Choice, ExternalEvent, graftMachine } from '../../machines/index.js';
import { actorNames } from '../../machines/index.js';
import { answers, failureNamed } from './answers.js';
import type { Setting } from './setting.js';

export type Snapshot = SnapshotFrom<typeof graftMachine>;

/** What the driver sends for an actor that answered (`output`) or failed (`error`). */
export interface ActorEvent {
  readonly type: `xstate.done.actor.${string}` | `xstate.error.actor.${string}`;
  readonly actorId: string;
  readonly output?: unknown;
  readonly error?: unknown;
}
export type ModelEvent = ActorEvent | ExternalEvent;

/** One thing that can happen: `outcome` names it, such as `ready`, `fails` or `CANCEL`. */
export interface Happening {
  /** Null for an event from outside. */
  readonly actor: ActorName | null;
  readonly outcome: string;
  readonly event: ModelEvent;
}

/** An actor that could not do its work. */
export const fails = 'fails';

/**
 * The actor of a state that acts, with the ID of its invocation; null at rest and at the end.
 * @throws Error a state that runs two actors at once: the machine has none
 */
export function actorOf(snapshot: Snapshot): { id: string; src: ActorName } | null {
  if (snapshot.status !== 'active') return null;
  const children = Object.values(snapshot.children).filter((child) => child !== undefined);
  const [child] = children;
  if (child === undefined) return null;
  if (children.length > 1) throw new Error(`${children.length} actors run in one state`);
  const src = actorNames.find((name) => name === child.src);
  if (src === undefined) throw new Error(`an actor without a name runs as ${child.id}`);
  return { id: child.id, src };
}

/** Every answer that the current actor can give; the one that leads on comes first, its failure last. */
export function answersAt(snapshot: Snapshot, setting: Setting): Happening[] {
  const actor = actorOf(snapshot);
  if (actor === null) return [];
  const { id, src } = actor;
  const given = { context: snapshot.context, setting };
  const outcomes = Object.entries<(of: typeof given) => unknown>(answers[src]).map(
    ([outcome, output]): Happening => ({
      actor: src,
      outcome,
      event: { type: `xstate.done.actor.${id}`, output: output(given), actorId: id },
    }),
  );
  const error = failureNamed(`${id.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}-failed`);
  return [
    ...outcomes,
    {
      actor: src,
      outcome: fails,
      event: { type: `xstate.error.actor.${id}`, error, actorId: id },
    },
  ];
}

/** The answer of an actor that leads on, as opposed to astray. */
export const leadingOutcome = (actor: ActorName): string => Object.keys(answers[actor])[0] ?? fails;

export const cancel: Happening = {
  actor: null,
  outcome: 'CANCEL',
  event: { type: 'CANCEL', by: 'SIGINT' },
};

/** A new process takes the run over, with or without the user's answer. */
export const recover = (choice: Choice | null): Happening => ({
  actor: null,
  outcome: choice === null ? 'RECOVER' : `RECOVER-${choice}`,
  event: { type: 'RECOVER', choice },
});
