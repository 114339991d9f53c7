import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../docker/errors.js';
import type { RawContainer } from '../../docker/raw.js';
import { ADDED } from '../../docker/spec/layer.js';
import { copyingPlaces } from '../../docker/spec/nocopy.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

/** Names of the volumes that the containers in VolumesFrom have now. The engine finds these by name as well. */
export async function lentVolumes(scope: ActorScope, observed: RawContainer): Promise<string[]> {
  const lent: string[] = [];
  for (const from of observed.HostConfig.VolumesFrom ?? []) {
    const ref = from.split(':')[0] ?? '';
    const lender = await reach(scope, () => scope.docker.inspectContainer(ref));
    const names = (lender?.Mounts ?? []).map(({ Name: name = '' }) => name);
    lent.push(...names.filter((name) => name !== ''));
  }
  return lent;
}

/**
 * The places of named volumes that are empty and that a create from this image would fill, although
 * they are in use. What cannot be looked into counts as empty.
 * @param original what is to be made once more
 * @param at the image that it is made from, and the container in which its volumes are looked at
 */
export async function emptyPlaces(
  scope: ActorScope,
  original: RawContainer,
  { image, lookIn }: { readonly image: string; readonly lookIn: RawContainer },
): Promise<string[]> {
  const empty: string[] = [];
  for (const place of copyingPlaces(original.HostConfig)) {
    if (await mayBeEmpty(scope, lookIn, place)) empty.push(place);
  }
  // The image of a commit has every folder that something was mounted on.
  const isCommit = image.startsWith('sha256:') && image !== original.Image;
  if (empty.length === 0 || isCommit) return empty;
  const changes = await reach(scope, () => scope.docker.layerChanges(lookIn.Id));
  const added = new Set(changes.filter(({ Kind }) => Kind === ADDED).map(({ Path }) => Path));
  // What the runtime had to make for the mount, the image does not have.
  return empty.filter((place) => !added.has(place));
}

async function mayBeEmpty(
  scope: ActorScope,
  container: RawContainer,
  place: string,
): Promise<boolean> {
  try {
    return await reach(scope, () => scope.docker.isFolderEmpty(container.Id, place));
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error;
    const { Name: name = '' } = container.Mounts.find((mount) => mount.Destination === place) ?? {};
    return !(await holdsBytes(scope, name));
  }
}

/** Asked once: it may take an engine longer than anybody waits, and no answer is no bytes. */
async function holdsBytes({ docker, signal }: ActorScope, name: string): Promise<boolean> {
  try {
    return ((await docker.volumeBytes(name, { signal })) ?? 0) > 0;
  } catch (error) {
    if (!NO_ANSWER.some((kind) => error instanceof kind)) throw error;
    return false;
  }
}

const NO_ANSWER = [EngineRefused, EngineAmbiguous, EngineUnreachable];
