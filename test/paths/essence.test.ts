/**
 * `essenceOf` is what "every edge" and "at every vertex" count by, so it must be exact: of two
 * snapshots with one essence, every event makes two snapshots with one essence again.
 */
import { describe, expect, it } from 'vitest';
import { answersAt, cancel, fails, recover } from '../../src/model/alphabet.js';
import { after, graphOf } from '../../src/model/graph.js';
import { cleaners, withoutLeftovers } from '../../src/model/sets.js';
import { smallSetting } from '../../src/model/setting.js';
import type { Setting } from '../../src/model/setting.js';
import { essenceOf, stateOf, storyKeys } from '../../src/model/vertex.js';

const settings: readonly Setting[] = [
  smallSetting,
  { ...smallSetting, intent: 'undo' },
  { ...smallSetting, original: 'stopped', maxPolls: 1, maxRestarts: 0 },
  { ...smallSetting, original: 'stopped', intent: 'undo' },
  { ...smallSetting, maxPolls: 1, maxRestarts: 0, networks: [], dependents: 2 },
];

describe('the essence of a snapshot', () => {
  it.each(settings)('decides what every event leads to ($intent, $original)', (setting) => {
    const { vertices } = graphOf(setting, withoutLeftovers(setting));
    const turns = new Map<string, string>();
    for (const { snapshot } of vertices) {
      const essence = essenceOf(snapshot);
      const happenings = [
        ...answersAt(snapshot, setting),
        cancel,
        ...([null, 'forward', 'back', 'abandon'] as const).map(recover),
      ];
      for (const happening of happenings) {
        const key = `${essence} ${happening.outcome}`;
        const next = essenceOf(after(snapshot, happening));
        expect(turns.get(key) ?? next).toBe(next);
        turns.set(key, next);
      }
    }
    expect(turns.size).toBeLessThan(vertices.length * 8);
  });
});

describe('what "every path" leaves out', () => {
  it.each(settings)('tells another story and nothing else ($intent, $original)', (setting) => {
    let compared = 0;
    for (const { snapshot } of graphOf(setting, undefined, essenceOf).vertices) {
      const all = answersAt(snapshot, setting);
      const [leading] = all;
      const failing = all.find(({ outcome }) => outcome === fails);
      if (leading === undefined || failing === undefined) continue;
      if (!cleaners.includes(String(leading.actor))) continue;
      const [clean, left] = [after(snapshot, leading), after(snapshot, failing)];
      expect(stateOf(left)).toBe(stateOf(clean));
      expect(essenceOf(left)).toBe(essenceOf(clean));
      const differing = Object.keys(clean.context).filter((key) => {
        const [a, b] = [clean, left].map((s) => JSON.stringify(Reflect.get(s.context, key)));
        return a !== b;
      });
      expect(differing.filter((key) => key !== 'leftovers' && key !== 'warnings')).toEqual([]);
      expect(storyKeys).toEqual(expect.arrayContaining(differing));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(0);
  });
});
