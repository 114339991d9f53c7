/** What makes an original once more: its inspect, from before the first change, and what it asked for. */
import type { ActorInput } from '../../../machines/index.js';
import type { RawContainer } from '../../docker/raw.js';
import { volumeName } from '../../docker/spec/volumes.js';
import { failure } from '../../errors.js';
import { reach } from './reach.js';
import type { Request } from './request.js';
import type { ActorScope } from './scope.js';

export type Snapshot = ActorInput<'writeSnapshot'>['snapshot'];

export interface Recipe {
  /** The original as it was found. */
  readonly inspect: RawContainer;
  readonly request: Request;
}

/** @throws GraftError `snapshot-broken` where the inspect cannot be read any more */
export async function recipeFrom(scope: ActorScope, snapshot: Snapshot): Promise<Recipe> {
  const inspect = scope.store.originalAsFound(snapshot.runId);
  if (inspect === null) {
    throw failure(
      'snapshot-broken',
      `the rescue document of run ${snapshot.runId}, which says what the original was, cannot be read`,
    );
  }
  const named = await reach(scope, () => scope.docker.inspectImage(snapshot.imageName));
  const { imageId, imageName, daemonUlimits } = snapshot;
  const image = named?.Id === imageId ? imageName : imageId;
  const asItWas = { mode: null, devices: 'all', network: 'preserve', dns: null } as const;
  return { inspect, request: { ...asItWas, image, daemonUlimits } };
}

/**
 * A volume that nobody holds may be gone, and a create would make an empty one of its name.
 * @throws GraftError `snapshot-broken`
 */
export function mustHoldVolumes(original: RawContainer, replacement: RawContainer): void {
  const volumesOf = ({ Mounts: mounts }: RawContainer): string[] =>
    mounts.filter(({ Type: type }) => type === 'volume').map(volumeName);
  const held = volumesOf(replacement);
  const lost = volumesOf(original).find((name) => !held.includes(name));
  if (lost === undefined) return;
  throw failure(
    'snapshot-broken',
    `the volume ${lost} of the original is not mounted in what has its place now, so that nobody has kept it`,
  );
}

/** Whether the engine still has the image of a snapshot. Its volumes and networks are held by what runs in its place. */
export const hasImageOf = async (scope: ActorScope, { imageId }: Snapshot): Promise<boolean> =>
  (await reach(scope, () => scope.docker.inspectImage(imageId))) !== null;
