/**
 * The engine in memory is itself held against real ones: what is drawn from a seed is done to both, and
 * after each move both must say the same, in status, words and states (`test/memory/`).
 */
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../random.js';
import { Engine, kinds } from './support/engines.js';
import { moves, wordsFor } from './twins/moves.js';
import { make, memorySide, realSide, shown } from './twins/sides.js';

const SEQUENCES = 8;
const MOVES = 14;
const PATIENCE_MS = 20_000;

describe.each(kinds)('the engine in memory, as the %s', (kind) => {
  const seeds = Array.from({ length: SEQUENCES }, (_, index) => index + 1);

  it.each(seeds)('does as a real one does, seed %d', async (seed) => {
    const real = realSide(await Engine.up(kind, { own: 'twins' }));
    const memory = memorySide(kind);
    const story: string[] = [];
    try {
      for (const move of moves(randomFrom(seed), MOVES)) {
        const [told, wanted] = [await make(memory, move), await make(real, move)];
        await Promise.all([memory.settle(), real.settle()]);
        story.push(`${wordsFor(move)}: ${wanted}`);
        expect(told, story.join('\n')).toBe(wanted);
        const wished = await shown(memory);
        // What was begun takes a real engine a while, and its list longer.
        await expect
          .poll(() => shown(real), { timeout: PATIENCE_MS, message: story.join('\n') })
          .toEqual(wished);
      }
    } finally {
      await real.end();
    }
  });
});
