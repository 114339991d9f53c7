/** The machine as a graph: its snapshots, and the steps between them. */
import { initialTransition } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import type { AdjacencyValue } from 'xstate/graph';
import { graftMachine, nextStep } from '../../machines/index.js';
import type { ActorName } from '../../machines/index.js';
import { answersAt } from './alphabet.js';
import type { Happening, ModelEvent, Snapshot } from './alphabet.js';
import { inputOf } from './setting.js';
import type { Setting } from './setting.js';
import { stateOf, vertexOf } from './vertex.js';

export interface Step {
  /** The state in which it happens. */
  readonly state: string;
  /** Null for an event from outside. */
  readonly actor: ActorName | null;
  readonly outcome: string;
  readonly event: ModelEvent;
}

export type Answering = (snapshot: Snapshot) => readonly Happening[];

/** A vertex of the graph, by number, and the steps out of it. */
export interface Vertex {
  readonly snapshot: Snapshot;
  readonly edges: readonly { readonly step: Step; readonly to: number }[];
}
export interface Graph {
  /** The first one is where a run begins. */
  readonly vertices: readonly Vertex[];
}

export const begin = (setting: Setting): Snapshot =>
  initialTransition(graftMachine, inputOf(setting))[0];

/** @throws Error what an input, guard or assignment of the machine threw: always a mistake in it */
export function after(snapshot: Snapshot, { event }: Happening): Snapshot {
  // The machine's own event type knows only what comes from outside; actors' answers are XState's.
  const [next] = nextStep(snapshot, event as never);
  if (next.status === 'error') throw next.error;
  return next;
}

/** The step that a happening makes of a snapshot. */
export const stepOf = (snapshot: Snapshot, { actor, outcome, event }: Happening): Step => ({
  state: stateOf(snapshot),
  actor,
  outcome,
  event,
});

/**
 * The graph of all snapshots that the answers can reach, by `xstate/graph`.
 * @param answering what can happen in a snapshot
 * @param vertex when two snapshots are one: what they are, or (`essenceOf`) how they go on
 */
export function graphOf(
  setting: Setting,
  answering: Answering = (s) => answersAt(s, setting),
  vertex: (snapshot: Snapshot) => string = vertexOf,
): Graph {
  const happenings = new WeakMap<ModelEvent, Happening>();
  const adjacency = getAdjacencyMap(graftMachine, {
    fromState: begin(setting),
    serializeState: (snapshot) => vertex(snapshot as Snapshot),
    events: (snapshot) =>
      answering(snapshot as Snapshot).map((happening) => {
        happenings.set(happening.event, happening);
        return happening.event as never;
      }),
  });
  const numbers = new Map(Object.keys(adjacency).map((key, number) => [key, number]));
  const found = Object.values(adjacency) as AdjacencyValue<Snapshot, ModelEvent>[];
  const vertices = found.map(({ state: snapshot, transitions }): Vertex => {
    const edges = Object.values(transitions).map(({ event, state: next }) => {
      const happening = happenings.get(event);
      const to = numbers.get(vertex(next));
      if (happening === undefined || to === undefined) throw new Error('an edge leads nowhere');
      return { step: stepOf(snapshot, happening), to };
    });
    return { snapshot, edges };
  });
  return { vertices };
}

/** How many paths lead from the beginning to an end, by counting backwards over the graph. */
export function countPaths(graph: Graph): number {
  const counts = new Map<number, number>();
  const from = (number: number): number => {
    const known = counts.get(number);
    if (known !== undefined) return known;
    const edges = graph.vertices[number]?.edges ?? [];
    const count = edges.length === 0 ? 1 : edges.reduce((sum, { to }) => sum + from(to), 0);
    counts.set(number, count);
    return count;
  };
  return from(0);
}
