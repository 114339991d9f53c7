/** `recover --forward`: from then on nothing but a person takes the replacement away. */
import { describe, expect, it } from 'vitest';
import { answersAt, cancel, recover } from '../../../src/model/alphabet.js';
import type { Snapshot } from '../../../src/model/alphabet.js';
import { after, graphOf } from '../../../src/model/graph.js';
import { answerNamed } from '../../../src/model/paths.js';
import { smallSetting } from '../../../src/model/setting.js';
import { essenceOf, stateOf } from '../../../src/model/vertex.js';

const setting = { ...smallSetting, errorDebounce: 2, maxPolls: 3 };
const { vertices } = graphOf(setting, undefined, essenceOf);
const rests = 'confirmation.awaitingDecision';

/** Taken over where a wait can have been, and told to keep the replacement. */
const chosen = vertices
  .map(({ snapshot }) => snapshot)
  .filter((snapshot) => stateOf(snapshot).startsWith('confirmation.'))
  .map((snapshot) => after(snapshot, recover('forward')))
  .map((snapshot) => after(snapshot, answerNamed(snapshot, setting, 'ask')));

/** Every snapshot that answers and a cancel at any time can lead to. */
function reachable(from: readonly Snapshot[]): Snapshot[] {
  const found = new Map(from.map((snapshot) => [essenceOf(snapshot), snapshot]));
  for (const snapshot of found.values()) {
    for (const happening of [...answersAt(snapshot, setting), cancel]) {
      const next = after(snapshot, happening);
      if (!found.has(essenceOf(next))) found.set(essenceOf(next), next);
    }
  }
  return [...found.values()];
}

describe('a replacement that a person chose to keep', () => {
  const all = reachable(chosen);
  const resting = all.filter((snapshot) => stateOf(snapshot) === rests);

  it('is never taken back, whatever fails and whoever cancels', () => {
    const states = new Set(all.map((snapshot) => stateOf(snapshot)));
    expect([...states].filter((state) => state.startsWith('rollback.'))).toEqual([]);
    expect([...states]).toEqual(expect.arrayContaining([rests, 'grafted', 'stranded']));
  });

  it('is asked about again, with what failed, and with nothing left of the failure but that', () => {
    expect(resting.length).toBeGreaterThan(1);
    for (const { context } of resting) {
      expect(context.question?.message).toMatch(/; the replacement stays, as you chose$/);
      expect(context.question?.hint).toMatch(
        /^gpugraft recover box --forward .*--back .*--abandon /,
      );
      expect(context).toMatchObject({ reason: null, cancel: null, rolledBack: null });
    }
  });

  it('goes back when the person says so, for the reason that this look gives', () => {
    for (const snapshot of resting) {
      const looks = after(snapshot, recover('back'));
      const back = after(looks, answerNamed(looks, setting, 'ask'));
      expect(stateOf(back)).toBe('rollback.provingWayBack');
      expect(back.context).toMatchObject({ question: null, reason: { code: 'asked-back' } });
    }
  });

  it('is not waited for, and so not lost, by a recovery that was told nothing', () => {
    const waits = all.filter((snapshot) => /^(?:cutover|confirmation)\./.test(stateOf(snapshot)));
    for (const snapshot of waits)
      expect(after(snapshot, recover(null)).context.wait.deadlineAt).toBe(0);
  });

  it('is no reason to rest where the look says that there is none to keep', () => {
    for (const { snapshot } of vertices) {
      if (!stateOf(snapshot).startsWith('confirmation.')) continue;
      const looks = after(snapshot, recover('forward'));
      const back = after(looks, answerNamed(looks, setting, 'back'));
      expect(stateOf(back)).toBe('rollback.provingWayBack');
    }
  });
});
