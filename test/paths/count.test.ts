/** Two enumerations that share nothing but the alphabet must agree. */
import { describe, expect, it } from 'vitest';
import { getSimplePaths } from 'xstate/graph';
import { graftMachine } from '../../machines/index.js';
import { answersAt } from '../../src/model/alphabet.js';
import { begin, countPaths, graphOf } from '../../src/model/graph.js';
import { everyPath } from '../../src/model/paths.js';
import type { Path } from '../../src/model/paths.js';
import { cleaners, enumeratePaths, withoutLeftovers } from '../../src/model/sets.js';
import { smallSetting } from '../../src/model/setting.js';
import { vertexOf } from '../../src/model/vertex.js';
import { countEnds } from './independent-count.js';

const leftovers = (actor: string, outcome: string): boolean =>
  outcome === 'fails' && cleaners.includes(actor);

function endsOf(paths: Iterable<Path>): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const { end } of paths) ends[end] = (ends[end] ?? 0) + 1;
  return ends;
}
const sum = (ends: Record<string, number>): number =>
  Object.values(ends).reduce((total, count) => total + count, 0);

describe('every path', () => {
  it('is found by the graph and by a plain walk alike, end by end', () => {
    const graph = graphOf(smallSetting, withoutLeftovers(smallSetting));
    const byGraph = endsOf(everyPath(graph));
    expect(byGraph).toEqual(countEnds(smallSetting, leftovers));
    expect(countPaths(graph)).toBe(sum(byGraph));
    expect(sum(byGraph)).toBeGreaterThan(20_000);
  });

  it('is found alike when cleaners fail as well, at lower limits', () => {
    const setting = { ...smallSetting, errorDebounce: 2, maxPolls: 2, maxRestarts: 0 };
    expect(endsOf(everyPath(graphOf(setting)))).toEqual(countEnds(setting, () => false));
  });

  it('is found alike for a run that takes back a finished one', () => {
    const setting = { ...smallSetting, intent: 'undo' as const };
    const ends = endsOf(everyPath(graphOf(setting)));
    expect(ends).toEqual(countEnds(setting, () => false));
    expect(Object.keys(ends).toSorted()).toEqual(['refused', 'rolledBack', 'stranded']);
  });

  it('is what xstate/graph calls its simple paths', () => {
    // It walks the whole graph once for every vertex, so it is asked about a small one.
    const setting = { ...smallSetting, intent: 'undo' as const };
    const simple = getSimplePaths(graftMachine, {
      fromState: begin(setting) as never,
      serializeState: (snapshot) => vertexOf(snapshot),
      events: (snapshot) => answersAt(snapshot, setting).map(({ event }) => event) as never[],
      toState: (snapshot) => answersAt(snapshot, setting).length === 0,
    });
    expect([...everyPath(graphOf(setting))]).toHaveLength(simple.length);
  });

  it('has a name of its own', () => {
    const names = new Set<string>();
    let count = 0;
    for (const { id } of enumeratePaths(smallSetting)) {
      names.add(id);
      count += 1;
    }
    expect(names.size).toBe(count);
  });
});
