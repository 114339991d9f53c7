/** The machine's ways, made fit for drawing: those that many states share are drawn once, from their phase. */
import type { Exit, StateText } from '../definition.js';
import { allStates, definition } from '../definition.js';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** For the style: `done`, `error`, `always` or `event`. */
  readonly kind: string;
}

/** From this many states of one phase, the same way out is drawn from the phase itself. */
const shared = 3;

/** `quiescingOriginal` reads `quiescing original`. */
export const words = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

function labelOf({ on, guard }: Exit, others: readonly Exit[]): string {
  if (guard !== null) return words(guard);
  if (on === 'done' || on === 'always') {
    return others.some((other) => other.on === on && other.guard !== null) ? 'otherwise' : '';
  }
  return on === 'error' ? 'fails' : on;
}

const kindOf = ({ on }: Exit): string => (['done', 'error', 'always'].includes(on) ? on : 'event');

/** Every way that leads elsewhere, several from one state to another taken together. */
function ownEdges(states: readonly StateText[]): Edge[] {
  return states.flatMap((state) => {
    const edges = new Map<string, Edge>();
    for (const exit of state.exits) {
      if (exit.to === state.path) continue;
      const label = labelOf(exit, state.exits);
      const key = `${exit.to} ${kindOf(exit)}`;
      const known = edges.get(key);
      const labels = new Set([...(known?.label.split('\n') ?? []), label].filter((l) => l !== ''));
      edges.set(key, {
        from: state.path,
        to: exit.to,
        label: [...labels].join('\n'),
        kind: kindOf(exit),
      });
    }
    return [...edges.values()];
  });
}

const inAnyState = ({ label }: Edge): string => `${label}\n(any state)`.trim();

/** @returns the edges of the whole machine, in the order of its definition */
export function edgesOf(machine: StateText = definition()): readonly Edge[] {
  const hoisted = machine.children.flatMap((phase): Edge[] => {
    const own = ownEdges(allStates(phase));
    const count = new Map<string, number>();
    const key = (edge: Edge): string => JSON.stringify([edge.to, edge.label, edge.kind]);
    for (const edge of own) count.set(key(edge), (count.get(key(edge)) ?? 0) + 1);
    // A way to another state of the phase would seem to come from one of them alone.
    const isShared = (edge: Edge): boolean =>
      !edge.to.startsWith(`${phase.path}.`) && (count.get(key(edge)) ?? 0) >= shared;
    const drawn = new Set<string>();
    const lifted = own.flatMap((edge): Edge[] => {
      if (!isShared(edge)) return [edge];
      if (drawn.has(key(edge))) return [];
      drawn.add(key(edge));
      return [
        {
          ...edge,
          from: phase.path,
          label: `${edge.label}\n(${count.get(key(edge))} states)`.trim(),
        },
      ];
    });
    const phaseOwn = ownEdges([phase]).map((edge) => ({ ...edge, label: inAnyState(edge) }));
    return [...phaseOwn, ...lifted];
  });
  return hoisted;
}
