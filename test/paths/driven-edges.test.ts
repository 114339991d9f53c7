/** Every edge at small and default limits, the debounce, the selection: driven for real. */
import { expect, it } from 'vitest';
import { drive, patienceMs } from './driven.js';

it.each(['edges', 'edges-15', 'debounce', 'selection', 'keep'])(
  'every path of %s is taken as the machine has it',
  async (name) => {
    const { excluded } = await drive(name);
    expect(excluded).toEqual({});
  },
  patienceMs,
);
