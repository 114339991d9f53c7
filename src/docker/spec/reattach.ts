/** Volumes that nobody named are mounted again, by name: a create would make new ones in their place. */
import type { Json, JsonObject } from '../raw.js';
import { isObject, stringsAt } from './json.js';
import { mountsIn, nocopyMount, placeOf } from './nocopy.js';
import { bindParts, isAnonymousMount } from './volumes.js';
import type { AnonymousVolume } from './volumes.js';

/** The driver of a volume whose mount names none. */
const DEFAULT_DRIVER = 'local';

/**
 * Changes a `HostConfig` so that it mounts these volumes. A mount without a source gets the name, so
 * that its options stay; the others become mounts of their own, in the order of their places. All
 * of them `nocopy`: what the image had there was copied when they were made. Without such volumes
 * nothing is changed.
 */
export function reattach(hostConfig: JsonObject, volumes: readonly AnonymousVolume[]): void {
  if (volumes.length === 0) return;
  const left = new Map(volumes.map((volume) => [volume.destination, volume]));
  const named = mountsIn(hostConfig).map((mount) => {
    if (!isObject(mount) || !isAnonymousMount(mount)) return mount;
    const place = placeOf(mount);
    const volume = left.get(place);
    left.delete(place);
    return volume === undefined ? mount : nocopyMount({ ...mount, Source: volume.name });
  });
  const binds = stringsAt(hostConfig, 'Binds');
  const kept = binds.filter((bind) => bindParts(bind).source !== '');
  if (kept.length < binds.length) hostConfig['Binds'] = kept;
  // The engine lists mount points in a random order.
  const added = [...left.values()].toSorted((a, b) => (a.destination < b.destination ? -1 : 1));
  hostConfig['Mounts'] = [...named, ...added.map(mountOf)];
}

function mountOf({ name, destination, driver, readOnly }: AnonymousVolume): Json {
  const another = driver !== '' && driver !== DEFAULT_DRIVER;
  return nocopyMount({
    Type: 'volume',
    Source: name,
    Target: destination,
    ...(readOnly ? { ReadOnly: true } : {}),
    ...(another ? { VolumeOptions: { DriverConfig: { Name: driver } } } : {}),
  });
}
