import { claimName } from '../../machines/index.js';
import type { Context, Failure } from '../../machines/index.js';
import { hintAbout } from '../actors/support/claims.js';
import { holderOf, labelsOf } from '../actors/support/labels.js';
import { sameEngine } from '../actors/support/reach.js';
import { EngineUnreachable, isEngineError } from '../docker/errors.js';
import type { DockerPort } from '../docker/port.js';
import { failure } from '../errors.js';
import { whereIs } from '../runtime/store.js';

/** Why a run must not be gone on with: another engine answers, or another run has the claim by now. */
export async function obstacleTo(
  { engineId, original, runId }: Context,
  docker: DockerPort,
  stateDir: string,
): Promise<Failure | null> {
  try {
    await sameEngine({ docker, engineId });
    if (original === null) return null;
    const claim = await docker.inspectContainer(claimName(original.id));
    const holder = claim === null ? null : holderOf(labelsOf(claim));
    if (holder === null || holder.runId === runId) return null;
    return failure(
      'busy',
      `run ${holder.runId} (process ${holder.pid} on ${holder.host}) has the container now`,
      hintAbout(holder, whereIs(holder, stateDir)),
    ).failure;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const other = error instanceof EngineUnreachable && error.kind === 'other-engine';
    const code = other ? 'other-engine' : 'engine-unreachable';
    const hint = other
      ? 'use the --context or --host that the run was begun with'
      : 'start the engine and recover again; a run at another engine needs its --context or --host';
    return failure(code, error.message, hint).failure;
  }
}
