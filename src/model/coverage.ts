/** Ways to cover the machine that are shorter than every path: every edge, and something from outside everywhere. */
import { answersAt } from './alphabet.js';
import type { Happening, Snapshot } from './alphabet.js';
import { graphOf } from './graph.js';
import type { Graph, Step, Vertex } from './graph.js';
import { follow, pathOf } from './paths.js';
import type { Path } from './paths.js';
import type { Setting } from './setting.js';
import { essenceOf, stateOf } from './vertex.js';

/** The shortest way to each vertex, by its number. */
function shortestWays({ vertices }: Graph): Map<number, readonly Step[]> {
  const ways = new Map<number, readonly Step[]>([[0, []]]);
  for (const [number, way] of ways) {
    for (const { step, to } of vertices[number]?.edges ?? []) {
      if (!ways.has(to)) ways.set(to, [...way, step]);
    }
  }
  return ways;
}

/** Shortest ways that take every edge at least once, each led on to its end. */
export function* everyEdge(setting: Setting): Generator<Path> {
  const graph = graphOf(setting, undefined, essenceOf);
  const taken = new Set<Step>();
  for (const [number, way] of shortestWays(graph)) {
    for (const edge of graph.vertices[number]?.edges ?? []) {
      if (taken.has(edge.step)) continue;
      const steps = [...way];
      let next: Vertex['edges'][number] | undefined = edge;
      let end = graph.vertices[number];
      while (next !== undefined) {
        taken.add(next.step);
        steps.push(next.step);
        end = graph.vertices[next.to];
        next = end?.edges[0];
      }
      if (end !== undefined) yield pathOf(steps, end.snapshot);
    }
  }
}

/** At every vertex: something from outside, then each answer that is possible after it, then what leads on. */
export function* everywhere(
  setting: Setting,
  happening: Happening,
  then: (snapshot: Snapshot) => readonly Happening[] = (s) => answersAt(s, setting),
): Generator<Path> {
  const graph = graphOf(setting, undefined, essenceOf);
  for (const [number, way] of shortestWays(graph)) {
    const vertex = graph.vertices[number];
    if (vertex === undefined || vertex.edges.length === 0) continue;
    const step: Step = { state: stateOf(vertex.snapshot), ...happening };
    yield* eachAnswer(setting, [...way, step], then);
  }
}

/** The way, then each answer that is possible after it. */
export function* eachAnswer(
  setting: Setting,
  way: readonly Step[],
  then: (snapshot: Snapshot) => readonly Happening[],
): Generator<Path> {
  const seen: Happening[] = [];
  const first = follow(
    setting,
    (snapshot, index) => {
      if (index === way.length) seen.push(...then(snapshot));
      return index === way.length ? seen[0] : undefined;
    },
    way,
  );
  yield first;
  for (const happening of seen.slice(1)) {
    yield follow(setting, (_, index) => (index === way.length ? happening : undefined), way);
  }
}
