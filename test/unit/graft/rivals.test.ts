/**
 * Two runs on one container, of two machines: one stands still at a step while the other does everything, or
 * only a part, and then goes on.
 */
import { describe, expect, it } from 'vitest';
import { contested, contestNames } from '../../harness/index.js';

/** With 1, all 4,624 of them; `npm run faults:engines` takes those. */
const EVERY = process.env['GPUGRAFT_TEST_EVERYTHING'] === 'true' ? 1 : 16;

/** One of the two does what it was asked, and the other one may have come before it or after it. */
const ends =
  /^(?:(?:grafted|unchanged|rolledBack asked-back|rolledBack replacement-failed|refused (?:busy|changed-since|container-gone))(?: \| |$)){2}$/;

describe.each(contestNames)('%s', (name) => {
  it('end well, wherever one comes in between, and say why', { timeout: 180_000 }, async () => {
    const { tried, ends: found, wrong } = await contested(name, EVERY);
    expect(wrong).toEqual([]);
    for (const [end, where] of found) expect(end, where.join('; ')).toMatch(ends);
    // Whoever comes while the other one is at it is told so, and never do both give way.
    expect([...found.keys()].some((end) => end.includes('refused busy'))).toBe(true);
    expect([...found.keys()].filter((end) => /refused.*refused/.test(end))).toEqual([]);
    console.log(`${name}: ${tried} interleavings, ${JSON.stringify([...found.keys()])}`);
  });
});
