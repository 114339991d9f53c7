/** Every actor of the machine, by name. */
import * as claim from './claim.js';
import * as completion from './completion.js';
import * as confirmation from './confirmation.js';
import * as cutover from './cutover.js';
import { findDependents } from './dependents.js';
import * as discovery from './discovery.js';
import * as gateway from './gateway.js';
import * as gpu from './gpu.js';
import * as preparation from './preparation.js';
import { reattachDependent } from './reattachment.js';
import * as recreation from './recreation.js';
import * as retirement from './retirement.js';
import * as rollback from './rollback.js';
import * as selection from './selection.js';
import { snapshotOriginal } from './snapshot.js';
import { inspectStopped } from './stopped.js';
import type { ActorInput, ActorName, ActorOutput } from '../../machines/index.js';
import {
  EngineAmbiguous,
  EngineAnswerInvalid,
  EngineRefused,
  EngineUnreachable,
} from '../docker/errors.js';
import { EngineSilent, failure } from '../errors.js';
import { GatewayRefused } from '../openshell/errors.js';
import type { ActorScope, Actors } from './support/scope.js';

export const actors: Actors = {
  locateOriginal: discovery.locateOriginal,
  inspectOriginal: discovery.inspectOriginal,
  screenOriginal: discovery.screenOriginal,
  findDependents,
  createProbe: selection.createProbe,
  startProbe: selection.startProbe,
  removeProbe: selection.removeProbe,
  claimContainer: claim.claimContainer,
  inspectUnderClaim: preparation.inspectUnderClaim,
  compareRehearsal: preparation.compareRehearsal,
  writeRescue: preparation.writeRescue,
  createAhead: preparation.createAhead,
  connectNetwork: preparation.connectNetwork,
  compareReplacement: preparation.compareReplacement,
  claimReplacement: claim.claimReplacement,
  stopSandbox: gateway.stopSandbox,
  resumeSandbox: gateway.resumeSandbox,
  resumeOriginal: gateway.resumeOriginal,
  stopOriginal: cutover.stopOriginal,
  disarmOriginal: cutover.disarmOriginal,
  checkLayer: confirmation.checkLayer,
  stopUnfit: cutover.stopUnfit,
  removeUnfit: cutover.removeUnfit,
  snapshotOriginal,
  createReplacement: preparation.createReplacement,
  setOriginalAside: cutover.setOriginalAside,
  nameReplacement: cutover.nameReplacement,
  startReplacement: cutover.startReplacement,
  watchContainer: confirmation.watchContainer,
  inspectStopped,
  proveGpu: gpu.proveGpu,
  pollSupervisor: confirmation.pollSupervisor,
  pauseBetweenPolls: confirmation.pauseBetweenPolls,
  assessRecovery: confirmation.assessRecovery,
  reattachDependent,
  rehearseSnapshot: retirement.rehearseSnapshot,
  compareSnapshot: retirement.compareSnapshot,
  writeSnapshot: retirement.writeSnapshot,
  removeBackup: completion.removeBackup,
  retireOriginal: completion.retireOriginal,
  reviveReplacement: completion.reviveReplacement,
  keepApart: completion.keepApart,
  verifyReplacement: completion.verifyReplacement,
  removeLitter: completion.removeLitter,
  releaseClaim: completion.releaseClaim,
  proveWayBack: rollback.proveWayBack,
  claimRecreated: claim.claimRecreated,
  recreateOriginal: recreation.recreateOriginal,
  reconnectOriginal: recreation.reconnectOriginal,
  compareOriginal: recreation.compareOriginal,
  collectDiagnostics: rollback.collectDiagnostics,
  settleStop: rollback.settleStop,
  stopReplacement: rollback.stopReplacement,
  disarmReplacement: rollback.disarmReplacement,
  removeReplacement: rollback.removeReplacement,
  partFromReplacement: rollback.partFromReplacement,
  restoreName: rollback.restoreName,
  restorePolicy: rollback.restorePolicy,
  restartOriginal: rollback.restartOriginal,
  verifyOriginal: rollback.verifyOriginal,
};

/**
 * Runs an actor, and classifies what the engine said where the actor left it as it was.
 * @throws GraftError what the machine hears @throws EngineSilent what leaves the run open
 */
export async function runActor<N extends ActorName>(
  name: N,
  input: ActorInput<N>,
  scope: ActorScope,
): Promise<ActorOutput<N>> {
  try {
    return await actors[name](input, scope);
  } catch (error) {
    if (error instanceof EngineUnreachable || error instanceof EngineAmbiguous) {
      throw new EngineSilent(error.message);
    }
    if (error instanceof EngineRefused)
      throw failure('engine-refused', `the engine refused: ${error.message}`);
    if (error instanceof GatewayRefused)
      throw failure('gateway-refused', `the gateway refused: ${error.message}`);
    if (error instanceof EngineAnswerInvalid) {
      throw failure(
        'engine-answer',
        `the engine's answer has another form than expected: ${error.message}`,
      );
    }
    throw error;
  }
}
