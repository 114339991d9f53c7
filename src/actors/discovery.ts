/** Actors of discovery: they only look. */
import { EngineUnreachable } from '../docker/errors.js';
import { candidateModes, presentGpu } from '../docker/spec/gpu-present.js';
import { parseDevices } from '../docker/spec/devices.js';
import { specDigest } from '../docker/spec/digest.js';
import { moved } from '../docker/spec/rejoin.js';
import { isSandbox } from '../docker/spec/openshell.js';
import { screen } from '../docker/spec/screen.js';
import { failure, GraftError } from '../errors.js';
import { reach } from './support/reach.js';
import { policyOf } from './support/acts.js';
import { weigh } from './support/burden.js';
import { writtenPaths } from './support/layer.js';
import { mustSee, nameOf } from './support/look.js';
import { claimOn, claimOnName, describeClaim } from './support/claims.js';
import type { Actor, ActorScope } from './support/scope.js';
import { findTarget } from './support/target.js';
import { screenSandbox } from './support/sandbox-screening.js';
import { sandboxDns } from './support/sandbox-dns.js';
import { lentVolumes } from './support/volumes.js';

const unreachableHints: Record<EngineUnreachable['kind'], string> = {
  down: 'is the engine running? docker info shows the same',
  permission: 'you need the rights that docker itself needs: see docker info',
  'client-missing': 'gpugraft talks to engines through the docker client; install it',
  context: 'docker context ls shows the contexts that there are',
  'other-engine': 'docker context show tells which engine is meant now',
};

/** Before anything was made, an engine that cannot be reached is said at once, not waited for. */
export function unreachable(error: EngineUnreachable) {
  const code = error.kind === 'permission' ? 'no-permission' : 'engine-unreachable';
  return failure(code, `cannot reach the engine: ${error.message}`, unreachableHints[error.kind]);
}

export const locateOriginal: Actor<'locateOriginal'> = async ({ target }, scope) => {
  const { docker } = scope;
  try {
    const { id: engineId } = await docker.engine();
    const raw = await findTarget(docker, target).catch((error: unknown) =>
      betweenNames(scope, target, error),
    );
    return { id: raw.Id, name: nameOf(raw), engineId };
  } catch (error) {
    if (error instanceof EngineUnreachable) throw unreachable(error);
    throw error;
  }
};

/** Nothing has the name while a run has set the original aside and not yet named its replacement. @throws GraftError */
async function betweenNames(scope: ActorScope, name: string, error: unknown): Promise<never> {
  const isMissing = error instanceof GraftError && error.failure.code === 'no-such-container';
  const claim = isMissing ? await claimOnName(scope.docker, name) : null;
  if (claim === null) throw error;
  const { message, hint } = await describeClaim(scope, claim);
  throw failure('busy', `nothing is called ${name} at this moment: ${message}`, hint);
}

export const inspectOriginal: Actor<'inspectOriginal'> = async ({ id }, scope) => {
  const raw = await mustSee(scope, id, 'the container');
  const { apiVersion } = await reach(scope, () => scope.docker.engine());
  return {
    id: raw.Id,
    name: nameOf(raw),
    digest: specDigest(raw, apiVersion),
    imageId: raw.Image,
    policy: policyOf(raw),
    running: raw.State.Running,
    healthy: raw.State.Health?.Status === 'healthy',
    startedAt: raw.State.StartedAt,
  };
};

export const screenOriginal: Actor<'screenOriginal'> = async ({ id, options, rejoin }, scope) => {
  const { docker } = scope;
  // Before anything is said of it: what looks grafted may be a replacement that is still on trial.
  const claim = await claimOn(scope, [id]);
  if (claim !== null) {
    return { verdict: 'refused', reason: { code: 'busy', ...(await describeClaim(scope, claim)) } };
  }
  const found = await mustSee(scope, id, 'the container');
  const raw = rejoin === null ? found : moved(found, rejoin);
  const engine = await reach(scope, () => docker.engine());
  const image = await reach(scope, () => docker.inspectImage(raw.Image));
  const tagged = await reach(scope, () => docker.inspectImage(raw.Config.Image));
  const devices = parseDevices(options.devices);
  const lookup = { sandbox: isSandbox(raw, image), mode: options.mode, network: options.network };
  const resolver = sandboxDns(scope, raw, lookup, engine);
  const {
    verdict,
    reason,
    warnings: said,
    image: name,
    backup,
    carries,
  } = screen(raw, {
    dirty: await writtenPaths(scope, raw),
    image,
    tagMeansSameImage: tagged?.Id === raw.Image,
    lent: await lentVolumes(scope, raw),
    backupOf: scope.store.backupOf(id),
    options: { ...options, devices },
    dns: resolver.dns,
    engine,
    rejoining: rejoin !== null,
  });
  if (reason !== null) return { verdict: 'refused', reason };
  const candidates = candidateModes(raw, options.mode);
  if (verdict === 'unchanged') {
    return { verdict, mode: presentGpu(raw)?.mode ?? candidates[0] ?? 'gpus' };
  }
  const watched = await screenSandbox(scope, raw, image, options);
  if (watched.reason !== null) return { verdict: 'refused', reason: watched.reason };
  const { gateway } = watched;
  const plan = { image: name, candidates, backup, dns: resolver.dns, gateway };
  const warnings = [...said, ...resolver.warnings, ...watched.warnings];
  if (carries.length === 0) {
    return { verdict: 'eligible', plan: { ...plan, carry: null }, warnings };
  }
  const weighed = await weigh(scope, { raw, image, dirty: carries, mode: options.mode });
  if (weighed.reason !== null) return { verdict: 'refused', reason: weighed.reason };
  return {
    verdict: 'eligible',
    plan: { ...plan, carry: weighed.burden },
    warnings: [...warnings, ...weighed.warnings],
  };
};
