/** A snapshot that was written and read back behaves as the one that was not. */
import { createActor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { contextSchema, graftMachine } from '../../../machines/index.js';
import { answersAt, cancel, recover } from '../../../src/model/alphabet.js';
import type { Snapshot } from '../../../src/model/alphabet.js';
import { after, graphOf } from '../../../src/model/graph.js';
import { inputOf, smallSetting } from '../../../src/model/setting.js';
import { essenceOf, stateOf, vertexOf } from '../../../src/model/vertex.js';

const restored = (snapshot: Snapshot): Snapshot => {
  const written = JSON.stringify(graftMachine.getPersistedSnapshot(snapshot));
  // As the driver reads its journal: rehydrated, never started.
  return createActor(graftMachine, {
    input: inputOf(smallSetting),
    snapshot: JSON.parse(written) as Snapshot,
  }).getSnapshot();
};

describe.each(['graft', 'undo'] as const)('a %s run', (intent) => {
  const setting = { ...smallSetting, intent, errorDebounce: 2, maxPolls: 3 };
  const { vertices } = graphOf(setting, undefined, essenceOf);

  it('goes on alike after it was written and read, at every vertex and whatever happens', () => {
    for (const { snapshot } of vertices) {
      const again = restored(snapshot);
      expect(vertexOf(again)).toBe(vertexOf(snapshot));
      for (const happening of [...answersAt(snapshot, setting), cancel, recover(null)])
        expect(vertexOf(after(again, happening))).toBe(vertexOf(after(snapshot, happening)));
    }
  });

  it('has a context that its schema knows, whatever happens', () => {
    for (const { snapshot } of vertices)
      for (const happening of [...answersAt(snapshot, setting), cancel, recover('back')]) {
        const { context } = after(snapshot, happening);
        expect(contextSchema.parse(JSON.parse(JSON.stringify(context)))).toEqual(context);
      }
  });
});

describe('something from outside', () => {
  const { vertices } = graphOf(smallSetting, undefined, essenceOf);
  const rules = new Map(
    vertices.map(({ snapshot }) => [snapshot, Object.values(snapshot.getMeta()).at(-1)?.onRecover]),
  );
  const outcomeAfter = (snapshot: Snapshot): string => {
    const next = after(snapshot, recover(null));
    return next.context.outcome ?? stateOf(next);
  };
  const by = (rule: string) =>
    [...rules].flatMap(([snapshot, own]) => (own === rule ? [snapshot] : []));

  it('RECOVER does what the meta of the state says', () => {
    const expected = { withdraw: 'refused', assess: 'confirmation.assessingRecovery' };
    for (const [rule, end] of Object.entries(expected)) {
      const ends = new Set(by(rule).map((snapshot) => outcomeAfter(snapshot)));
      expect([...ends]).toEqual([end]);
    }
    for (const snapshot of by('resume'))
      expect(stateOf(after(snapshot, recover(null)))).toBe(stateOf(snapshot));
    expect(by('resume').length).toBeGreaterThan(0);
  });

  it('CANCEL never interrupts an actor that may have changed something', () => {
    const left = vertices
      .map(({ snapshot }) => snapshot)
      .filter((snapshot) => stateOf(after(snapshot, cancel)) !== stateOf(snapshot))
      .map((snapshot) => stateOf(snapshot));
    expect([...new Set(left)].toSorted()).toEqual([
      'confirmation.checkingLayer',
      'confirmation.pausingBetweenPolls',
      'confirmation.pollingSupervisor',
      'confirmation.watchingContainer',
    ]);
  });

  it('RECOVER takes back no cancel of a process that died into a rollback without a look', () => {
    const cancelled = by('assess')
      .map((snapshot) => after(snapshot, cancel))
      .filter((snapshot) => !stateOf(snapshot).startsWith('rollback.'));
    const then = new Set(cancelled.map((snapshot) => stateOf(after(snapshot, recover(null)))));
    expect([...then]).toEqual(['confirmation.assessingRecovery']);
  });

  it('CANCEL is taken as soon as the actor that runs has settled, whatever it answers', () => {
    const decided = /^(?:completion|rollback)\.|^\w+$/;
    const onwards = vertices
      .map(({ snapshot }) => snapshot)
      .filter((snapshot) => !decided.test(stateOf(snapshot)))
      .map((snapshot) => after(snapshot, cancel))
      .flatMap((cancelled) =>
        answersAt(cancelled, smallSetting).map((answer) => stateOf(after(cancelled, answer))),
      );
    expect(onwards.length).toBeGreaterThan(0);
    expect(onwards.filter((state) => !decided.test(state))).toEqual([]);
  });

  it('CANCEL before the first change ends refused, without a stop of the original', () => {
    for (const { snapshot } of vertices.filter(({ snapshot: { context } }) => !context.changed)) {
      let next = after(snapshot, cancel);
      for (let answer = answersAt(next, smallSetting)[0]; answer !== undefined;) {
        next = after(next, answer);
        [answer] = answersAt(next, smallSetting);
      }
      expect(['refused', 'unchanged']).toContain(stateOf(next));
      expect(next.context.changed).toBe(false);
    }
  });
});
