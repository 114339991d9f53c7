/** Paths through the machine as plain data, and every one of them. */
import { actorOf, answersAt, leadingOutcome } from './alphabet.js';
import type { Happening, Snapshot } from './alphabet.js';
import { after, begin, stepOf } from './graph.js';
import type { Graph, Step } from './graph.js';
import type { Setting } from './setting.js';
import { stateOf } from './vertex.js';

export interface Path {
  /**
   * Names the path among those of its setting: each answer that is not the one that leads on,
   * as `actor=outcome`, with `#n` for the n-th answer of that actor.
   */
  readonly id: string;
  readonly steps: readonly Step[];
  /** The final state; or the state of rest in which the run waits for a person. */
  readonly end: string;
}

/** Gives a path its name and its end. */
export function pathOf(steps: readonly Step[], last: Snapshot): Path {
  return { id: idOf(steps), steps: [...steps], end: stateOf(last) };
}

/**
 * Every path from the beginning to an end, depth first, the one that leads on first.
 * @throws Error a loop that nothing in the context bounds: then there is no "every path"
 */
export function* everyPath(graph: Graph): Generator<Path> {
  const steps: Step[] = [];
  const open = new Set<number>();
  function* from(number: number): Generator<Path> {
    const vertex = graph.vertices[number];
    if (vertex === undefined) throw new Error(`there is no vertex ${number}`);
    if (open.has(number)) throw new Error(`a loop through ${stateOf(vertex.snapshot)}`);
    if (vertex.edges.length === 0) yield pathOf(steps, vertex.snapshot);
    open.add(number);
    for (const { step, to } of vertex.edges) {
      steps.push(step);
      yield* from(to);
      steps.pop();
    }
    open.delete(number);
  }
  yield* from(0);
}

function idOf(steps: readonly Step[]): string {
  const seen = new Map<string, number>();
  const words: string[] = [];
  for (const [index, { actor, outcome }] of steps.entries()) {
    if (actor === null) {
      words.push(`${outcome}@${index}`);
      continue;
    }
    const nth = (seen.get(actor) ?? 0) + 1;
    seen.set(actor, nth);
    if (outcome === leadingOutcome(actor)) continue;
    words.push(`${actor}${nth > 1 ? `#${nth}` : ''}=${outcome}`);
  }
  return words.length === 0 ? 'straight' : words.join(' ');
}

/** More steps than any run of the machine takes: its counters are bounded well below. */
const mostSteps = 1000;

/** What happens in a snapshot, as a path's script has it; undefined: the answer that leads on. */
export type Script = (snapshot: Snapshot, index: number) => Happening | undefined;

/**
 * Follows one path to its end: what the script says, otherwise what leads on.
 * @throws Error when it does not come to an end
 */
export function follow(setting: Setting, script: Script, from: readonly Step[] = []): Path {
  const steps: Step[] = [];
  let snapshot = begin(setting);
  for (;;) {
    const given = from[steps.length];
    const happening = given ?? script(snapshot, steps.length) ?? answersAt(snapshot, setting)[0];
    if (happening === undefined) return pathOf(steps, snapshot);
    if (steps.length > mostSteps) throw new Error(`no end in sight in ${stateOf(snapshot)}`);
    steps.push(stepOf(snapshot, happening));
    snapshot = after(snapshot, happening);
  }
}

/** The answer of that name. @throws Error where the current actor has no such answer */
export function answerNamed(snapshot: Snapshot, setting: Setting, outcome: string): Happening {
  const found = answersAt(snapshot, setting).find((happening) => happening.outcome === outcome);
  if (found === undefined) throw new Error(`${stateOf(snapshot)} has no answer ${outcome}`);
  return found;
}

/** Lets one actor give these answers, one after the other; all others lead on. */
export function scripted(setting: Setting, actor: string, outcomes: readonly string[]): Path {
  const left = [...outcomes];
  return follow(setting, (snapshot) => {
    if (actorOf(snapshot)?.src !== actor) return undefined;
    const outcome = left.shift();
    return outcome === undefined ? undefined : answerNamed(snapshot, setting, outcome);
  });
}
