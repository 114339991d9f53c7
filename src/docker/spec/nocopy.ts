/** Volume mounts that do not fill an empty volume from the image: creating would write to it at once. */
import type { Json, JsonObject, RawContainer } from '../raw.js';
import { isObject, isVoid, objectAt, stringsAt } from './json.js';
import { tidyPath } from './paths.js';
import { bindParts, isVolumeBind } from './volumes.js';
import type { Warning } from './warning.js';

/** A `Binds` entry with the option `nocopy`; folders of the host stay as they are. */
export function nocopyBind(bind: string): string {
  if (!isVolumeBind(bind)) return bind;
  const { source, target, options } = bindParts(bind);
  const rest = options.filter((option) => option !== 'nocopy');
  return `${source}:${target}:${[...rest, 'nocopy'].join(',')}`;
}

/** An entry of `HostConfig.Mounts`, likewise. */
export function nocopyMount(mount: Json): Json {
  if (!isObject(mount) || mount['Type'] !== 'volume') return mount;
  const options: JsonObject = { ...objectAt(mount, 'VolumeOptions'), NoCopy: true };
  return { ...mount, VolumeOptions: options };
}

export const mountsIn = (hostConfig: JsonObject): Json[] =>
  Array.isArray(hostConfig['Mounts']) ? hostConfig['Mounts'] : [];

/** Where an entry of `HostConfig.Mounts` mounts, tidied; empty: it does not say. */
export function placeOf(mount: Json): string {
  const target = isObject(mount) ? mount['Target'] : undefined;
  return typeof target === 'string' ? tidyPath(target) : '';
}

/** Mounts the volumes at these places `nocopy`. Without a place nothing is changed. */
export function withNocopy(hostConfig: JsonObject, places: readonly string[]): void {
  if (places.length === 0) return;
  const at = new Set(places);
  const binds = stringsAt(hostConfig, 'Binds');
  if (binds.length > 0) {
    hostConfig['Binds'] = binds.map((bind) =>
      at.has(tidyPath(bindParts(bind).target)) ? nocopyBind(bind) : bind,
    );
  }
  const mounts = mountsIn(hostConfig);
  if (mounts.length > 0) {
    hostConfig['Mounts'] = mounts.map((mount) =>
      at.has(placeOf(mount)) ? nocopyMount(mount) : mount,
    );
  }
}

/** The mount point of a volume shows the options of its bind as its mode. */
export function withBindModes(part: {
  readonly hostConfig: JsonObject;
  readonly mounts: Record<string, JsonObject>;
}): void {
  for (const bind of stringsAt(part.hostConfig, 'Binds').filter(isVolumeBind)) {
    const { target, options } = bindParts(bind);
    const mount = part.mounts[tidyPath(target)];
    if (mount !== undefined && options.length > 0) mount['Mode'] = options.join(',');
  }
}

/** The places of the named volumes that a create with this `HostConfig` fills where they are empty. */
export function copyingPlaces(hostConfig: RawContainer['HostConfig']): string[] {
  const binds = (hostConfig.Binds ?? []).filter(isVolumeBind).map(bindParts);
  const mounts = (hostConfig.Mounts ?? []) as JsonObject[];
  return [
    ...binds
      .filter(({ source, options }) => source !== '' && !options.includes('nocopy'))
      .map(({ target }) => tidyPath(target)),
    ...mounts
      .filter((mount) => mount['Type'] === 'volume' && !isVoid(mount['Source']))
      .filter((mount) => objectAt(mount, 'VolumeOptions')['NoCopy'] !== true)
      .map(placeOf),
  ];
}

/** Where the replacement mounts a named volume `nocopy` that the original did not mount so. */
export function addedNocopy(original: RawContainer, replacement: RawContainer): string[] {
  const copying = new Set(copyingPlaces(replacement.HostConfig));
  return copyingPlaces(original.HostConfig).filter((place) => !copying.has(place));
}

export function nocopyWarnings(places: readonly string[]): Warning[] {
  if (places.length === 0) return [];
  const message = `the volume at ${places.join(', ')} is empty or could not be looked into, and creating a container fills an empty one from the image: the replacement mounts it with nocopy, which its inspect goes on to show`;
  return [{ code: 'volume-nocopy', message }];
}
