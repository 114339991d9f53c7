/** Cutover and confirmation: the original goes down, the replacement is started and watched. */
import { gatewayRefuses, gatewayRefusesAll } from '../faults.js';
import { asItIs, brokenTimer, refuse, refuseAll, refuseChanges } from '../faults.js';
import type { Arrange } from '../faults.js';
import { crash, health, onlyReplacementRuns, passDeadline } from '../moves.js';
import { remove, restartEngine, start, startsOther, stop } from '../moves.js';
import { policyOf, runs } from '../world.js';

const dirty: Arrange = ({ lab, originalId }) => lab.engine.outsider.write(originalId, '/var/last');

/** By the engine, or by us because the original runs. */
const startRefused: Arrange = (world) => {
  if (world.index % 2 === 0) refuseChanges(world);
  else startsOther(({ original }) => original)(world);
};

const up: Arrange = onlyReplacementRuns;
const down: Arrange = (world) => crash(world, world.replacement);

const ready: Arrange = (world) => {
  onlyReplacementRuns(world);
  health(world, 'healthy');
};
const pending: Arrange = (world) => {
  onlyReplacementRuns(world);
  health(world, 'starting');
};
const error: Arrange = (world) => {
  onlyReplacementRuns(world);
  health(world, world.ready === 'health' ? 'unhealthy' : 'healthy');
  world.exec.ready = 1;
};
const failed: Arrange = (world) => {
  // Whichever way it is lost: both are definite. After the original's retirement nothing would be left.
  if (world.index % 2 === 0 || world.set.setting.gateway !== 'none')
    crash(world, world.replacement);
  else remove(world, world.replacement);
};
const interrupted: Arrange = (world) => {
  onlyReplacementRuns(world);
  restartEngine(world);
};
const late: Arrange = (world) => {
  pending(world);
  passDeadline(world);
};
/** Somebody starts the original, or starts the replacement and it fails, or takes its name. */
const notInPlace: Arrange = (world) => {
  const { index, original, replacement } = world;
  if (index % 3 === 0) start(world, original);
  else if (index % 3 === 1) {
    start(world, replacement);
    crash(world, replacement);
    stop(world, replacement);
  } else world.lab.engine.outsider.rename(replacement?.id ?? '', 'moved-by-somebody');
};
const disproven: Arrange = (world) => {
  onlyReplacementRuns(world);
  world.exec.gpu = 9;
};

/** The way back is open: the replacement never came to anything, or is gone. */
const back: Arrange = (world) => {
  if (world.replacement?.startedAt != null) remove(world, world.replacement);
};
/** The start that the dead process asked for has landed. */
const wait: Arrange = (world) => {
  const { lab, replacement } = world;
  stop(world, world.original);
  if (replacement !== null && !runs(replacement)) {
    lab.engine.core.as('us', () => start(world, replacement));
  }
};
/** Nobody can know what is right: the deadline has passed, or somebody started the replacement. */
const ask: Arrange = (world) => {
  const { context, replacement } = world;
  stop(world, world.original);
  if (replacement?.startedAt == null) start(world, replacement);
  if (context.replacement?.startAsked === true) passDeadline(world);
};
/** Somebody started the original. */
const restored: Arrange = (world) => {
  // The one with the name first: what people use is never a second one beside one that runs.
  const pair = [world.original, world.replacement];
  for (const container of pair.toSorted((one) => (one?.name === 'box' ? -1 : 1))) {
    start(world, container);
  }
};
const gone: Arrange = (world) => {
  remove(world, world.original);
  remove(world, world.replacement);
};

export const middle = {
  stopOriginal: { stopped: asItIs, fails: refuse((world) => runs(world.original)) },
  stopSandbox: { stopped: asItIs, refused: gatewayRefuses, fails: gatewayRefusesAll },
  resumeSandbox: { resumed: asItIs, refused: gatewayRefuses, fails: gatewayRefusesAll },
  disarmOriginal: { done: asItIs, fails: refuse((world) => policyOf(world.original) !== 'no') },
  checkLayer: { clean: asItIs, dirty, fails: refuseAll },
  stopUnfit: { done: asItIs, fails: refuse((world) => runs(world.replacement)) },
  removeUnfit: { done: asItIs, fails: refuse((world) => world.replacement !== null) },
  snapshotOriginal: { committed: asItIs, fails: refuseChanges },
  createReplacement: { created: asItIs, fails: refuseChanges },
  setOriginalAside: { done: asItIs, fails: refuse((world) => world.original?.name === 'box') },
  nameReplacement: { done: asItIs, fails: refuseChanges },
  startReplacement: { started: asItIs, fails: startRefused },

  watchContainer: { up, down, fails: refuseAll },
  inspectStopped: { verified: asItIs, amiss: notInPlace, fails: refuseAll },
  proveGpu: { proven: up, disproven, fails: refuseAll },
  pollSupervisor: { ready, pending, error, failed, interrupted, late, fails: refuseAll },
  pauseBetweenPolls: { over: asItIs, fails: brokenTimer },
  assessRecovery: { back, wait, ask, restored, gone, fails: refuseAll },
} satisfies Record<string, Record<string, Arrange>>;
