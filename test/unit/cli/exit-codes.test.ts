import { expect, test } from 'vitest';
import { exitCodeOf, gravest } from '../../../src/cli/exit-codes.js';
import type { ExitCode } from '../../../src/cli/exit-codes.js';
import type { Report } from '../../../src/report.js';

const because = (code: string): Report['reason'] => ({ code, message: '', hint: null });

test.each<[Report['outcome'], string | null, boolean, ExitCode]>([
  ['grafted', null, false, 0],
  ['unchanged', null, false, 0],
  ['refused', 'cancelled', false, 3],
  ['refused', 'no-mode-works', false, 3],
  ['refused', 'nothing-to-roll-back', true, 3],
  ['refused', 'busy', false, 75],
  ['refused', 'busy', true, 75],
  ['rolledBack', 'ready-timeout', false, 4],
  ['rolledBack', 'asked-back', true, 0],
  ['stranded', 'busy', false, 5],
  ['stranded', 'abandoned', true, 5],
  [null, 'usage', false, 2],
  [null, 'bug', false, 1],
])('%s because of %s (asked back: %s) exits %i', (outcome, code, askedBack, exit) => {
  const reason = code === null ? null : because(code);
  expect(exitCodeOf({ outcome, reason }, askedBack)).toBe(exit);
});

test('of several the gravest counts: 5, 1, 4, 75, 3, 2, 0', () => {
  const order: ExitCode[] = [5, 1, 4, 75, 3, 2, 0];
  for (let from = 0; from < order.length; from += 1) {
    expect(gravest(order.slice(from))).toBe(order[from]);
    expect(gravest(order.slice(from).toReversed())).toBe(order[from]);
  }
  expect(gravest([])).toBe(0);
});
