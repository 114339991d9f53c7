/** Cancelled, taken over, undone, decided on by a person, at every vertex: driven for real. */
import { expect, it } from 'vitest';
import { exclusions } from './drive/exclusions.js';
import { drive, patienceMs } from './drive/shard.js';

it.each(['cancel', 'cancel-undo', 'undo', 'recover-undo', 'decisions'])(
  'every path of %s is taken as the machine has it',
  async (name) => {
    const { excluded } = await drive(name);
    expect(excluded).toEqual({});
  },
  patienceMs,
);

it(
  'every path of recover is taken as the machine has it, but for a few that no world can bring about',
  async () => {
    const { excluded } = await drive('recover');
    // Each rule is needed, and none of them hides much.
    expect(Object.keys(excluded)).toEqual(exclusions.map(({ reason }) => reason));
    for (const count of Object.values(excluded)) expect(count).toBeLessThanOrEqual(5);
  },
  patienceMs,
);
