/** What was configured of a container, without what is its instance's own: so that two can be compared. */
import { isDeepStrictEqual } from 'node:util';
import { at, text } from './engines.js';
import type { Doc, Json } from './engines.js';

const endpointKeys = ['IPAMConfig', 'Links', 'NetworkID', 'DriverOpts', 'GwPriority'] as const;

/** Paths to values, as deep as `HostConfig.Binds`. */
export function configured(doc: Doc): Map<string, Json> {
  const id = String(doc['Id']);
  const values = new Map<string, Json>();
  for (const key of ['Name', 'Image', 'Path', 'Args', 'Platform', 'Driver'])
    values.set(key, doc[key] ?? null);
  // The engine lists them in a random order.
  const mounts = (doc['Mounts'] ?? []) as Doc[];
  for (const mount of mounts) {
    // The layer that the engine makes of a mounted image is this container's own.
    const seen = mount['Type'] === 'image' ? { ...mount, Source: '' } : mount;
    values.set(`Mounts.${String(mount['Destination'])}`, seen);
  }
  for (const part of ['Config', 'HostConfig'])
    for (const [key, value] of Object.entries(doc[part] as Doc))
      values.set(`${part}.${key}`, value);
  // No request is written in two ways.
  values.set('HostConfig.DeviceRequests', at(doc, 'HostConfig.DeviceRequests') ?? []);
  // The engine lists its own limits in a random order.
  const limits = (at(doc, 'HostConfig.Ulimits') ?? []) as Doc[];
  values.set(
    'HostConfig.Ulimits',
    limits.toSorted((a, b) => (text(a, 'Name') < text(b, 'Name') ? -1 : 1)),
  );
  if (values.get('Config.Hostname') === id.slice(0, 12))
    values.set('Config.Hostname', 'its short ID');
  for (const [network, endpoint] of Object.entries(at(doc, 'NetworkSettings.Networks') as Doc)) {
    for (const key of endpointKeys) values.set(`${network}.${key}`, (endpoint as Doc)[key] ?? null);
    // The default bridge is made anew whenever the engine starts.
    if (network === 'bridge') values.delete('bridge.NetworkID');
    const aliases = ((endpoint as Doc)['Aliases'] ?? []) as string[];
    values.set(
      `${network}.Aliases`,
      aliases.filter((alias) => alias !== id.slice(0, 12)),
    );
  }
  return values;
}

/** The paths at which two containers are configured differently. */
export function differing(one: Doc, other: Doc): string[] {
  const a = configured(one);
  const b = configured(other);
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => !isDeepStrictEqual(a.get(path), b.get(path))).toSorted();
}

/** The paths that a GPU request changes, by mode. */
export const gpuPaths: Readonly<Record<string, readonly string[]>> = {
  cdi: ['HostConfig.DeviceRequests'],
  gpus: ['HostConfig.DeviceRequests'],
  'nvidia-runtime': ['Config.Env', 'HostConfig.Runtime'],
};
