/** Completion and rollback: whatever the engine refuses, nothing may be lost and all must be said. */
import { asItIs, refuse, refuseAll, refuseChanges } from '../faults.js';
import type { Arrange } from '../faults.js';
import { remove, stop } from '../moves.js';
import { policyOf, runs, textIn } from '../world.js';
import type { World } from '../world.js';

const replacementDown: Arrange = (world) => stop(world, world.replacement);

/** Somebody stops the original, takes its name from it, or its policy. */
const originalAmiss: Arrange = (world) => {
  const { outsider } = world.lab.engine;
  const { original, index, originalId } = world;
  if (original === null) return;
  if (index % 3 === 0) stop(world, original);
  else if (index % 3 === 1) outsider.rename(originalId, 'moved-by-somebody');
  else {
    const other = policyOf(original) === 'always' ? 'no' : 'always';
    outsider.setPolicy(originalId, { name: other, maximumRetryCount: 0 });
  }
};

const exists = ({ replacement }: World): boolean => replacement !== null;
/** There is something to remove, or a name to be won to prove that there is nothing. */
const toBeRemoved = (world: World): boolean => {
  const id = textIn(world, 'id');
  return id === null || world.lab.engine.core.containers.has(id);
};

export const end = {
  removeBackup: {
    removed: asItIs,
    leaked: refuseChanges,
    replacementDown,
    fails: refuseAll,
  },
  reviveReplacement: { done: asItIs, fails: refuseChanges },
  verifyReplacement: { verified: asItIs, amiss: replacementDown, fails: refuseAll },
  removeLitter: { done: asItIs, fails: refuse(toBeRemoved) },
  releaseClaim: { done: asItIs, fails: refuse(toBeRemoved) },

  proveWayBack: {
    proven: asItIs,
    missing: (world) => remove(world, world.original),
    fails: refuseAll,
  },
  settleStop: { stopped: asItIs, fails: refuse((world) => runs(world.original)) },
  stopReplacement: { done: asItIs, fails: refuse((world) => runs(world.replacement)) },
  disarmReplacement: {
    done: asItIs,
    fails: refuse((world) => policyOf(world.replacement) !== 'no'),
  },
  removeReplacement: { done: asItIs, fails: refuse(exists) },
  partFromReplacement: { done: asItIs, fails: refuse(exists) },
  restoreName: { done: asItIs, fails: refuse((world) => world.original?.name !== 'box') },
  restorePolicy: {
    done: asItIs,
    fails: refuse(
      ({ original, context }) => policyOf(original) !== (context.original?.policy.name ?? 'no'),
    ),
  },
  restartOriginal: { done: asItIs, fails: refuse((world) => !runs(world.original)) },
  verifyOriginal: { verified: asItIs, amiss: originalAmiss, fails: refuseAll },
} satisfies Record<string, Record<string, Arrange>>;
