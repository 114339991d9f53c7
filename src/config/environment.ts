/** The variables that gpugraft reads, so that one with a slip in its name is not silently ignored. */
import { environmentName } from './given.js';
import type { Environment } from './given.js';
import { UsageError } from './usage-error.js';

/** The flags of all commands that take a value: each has a variable of its own (DESIGN section 7). */
export const VALUE_FLAGS = [
  '--context',
  '--host',
  '--state-dir',
  '--openshell-bin',
  '--mode',
  '--devices',
  '--ready',
  '--ready-command',
  '--ready-timeout',
  '--poll-interval',
  '--error-debounce',
  '--stable-for',
  '--layer',
  '--backup',
  '--network',
  '--stop-timeout',
  '--engine-timeout',
  '--gpu-proof',
  '--image',
  '--format',
  '--export',
  '--debounce',
  '--max-polls',
] as const;

/** What `scripts/engine` reads. */
const FOR_ENGINES = ['GPUGRAFT_DEBIAN_MIRROR', 'GPUGRAFT_ENGINES', 'GPUGRAFT_ENGINES_RUN'];
const KNOWN = new Set([...VALUE_FLAGS.map(environmentName), ...FOR_ENGINES, 'GPUGRAFT_DEBUG']);
/** What `scripts/engine env` says to our own tests. */
const FOR_TESTS = 'GPUGRAFT_TEST_';

/**
 * For commands that begin something (`apply`, `plan`). Those that end or show what was begun are
 * never kept from it by a slip.
 * @throws UsageError for a variable that begins like ours and is none
 */
export function checkEnvironment(env: Environment): void {
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('GPUGRAFT_') && !name.startsWith(FOR_TESTS) && !KNOWN.has(name),
  );
  if (unknown === undefined) return;
  throw new UsageError(
    `${unknown} is not a variable that gpugraft knows`,
    'a flag that takes a value has one, as --ready-timeout has GPUGRAFT_READY_TIMEOUT; gpugraft apply --help lists the flags',
  );
}
