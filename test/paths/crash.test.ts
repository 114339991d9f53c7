/**
 * kill -9 at every vertex of the machine, reached by its shortest way, before the act and after
 * it, each followed by two recoveries. A restored vertex behaves as the original did, so this is
 * all that a crash can be (facts/xstate.md); `test/unit/graft` kills whole scenarios at every call.
 */
import { expect, it } from 'vitest';
import { crash, patienceMs } from './driven.js';

it.each([
  'recover',
  'recover-undo',
  'recover-carried',
  'recover-rewritten',
  'recover-stopped',
  'recover-retire',
  'recover-undo-retired',
  'recover-dependents',
  'recover-dependents-undo',
])(
  'a crash at every vertex of %s is recovered from, once',
  async (name) => {
    expect(await crash(name)).toBeGreaterThan(name === 'recover' ? 100 : 20);
  },
  patienceMs,
);
