/** The machine as it is written: its states and the ways out of each, for pictures, tables and rules. */
import { graftMachine } from '../../machines/index.js';
import type { StateMeta } from '../../machines/index.js';

type StateNode = typeof graftMachine.root;
type Transition = NonNullable<ReturnType<StateNode['transitions']['get']>>[number];

export interface Exit {
  /** What sets it off: `done`, `error`, `always`, or the name of an event from outside. */
  readonly on: string;
  /** The guard's name, with its parameters where they are written out; null: whatever else. */
  readonly guard: string | null;
  /** Dotted; the state itself where nothing but memory changes. */
  readonly to: string;
}
export interface StateText {
  /** Dotted, such as `cutover.quiescingOriginal`. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'final' | 'phase' | 'acting' | 'passing' | 'resting';
  readonly description: string;
  readonly meta: StateMeta;
  readonly actor: string | null;
  readonly exits: readonly Exit[];
  readonly children: readonly StateText[];
  /** Of a phase: the state that it begins in. */
  readonly initial: string | null;
}

const pathOf = (node: StateNode): string => node.path.join('.');

function guardText(guard: Transition['guard']): string | null {
  if (guard === undefined) return null;
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') throw new Error('a guard without a name');
  const params: unknown = Reflect.get(guard, 'params');
  const written =
    typeof params === 'object' && params !== null ? Object.values(params).map(String) : [];
  return [guard.type, ...written].join(' ');
}

function actorName({ src }: StateNode['invoke'][number]): string {
  if (typeof src !== 'string') throw new Error('an actor without a name');
  return src;
}

function kindOf(node: StateNode): StateText['kind'] {
  if (node.type === 'final') return 'final';
  if (node.invoke.length > 0) return 'acting';
  if (node.type === 'compound') return 'phase';
  return (node.always ?? []).length > 0 ? 'passing' : 'resting';
}

function exitsOf(node: StateNode): Exit[] {
  const on = (type: string): string =>
    type.startsWith('xstate.done.actor.')
      ? 'done'
      : type.startsWith('xstate.error.actor.')
        ? 'error'
        : type;
  const text = (name: string, transition: Transition): Exit[] => {
    const targets = transition.target ?? [node];
    return targets.map((target) => ({
      on: name,
      guard: guardText(transition.guard),
      to: pathOf(target),
    }));
  };
  return [
    ...[...node.transitions].flatMap(([type, list]) => list.flatMap((t) => text(on(type), t))),
    ...(node.always ?? []).flatMap((t) => text('always', t)),
  ];
}

function textOf(node: StateNode): StateText {
  const [invoke] = node.invoke;
  return {
    path: pathOf(node),
    name: node.key,
    kind: kindOf(node),
    description: node.description ?? '',
    meta: node.meta as StateMeta,
    actor: invoke === undefined ? null : actorName(invoke),
    exits: exitsOf(node),
    children: Object.values(node.states).map((child) => textOf(child)),
    initial:
      node.type === 'compound' ? (node.initial.target.map((t) => pathOf(t))[0] ?? null) : null,
  };
}

/** The whole machine, as its definition says. */
export const definition = (): StateText => textOf(graftMachine.root);

/** Every state below, parents before children. */
export const allStates = (of: StateText = definition()): readonly StateText[] =>
  of.children.flatMap((child) => [child, ...allStates(child)]);
