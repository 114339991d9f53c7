/** A sandbox of either generation of gateways, and a wait that is put off: driven for real. */
import { expect, it } from 'vitest';
import { exclusions, sandboxExclusions } from './drive/exclusions.js';
import { drive, patienceMs } from './driven.js';

const generations = ['early', 'lifecycle'] as const;

const hidden = new Set<string>();

it.each([
  ...generations.flatMap((one) => [
    `sandbox-${one}`,
    `sandbox-${one}-undo`,
    `cancel-sandbox-${one}`,
    `recover-sandbox-${one}`,
  ]),
  'deferred',
])(
  'every path of %s is taken as the machine has it',
  async (name) => {
    const { excluded, driven } = await drive(name);
    expect(driven).toBeGreaterThan(0);
    for (const reason of Object.keys(excluded)) hidden.add(reason);
  },
  patienceMs,
);

it('leaves out what no world can bring about, and each rule is needed', () => {
  const rules = [...exclusions, ...sandboxExclusions].map(({ reason }) => reason);
  expect([...hidden].filter((reason) => !rules.includes(reason))).toEqual([]);
  expect(sandboxExclusions.every(({ reason }) => hidden.has(reason))).toBe(true);
});
