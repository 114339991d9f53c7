/** Discovery, selection and preparation: the original runs, and nothing is to touch it. */
import { claimLabels } from '../../../../src/actors/support/labels.js';
import type { RawContainer } from '../../../../src/docker/raw.js';
import { asItIs, fullDisk, refuseAll, refuseChanges, showDifferently } from '../faults.js';
import type { Arrange } from '../faults.js';
import { riderName, textIn } from '../world.js';
import type { World } from '../world.js';

/** Another run has this container: its claim is on the engine. */
const claimedByAnother: Arrange = (world) => {
  const replacementId = textIn(world, 'replacementId');
  const holder = { runId: 'other-run', host: 'elsewhere', pid: 2, stateDir: '/other' };
  const claimed = {
    originalId: textIn(world, 'originalId') ?? '',
    originalName: 'box',
    replacementId,
  };
  const id = world.lab.engine.run({
    name: textIn(world, 'name') ?? '',
    labels: claimLabels(holder, claimed),
    state: 'created',
  });
  world.brought.add(id);
};

/** A container that lives in the original's network namespace. */
const joined: Arrange = (world) => {
  const rides = world.set.setting.dependents > 0;
  const networks = [`container:${rides ? riderName : 'box'}`];
  // Where the one that it joins is down, it cannot run either.
  const state = world.set.setting.original === 'running' ? 'running' : 'created';
  world.brought.add(world.lab.engine.run({ name: 'sidecar', networks, state }));
};

const restarted: Arrange = ({ lab, originalId }) => {
  lab.engine.outsider.stop(originalId);
  lab.engine.outsider.start(originalId);
};

/** Somebody has written to its layer; where that is carried, it looks as if it had been run with `--rm`. */
const unfit: Arrange = (world) => {
  const { lab, originalId, set } = world;
  if (set.setting.layer === 'clean') lab.engine.outsider.write(originalId, '/var/lib/state');
  else {
    world.breakCalls(({ method }) => {
      if (method !== 'inspectContainer') return undefined;
      return { kind: 'alter', answer: (raw) => autoRemoved(raw as RawContainer) };
    });
  }
};
const autoRemoved = (raw: RawContainer): RawContainer => ({
  ...raw,
  HostConfig: { ...raw.HostConfig, AutoRemove: true },
});

const probeEnds: Arrange = (world) =>
  world.lab.engine.script(textIn(world, 'id') ?? '', { exit: { afterMs: 20, code: 1 } });

const idIn = (key: string) => (world: World) => world.input[key];

export const beginning = {
  locateOriginal: { found: asItIs, fails: refuseAll },
  inspectOriginal: { read: asItIs, fails: refuseAll },
  screenOriginal: { eligible: asItIs, unchanged: asItIs, refused: unfit, fails: refuseAll },
  findDependents: { fit: asItIs, refused: joined, fails: refuseAll },

  createProbe: { created: asItIs, fails: refuseChanges },
  startProbe: { proven: asItIs, disproven: probeEnds, fails: refuseAll },
  removeProbe: { done: asItIs, fails: refuseChanges },

  claimContainer: { claimed: asItIs, busy: claimedByAnother, fails: refuseChanges },
  inspectUnderClaim: { same: asItIs, changed: restarted, fails: refuseAll },
  compareRehearsal: {
    identical: asItIs,
    different: showDifferently(idIn('claimId')),
    fails: refuseAll,
  },
  writeRescue: { done: asItIs, fails: refuseAll },
  createAhead: { created: asItIs, fails: refuseChanges },
  connectNetwork: { done: asItIs, fails: refuseChanges },
  compareReplacement: {
    identical: asItIs,
    different: showDifferently(idIn('replacementId')),
    fails: refuseAll,
  },
  claimReplacement: { claimed: asItIs, busy: claimedByAnother, fails: refuseChanges },
  claimRecreated: { claimed: asItIs, busy: claimedByAnother, fails: refuseChanges },
  collectDiagnostics: { collected: asItIs, fails: fullDisk },
} satisfies Record<string, Record<string, Arrange>>;
