/** Paths of runs with a dependent, driven for real: its own run, within a step of the other, is real as well. */
import { expect, it } from 'vitest';
import { drive, patienceMs } from './driven.js';

it.each([
  'dependents',
  'dependents-edges',
  'dependents-stopped',
  'dependents-undo',
  'cancel-dependents',
  'recover-dependents-undo',
])(
  'every path of %s is taken as the machine has it',
  async (name) => {
    const { excluded } = await drive(name);
    expect(excluded).toEqual({});
  },
  patienceMs,
);

it(
  'every path of recover-dependents is taken as the machine has it, but for what no world can bring about',
  async () => {
    const { excluded } = await drive('recover-dependents');
    for (const count of Object.values(excluded)) expect(count).toBeLessThanOrEqual(20);
  },
  patienceMs,
);
