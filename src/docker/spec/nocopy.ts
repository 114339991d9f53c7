/** Volume mounts that do not fill an empty volume from the image: creating would write to it at once. */
import type { Json, JsonObject } from '../raw.js';
import { isObject, objectAt } from './json.js';
import { bindParts, isVolumeBind } from './volumes.js';

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
