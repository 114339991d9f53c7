/** Cancelled, taken over, undone, decided on by a person, at every vertex: driven for real. */
import { expect, it } from 'vitest';
import { exclusions } from './drive/exclusions.js';
import { drive, patienceMs } from './driven.js';

it.each([
  'cancel',
  'cancel-undo',
  'cancel-carried',
  'cancel-rewritten',
  'carry',
  'rewritten',
  'retire',
  'undo-retired',
  'cancel-retire',
  'cancel-undo-retired',
  'recover-undo-retired',
  'stopped',
  'stopped-carried',
  'stopped-undo',
  'stopped-edges',
  'cancel-stopped',
  'undo',
  'recover-undo',
  'decisions',
])(
  'every path of %s is taken as the machine has it',
  async (name) => {
    const { excluded } = await drive(name);
    expect(excluded).toEqual({});
  },
  patienceMs,
);

it(
  'every path of the other recoveries is taken as the machine has it, but for a few that no world can bring about',
  async () => {
    const excluded: Record<string, number> = {};
    const sets = [
      'recover',
      'recover-carried',
      'recover-rewritten',
      'recover-stopped',
      'recover-retire',
    ];
    for (const name of sets) {
      const found = (await drive(name)).excluded;
      for (const [reason, count] of Object.entries(found))
        excluded[reason] = (excluded[reason] ?? 0) + count;
    }
    // Each rule is needed, and none of them hides much.
    expect(Object.keys(excluded).toSorted()).toEqual(
      exclusions.map((one) => one.reason).toSorted(),
    );
    for (const count of Object.values(excluded))
      expect(count).toBeLessThanOrEqual(10 * sets.length);
  },
  patienceMs,
);
