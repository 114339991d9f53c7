/** A step without an actor is XState's own step. */
import { transition } from 'xstate';
import { expect, it } from 'vitest';
import { graftMachine, nextStep } from '../../../machines/index.js';
import { graphOf, pathSets } from '../../../src/model/index.js';

const persisted = (snapshot: Parameters<typeof nextStep>[0]) =>
  JSON.stringify(graftMachine.getPersistedSnapshot(snapshot));

it('at every edge of a set of paths', () => {
  const set = pathSets.find(({ name }) => name === 'undo');
  if (set === undefined) throw new Error('there is no such set');
  let edges = 0;
  for (const { snapshot, edges: out } of graphOf(set.setting).vertices) {
    for (const { step } of out) {
      const [next, effects] = nextStep(snapshot, step.event as never);
      const [wanted, wantedEffects] = transition(graftMachine, snapshot, step.event as never);
      expect(persisted(next)).toBe(persisted(wanted));
      expect(effects.map(({ type }) => type)).toEqual(wantedEffects.map(({ type }) => type));
      edges += 1;
    }
  }
  expect(edges).toBeGreaterThan(100);
});
