/** What the sets of paths promise to cover. */
import { describe, expect, it } from 'vitest';
import { actorNames, contextSchema, contracts, graftMachine } from '../../machines/index.js';
import type { ActorName } from '../../machines/index.js';
import { actorOf, answersAt } from '../../src/model/alphabet.js';
import type { Snapshot } from '../../src/model/alphabet.js';
import { graphOf } from '../../src/model/graph.js';
import { scripted } from '../../src/model/paths.js';
import type { Path } from '../../src/model/paths.js';
import { pathSets } from '../../src/model/sets.js';
import { fullSetting } from '../../src/model/setting.js';
import { essenceOf, stateOf } from '../../src/model/vertex.js';

const setNamed = (name: string) => {
  const found = pathSets.find((set) => set.name === name);
  if (found === undefined) throw new Error(`no set ${name}`);
  return found;
};
const stepsOf = (paths: Iterable<Path>) =>
  new Set([...paths].flatMap(({ steps }) => steps.map((s) => `${s.state} ${s.outcome}`)));
/** The actor that runs in a snapshot, with what it was given, as the journal keeps it. */
function startedBy(snapshot: Snapshot): [ActorName, unknown][] {
  const actor = actorOf(snapshot);
  if (actor === null) return [];
  const persisted = graftMachine.getPersistedSnapshot(snapshot) as unknown as {
    children: Record<string, { snapshot: { input: unknown } }>;
  };
  return [[actor.src, persisted.children[actor.id]?.snapshot.input]];
}
const errors = (count: number): string[] => Array<string>(count).fill('error');

describe('the sets of paths', () => {
  it('meet every actor', () => {
    const met = new Set<string | null>();
    for (const name of [
      'edges',
      'decisions',
      'carry',
      'rewritten',
      'retire',
      'undo-retired',
      'stopped',
      'dependents',
      'sandbox-lifecycle',
    ])
      for (const { steps } of setNamed(name).paths()) for (const { actor } of steps) met.add(actor);
    expect(actorNames.filter((name) => !met.has(name))).toEqual([]);
  });

  it.each(['edges', 'edges-15', 'stopped-edges', 'dependents-edges'])(
    'take every answer in every state (%s)',
    (name) => {
      const { setting, paths } = setNamed(name);
      const taken = stepsOf(paths());
      const wanted = graphOf(setting, undefined, essenceOf).vertices.flatMap(({ snapshot }) =>
        answersAt(snapshot, setting).map(({ outcome }) => `${stateOf(snapshot)} ${outcome}`),
      );
      expect(wanted.filter((one) => !taken.has(one))).toEqual([]);
    },
  );

  it.each([
    ['cancel', 'CANCEL'],
    ['cancel-stopped', 'CANCEL'],
    ['cancel-dependents', 'CANCEL'],
    ['recover-dependents', 'RECOVER'],
    ['recover', 'RECOVER'],
    ['recover-stopped', 'RECOVER'],
  ])('let something happen from outside in every acting state (%s)', (name, outcome) => {
    const { setting, paths } = setNamed(name);
    const taken = stepsOf(paths());
    const wanted = graphOf(setting, undefined, essenceOf)
      .vertices.filter(({ snapshot }) => answersAt(snapshot, setting).length > 0)
      .map(({ snapshot }) => `${stateOf(snapshot)} ${outcome}`);
    expect(wanted.filter((one) => !taken.has(one))).toEqual([]);
  });

  it('end in an end, or wait for a person', () => {
    for (const { name, paths } of pathSets) {
      if (name === 'all' || name === 'edges-15') continue;
      for (const { id, end } of paths())
        expect(end, `${name}: ${id}`).toMatch(
          /^recover|^decisions$|sandbox-lifecycle$/.test(name)
            ? /^(\w+|confirmation\.awaitingDecision)$/
            : name === 'deferred'
              ? /^(\w+|confirmation\.awaitingFinalize)$/
              : /^\w+$/,
        );
    }
  });
});

describe('the debounce', () => {
  const endOf = (...outcomes: string[]) => scripted(fullSetting, 'pollSupervisor', outcomes).end;

  it('bears 14 errors in a row, and not 15', () => {
    expect(endOf(...errors(14), 'ready')).toBe('grafted');
    expect(endOf(...errors(15))).toBe('rolledBack');
  });

  it('begins again after anything else', () => {
    expect(endOf(...errors(13), 'pending', ...errors(14), 'ready')).toBe('grafted');
    expect(endOf(...errors(14), 'pending', ...errors(14), 'ready')).toBe('grafted');
    expect(endOf(...errors(14), 'interrupted', ...errors(14), 'ready')).toBe('grafted');
    expect(endOf(...errors(14), 'pending', ...errors(15))).toBe('rolledBack');
  });

  it('does not hold up a definite failure', () => {
    const { end, steps } = scripted(fullSetting, 'pollSupervisor', ['failed']);
    expect(end).toBe('rolledBack');
    expect(steps.filter(({ actor }) => actor === 'pollSupervisor')).toHaveLength(1);
  });
});

/** Sets whose settings have whole graphs of their own between them. */
const WHOLE = [
  'all',
  'undo',
  'selection',
  'keep',
  'retire',
  'undo-retired',
  'stopped-edges',
  'stopped-undo',
];

describe('the memory of a run', () => {
  it('is plain JSON of its schema at every vertex, and its counters keep their bounds', () => {
    for (const name of WHOLE) {
      const { setting } = setNamed(name);
      for (const { snapshot } of graphOf(setting, undefined, essenceOf).vertices) {
        const { context } = snapshot;
        expect(contextSchema.parse(JSON.parse(JSON.stringify(context)))).toEqual(context);
        const { options, wait, restarts, repairs, candidate, pendingNetworks } = context;
        expect(wait.polls).toBeLessThanOrEqual(options.maxPolls);
        expect(wait.errors).toBeLessThanOrEqual(options.errorDebounce);
        expect(restarts).toBeLessThanOrEqual(options.maxRestarts);
        expect(repairs).toBeLessThanOrEqual(options.maxRepairs);
        expect(candidate).toBeLessThan(setting.candidates.length);
        expect(pendingNetworks.length).toBeLessThanOrEqual(setting.networks.length);
      }
    }
  });

  it('gives every actor an input of its contract', () => {
    for (const name of WHOLE) {
      const { setting } = setNamed(name);
      for (const { snapshot } of graphOf(setting, undefined, essenceOf).vertices)
        for (const [src, input] of startedBy(snapshot))
          expect(contracts[src].input.parse(input)).toEqual(input);
    }
  });
});
