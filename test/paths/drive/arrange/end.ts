/** Completion and rollback: whatever the engine refuses, nothing may be lost and all must be said. */
import {
  asItIs,
  gatewayRefusesAll,
  refuse,
  refuseAll,
  refuseChanges,
  showDifferently,
} from '../faults.js';
import type { Arrange } from '../faults.js';
import { remove, startsOther, stop } from '../moves.js';
import { policyOf, runs, textIn } from '../world.js';
import type { World } from '../world.js';

/** Down, or gone where it is not to run. */
const replacementDown: Arrange = (world) =>
  (world.set.setting.original === 'running' ? stop : remove)(world, world.replacement);

/** Somebody stops the original, takes its name from it, or its policy. */
const originalAmiss: Arrange = (world) => {
  const { outsider } = world.lab.engine;
  const { original, index } = world;
  if (original === null) return;
  const { id: originalId } = original;
  const isToRun = world.set.setting.original === 'running';
  // Behind the back of a gateway with a lifecycle that could not be mended.
  const isFree = world.set.setting.gateway !== 'lifecycle';
  if (index % 3 === 0 && isToRun && isFree) stop(world, original);
  else if (index % 3 === 1) outsider.rename(originalId, 'moved-by-somebody');
  else {
    const other = policyOf(original) === 'always' ? 'no' : 'always';
    outsider.setPolicy(originalId, { name: other, maximumRetryCount: 0 });
  }
};

/** By the engine, or by us because the backup runs. */
const reviveRefused: Arrange = (world) => {
  if (world.index % 2 === 0) refuseChanges(world);
  else startsOther(({ original }) => original)(world);
};

/** The engine refuses, the replacement runs, or the original ends as soon as it is started. */
const notRestarted: Arrange = (world) => {
  const { index, lab, original } = world;
  const down = !runs(original);
  if (down && index % 3 === 0) startsOther(({ replacement }) => replacement)(world);
  else if (down && index % 3 === 1)
    lab.engine.script(original?.id ?? '', { exit: { afterMs: 0, code: 3 } });
  else refuse(() => down)(world);
};

/** The original, or the image from which it would be made again. */
const wayBackMissing: Arrange = (world) => {
  const snapshot = world.context.backup?.snapshot ?? null;
  remove(world, world.original);
  if (snapshot !== null) {
    world.breakCalls(({ method }) =>
      method === 'inspectImage' ? { kind: 'alter', answer: () => null } : undefined,
    );
  }
};

const exists = ({ replacement }: World): boolean => replacement !== null;
/** There is something to remove, or a name to be won to prove that there is nothing. */
const toBeRemoved = (world: World): boolean => {
  const id = textIn(world, 'id');
  if (textIn(world, 'kind') === 'image') {
    const images = [...world.lab.engine.core.images.values()];
    return images.some(({ comment }) => comment === textIn(world, 'name'));
  }
  return id === null || world.lab.engine.core.containers.has(id);
};

const rehearsalIn = (world: World): unknown => world.input['rehearsalId'];
const recreatedIn = (world: World): unknown => world.input['id'];

const backupRemoval = {
  removed: asItIs,
  leaked: refuseChanges,
  replacementDown,
  fails: refuseAll,
} satisfies Record<string, Arrange>;

export const end = {
  reattachDependent: { done: asItIs, fails: refuseAll },
  // One that stands already is only found.
  rehearseSnapshot: { created: asItIs, fails: refuseAll },
  compareSnapshot: {
    identical: asItIs,
    different: showDifferently(rehearsalIn),
    fails: refuseAll,
  },
  writeSnapshot: { done: asItIs, fails: refuseAll },
  removeBackup: backupRemoval,
  retireOriginal: backupRemoval,
  reviveReplacement: { done: asItIs, fails: reviveRefused },
  keepApart: { done: asItIs, fails: refuseAll },
  verifyReplacement: { verified: asItIs, amiss: replacementDown, fails: refuseAll },
  removeLitter: { done: asItIs, fails: refuse(toBeRemoved) },
  releaseClaim: { done: asItIs, fails: refuse(toBeRemoved) },

  proveWayBack: {
    proven: asItIs,
    missing: wayBackMissing,
    fails: refuseAll,
  },
  recreateOriginal: { created: asItIs, fails: refuseChanges },
  reconnectOriginal: { done: asItIs, fails: refuseChanges },
  compareOriginal: {
    identical: asItIs,
    different: showDifferently(recreatedIn),
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
  restartOriginal: { done: asItIs, fails: notRestarted },
  resumeOriginal: { done: asItIs, fails: gatewayRefusesAll },
  verifyOriginal: { verified: asItIs, amiss: originalAmiss, fails: refuseAll },
} satisfies Record<string, Record<string, Arrange>>;
