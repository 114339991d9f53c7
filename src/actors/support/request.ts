import type { GpuRequest as Request } from '../../../machines/index.js';
import type { RawContainer } from '../../docker/raw.js';
import { expectedReplacement } from '../../docker/spec/expected.js';
import type { Expected } from '../../docker/spec/expected.js';
import { desiredReplacement } from '../../docker/spec/desired.js';
import type { Replacement, ReplacementRequest } from '../../docker/spec/desired.js';
import { parseDevices } from '../../docker/spec/devices.js';
import { moved } from '../../docker/spec/rejoin.js';
import { isSandbox } from '../../docker/spec/openshell.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';
import { lentVolumes } from './volumes.js';

export type { Request };

/** A dependent is made as if it had been made for what it is to depend on. */
const asWanted = (original: RawContainer, { rejoin }: Request): RawContainer =>
  rejoin === null ? original : moved(original, rejoin);

/** Asks for the image only where the label is there, to see whose it is. */
async function isSandboxHere(scope: ActorScope, original: RawContainer): Promise<boolean> {
  if (!isSandbox(original, null)) return false;
  return isSandbox(original, await reach(scope, () => scope.docker.inspectImage(original.Image)));
}

/** What the journal knows of the request, filled in with what only the engine knows. */
async function fullRequest(
  scope: ActorScope,
  original: RawContainer,
  request: Request,
  empty: readonly string[],
): Promise<ReplacementRequest> {
  // What is named by its ID may be the image of a carried layer; a tag means the image that runs.
  const ref = request.image.startsWith('sha256:') ? request.image : original.Image;
  const image = await reach(scope, () => scope.docker.inspectImage(ref));
  const { apiVersion, defaultRuntime } = await reach(scope, () => scope.docker.engine());
  return {
    mode: request.mode,
    devices: parseDevices(request.devices),
    image: request.image,
    apiVersion,
    // What the image itself says of NVIDIA is not taken for the user's wish.
    imageEnv: image?.Config?.Env ?? [],
    defaultRuntime,
    daemonUlimits: request.daemonUlimits,
    network: request.network,
    sandbox: await isSandboxHere(scope, original),
    dns: request.dns,
    lent: await lentVolumes(scope, original),
    empty,
  };
}

/**
 * The replacement's create body, from the original as it is.
 * @param empty places of named volumes that it must not fill
 */
export async function desiredFor(
  scope: ActorScope,
  found: RawContainer,
  request: Request,
  empty: readonly string[] = [],
): Promise<Replacement> {
  const original = asWanted(found, request);
  return desiredReplacement(original, await fullRequest(scope, original, request, empty));
}

/**
 * What an inspect of the replacement must say.
 * @param empty places of named volumes that it was told not to fill
 */
export async function expectedFor(
  scope: ActorScope,
  found: RawContainer,
  request: Request,
  empty: readonly string[] = [],
): Promise<Expected> {
  const original = asWanted(found, request);
  return expectedReplacement(original, await fullRequest(scope, original, request, empty));
}
