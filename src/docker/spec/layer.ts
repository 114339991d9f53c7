/** Whether a container's writable layer holds anything of its own. */
import type { JsonObject, RawContainer, RawLayerChange } from '../raw.js';
import { presentGpu } from './gpu-present.js';
import { isEmptyTrace, isGpuTrace } from './gpu-traces.js';
import { copyOf, isObject, objectAt } from './json.js';
import { tidyPath } from './paths.js';
import { behindUsualLinks } from './usual-links.js';

/** What the engine and runc make in any container (facts/docker.md). What lies below these is not theirs. */
const MADE_BY_RUNTIME = [
  '/.dockerenv',
  '/dev',
  '/dev/console',
  '/dev/mqueue',
  '/dev/pts',
  '/dev/shm',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/proc',
  '/sbin/docker-init',
  '/sys',
];

/** Folders that are made where the image has none. One that the image has and that changed was changed by somebody. */
const MADE_IF_ABSENT = ['/run'];

/** Kinds of a change. */
export const ADDED = 1;
const DELETED = 2;

/** Where devices appear; outside of /dev the runtime makes the node in the layer. */
function devicePaths(hostConfig: JsonObject): string[] {
  const devices = Array.isArray(hostConfig['Devices']) ? hostConfig['Devices'] : [];
  return devices.filter(isObject).flatMap((device) => {
    const path = device['PathInContainer'];
    return typeof path === 'string' ? [path] : [];
  });
}

const everyWay = (paths: readonly string[]): Set<string> =>
  new Set(paths.map(tidyPath).flatMap(behindUsualLinks));

function madeWhereAbsent(observed: RawContainer): Set<string> {
  const workingDir = observed.Config['WorkingDir'];
  const isGiven = typeof workingDir === 'string' && workingDir !== '';
  return everyWay([...MADE_IF_ABSENT, ...(isGiven ? [workingDir] : [])]);
}

/** The paths at which the runtime makes something for this container: mount points and devices. */
function madeForContainer(observed: RawContainer): Set<string> {
  const host = copyOf(observed.HostConfig);
  return everyWay([
    ...MADE_BY_RUNTIME,
    ...observed.Mounts.map((mount) => mount.Destination),
    ...(observed.HostConfig.Mounts ?? []).map((mount) => mount.Target),
    ...Object.keys(objectAt(host, 'Tmpfs')),
    ...Object.keys(observed.Config.Volumes ?? {}),
    ...devicePaths(host),
  ]);
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** The paths of a diff that are traces of a GPU if they are empty files: whoever asks has to look. */
export function emptyTraces(changes: readonly RawLayerChange[], observed: RawContainer): string[] {
  if (presentGpu(observed) === null) return [];
  const there = changes.filter(({ Kind: kind }) => kind !== DELETED);
  return there.map(({ Path: path }) => path).filter(isEmptyTrace);
}

/**
 * The paths of `docker diff` that the workload itself wrote, in the order given; empty: the layer
 * is clean. Explained are the paths that the runtime makes, and folders that are listed for the
 * sake of such a path *in the list*: a folder that changed by itself stays dirty. A deletion is
 * never explained. Folders that stand there only because of a dirty path below are left out.
 *
 * What a diff cannot show: attributes and ACLs that changed alone, and a changed owner or mode of a
 * folder in which the runtime also made something.
 * @param filled of the `emptyTraces`, those that hold something
 */
export function dirtyPaths(
  changes: readonly RawLayerChange[],
  observed: RawContainer,
  filled: ReadonlySet<string> = new Set(),
): string[] {
  const made = madeForContainer(observed);
  const madeIfAbsent = madeWhereAbsent(observed);
  const hasGpu = presentGpu(observed) !== null;
  const isMade = ({ Path: path, Kind: kind }: RawLayerChange): boolean =>
    kind !== DELETED &&
    (made.has(path) ||
      (kind === ADDED && madeIfAbsent.has(path)) ||
      (hasGpu && isGpuTrace(path) && !filled.has(path)));
  const explained = new Set(changes.filter(isMade).flatMap(({ Path: path }) => parentsOf(path)));
  const dirty = changes.filter(
    (change) => !isMade(change) && (change.Kind === DELETED || !explained.has(change.Path)),
  );
  const implied = new Set(dirty.flatMap(({ Path: path }) => parentsOf(path)));
  return dirty
    .filter(({ Path: path, Kind: kind }) => kind === DELETED || !implied.has(path))
    .map(({ Path: path }) => path);
}
