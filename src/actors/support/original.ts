/** What makes an original once more: its inspect, from before the first change, and what it asked for. */
import type { ActorInput } from '../../../machines/index.js';
import type { RawContainer } from '../../docker/raw.js';
import { volumeName } from '../../docker/spec/volumes.js';
import { failure } from '../../errors.js';
import { seen } from './look.js';
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
    throw failure('snapshot-broken', unreadable(snapshot.runId));
  }
  const named = await reach(scope, () => scope.docker.inspectImage(snapshot.imageName));
  const { imageId, imageName, daemonUlimits } = snapshot;
  const image = named?.Id === imageId ? imageName : imageId;
  const asItWas = {
    mode: null,
    devices: 'all',
    network: 'preserve',
    dns: null,
    rejoin: null,
  } as const;
  return { inspect, request: { ...asItWas, image, daemonUlimits } };
}

const unreadable = (runId: string): string =>
  `the rescue document of run ${runId}, which says what the original was, cannot be read`;

/** A volume of the original that the replacement does not mount; null: it holds them all. */
function lostVolume(original: RawContainer, replacement: RawContainer): string | null {
  const volumesOf = ({ Mounts: mounts }: RawContainer): string[] =>
    mounts.filter(({ Type: type }) => type === 'volume').map(volumeName);
  const held = volumesOf(replacement);
  return volumesOf(original).find((name) => !held.includes(name)) ?? null;
}

const notHeld = (volume: string): string =>
  `the volume ${volume} of the original is not mounted in what has its place now, so that nobody has kept it`;

/**
 * A volume that nobody holds may be gone, and a create would make an empty one of its name.
 * @throws GraftError `snapshot-broken`
 */
export function mustHoldVolumes(original: RawContainer, replacement: RawContainer): void {
  const lost = lostVolume(original, replacement);
  if (lost !== null) throw failure('snapshot-broken', notHeld(lost));
}

/**
 * Looks whether the original can be made again from its snapshot, and changes nothing. The networks are
 * held by what runs in its place; whether that is there is for whoever takes its place to see.
 * @returns why not; null: all that it is made of is there
 */
export async function whyNotAgain(
  scope: ActorScope,
  { imageId, runId }: Snapshot,
  replacementId: string | null,
): Promise<string | null> {
  if ((await reach(scope, () => scope.docker.inspectImage(imageId))) === null)
    return `the image ${imageId.slice(0, 19)}, from which the original would be made again, is gone: somebody else removed it`;
  const inspect = scope.store.originalAsFound(runId);
  if (inspect === null) return unreadable(runId);
  const replacement = replacementId === null ? null : await seen(scope, replacementId);
  const lost = replacement === null ? null : lostVolume(inspect, replacement);
  return lost === null ? null : notHeld(lost);
}
