/** Part 4 of 4 of every path, driven through the real driver and actors. Files run side by side. */
import { expect, it } from 'vitest';
import { drive, patienceMs } from './driven.js';

it(
  'every path is taken as the machine has it',
  async () => {
    const { excluded } = await drive('all', { part: 3, of: 4 });
    expect(excluded).toEqual({});
  },
  patienceMs,
);
