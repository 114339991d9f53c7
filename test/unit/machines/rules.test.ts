/** The rules of the machine (DESIGN section 3, machines/README.md), over its own definition. */
import { describe, expect, it } from 'vitest';
import { actorNames, graftMachine } from '../../../machines/index.js';
import { allStates, definition } from '../../../src/model/definition.js';
import type { StateText } from '../../../src/model/definition.js';

type Node = typeof graftMachine.root;
const nodesOf = (node: Node): Node[] => [node, ...Object.values(node.states).flatMap(nodesOf)];
const nodes = nodesOf(graftMachine.root);
const transitionsOf = (node: Node) => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
];
const actionsOf = (node: Node) => [
  ...node.entry,
  ...node.exit,
  ...transitionsOf(node).flatMap(({ actions }) => actions),
];
/** The name of an action, guard or actor; what was written inline has none. */
const nameOf = (what: unknown): string | null => {
  if (typeof what === 'string') return what;
  const type: unknown =
    typeof what === 'object' && what !== null ? Reflect.get(what, 'type') : undefined;
  return typeof type === 'string' ? type : null;
};
const states = allStates();
const acting = states.filter(({ kind }) => kind === 'acting');
const failing = (check: (node: Node) => boolean): string[] =>
  nodes.filter((node) => !check(node)).map(({ id }) => id);

describe('what the machine is made of', () => {
  it('has no delays, no history, no parallel states', () => {
    expect(failing(({ after }) => after.length === 0)).toEqual([]);
    expect(failing(({ type }) => ['atomic', 'compound', 'final'].includes(type))).toEqual([]);
    expect(failing(({ config }) => !('after' in config) && !('history' in config))).toEqual([]);
  });

  it('does nothing but assign, under names that say what is recorded', () => {
    const named = nodes.flatMap((node) => actionsOf(node).map((action) => nameOf(action)));
    expect(named.filter((name) => name?.startsWith('record') !== true)).toEqual([]);
    const { actions } = graftMachine.implementations;
    expect(new Set(named).size).toBe(Object.keys(actions).length);
    const kinds = Object.entries(actions).map(([name, action]) => [
      name,
      Reflect.get(action as object, 'type'),
    ]);
    expect(kinds.filter(([, type]) => type !== 'xstate.assign')).toEqual([]);
  });

  it('has a name for every guard, and every guard is used', () => {
    const guards = nodes.flatMap((node) =>
      transitionsOf(node).flatMap(({ guard }) => (guard === undefined ? [] : [nameOf(guard)])),
    );
    expect(guards).not.toContain(null);
    expect(new Set(guards)).toEqual(new Set(Object.keys(graftMachine.implementations.guards)));
  });

  it('invokes every actor of the contracts, under an ID that is written and no other has', () => {
    const invoked = nodes.flatMap(({ invoke }) => invoke);
    const ids = invoked.map(({ id }) => id);
    expect(new Set(invoked.map(({ src }) => nameOf(src)))).toEqual(new Set(actorNames));
    expect(new Set(ids).size).toBe(ids.length);
    // Named after its actor; one that stands in another place as well says so at its end, or what it is for.
    const ends = ['', 'Late', 'Early', 'Again'];
    const odd = invoked.filter(({ id, src }) => !ends.some((end) => id === `${nameOf(src)}${end}`));
    expect(odd.map(({ id }) => id).toSorted()).toEqual([
      'documentFailure',
      'quiesceReplacement',
      'removeStray',
      'settleSandbox',
    ]);
    expect(failing(({ invoke }) => invoke.length <= 1)).toEqual([]);
    expect(acting).toHaveLength(invoked.length);
  });

  it('says what follows success and failure in every state that acts', () => {
    const without = (on: string) =>
      acting.filter(({ exits }) => !exits.some((e) => e.on === on)).map(({ path }) => path);
    expect(without('done')).toEqual([]);
    expect(without('error')).toEqual([]);
  });

  it('leaves no answer unheard: the last exit of every kind has no guard', () => {
    const open = states.flatMap(({ path, kind, exits }) =>
      (kind === 'passing' ? ['always'] : kind === 'acting' ? ['done', 'error'] : []).flatMap((on) =>
        exits.findLast((e) => e.on === on)?.guard === null ? [] : [`${path} ${on}`],
      ),
    );
    expect(open).toEqual([]);
  });
});

describe('what every state says', () => {
  const pathsOf = (those: readonly StateText[]): string[] => those.map(({ path }) => path);

  it('describes itself in one to four clauses that end as sentences do', () => {
    const clauses = (text: string): number => text.split(/[.:;] /).length;
    const odd = states.filter(
      ({ description }) => !/^[A-Z].*\.$/.test(description) || clauses(description) > 4,
    );
    expect(pathsOf(odd)).toEqual([]);
  });

  it('has the whole of its meta', () => {
    const keys = new Set(
      [definition(), ...states].map(({ meta }) => Object.keys(meta).toSorted().join(' ')),
    );
    expect([...keys]).toEqual(['cause onRecover step undo']);
    const silent = states.filter(({ meta }) => meta.step.trim() === '' || meta.cause.trim() === '');
    expect(pathsOf(silent)).toEqual([]);
    const rules = new Set(states.map(({ meta }) => meta.onRecover));
    expect([...rules].toSorted()).toEqual(['assess', 'over', 'resume', 'withdraw']);
    const over = states.filter(({ meta }) => meta.onRecover === 'over');
    expect(pathsOf(over)).toEqual(pathsOf(states.filter(({ kind }) => kind === 'final')));
  });
});

describe('where the ways lead', () => {
  const paths = new Set(states.map(({ path }) => path));
  const leafOf = (path: string): string => {
    const initial = states.find((state) => state.path === path)?.initial ?? null;
    return initial === null ? path : leafOf(initial);
  };
  const parents = (path: string): string[] =>
    path.split('.').map((_, n, all) => all.slice(0, n + 1).join('.'));
  /** By definition alone: whatever a guard says. */
  const next = (path: string): string[] =>
    states
      .filter((state) => parents(path).includes(state.path))
      .flatMap(({ exits }) => exits.map(({ to }) => leafOf(to)));
  const reach = (from: string): Set<string> => {
    const found = new Set([leafOf(from)]);
    for (const path of found) for (const to of next(path)) found.add(to);
    return found;
  };
  const leaves = states.filter(({ kind }) => kind !== 'phase').map(({ path }) => path);
  const ends = states.filter(({ kind }) => kind === 'final').map(({ path }) => path);

  it('exist', () => {
    const missing = states.flatMap(({ exits }) => exits.filter(({ to }) => !paths.has(to)));
    expect(missing).toEqual([]);
  });

  it('reach every state', () => {
    const found = reach(definition().initial ?? '');
    expect(leaves.filter((path) => !found.has(path))).toEqual([]);
  });

  it('reach an end from everywhere', () => {
    const stuck = leaves.filter((path) => ends.every((end) => !reach(path).has(end)));
    expect(stuck).toEqual([]);
  });

  it('keep the promise of each recovery rule', () => {
    const under = (rule: string) =>
      states.filter(({ kind, meta }) => kind !== 'phase' && meta.onRecover === rule);
    const without = (rule: string, end: string) =>
      under(rule).filter(({ path }) => !reach(path).has(end));
    expect(without('withdraw', 'refused')).toEqual([]);
    expect(without('assess', 'rolledBack')).toEqual([]);
  });
});
