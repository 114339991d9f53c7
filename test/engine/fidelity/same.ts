/**
 * The tests' own comparison of two inspects: it shares nothing with the product's. Everything
 * counts but what stands here.
 */
import type { Json, JsonObject } from '../../../src/docker/raw.js';

const PER_CONTAINER = [
  'Id',
  'Name',
  'Created',
  'State',
  'RestartCount',
  'ResolvConfPath',
  'HostnamePath',
  'HostsPath',
  'LogPath',
  'GraphDriver',
  'Storage',
];
const PER_START = ['SandboxID', 'SandboxKey', 'EndpointID', 'Bridge'];
const ASSIGNED = [
  'EndpointID',
  'Gateway',
  'IPAddress',
  'IPPrefixLen',
  'IPv6Gateway',
  'GlobalIPv6Address',
  'GlobalIPv6PrefixLen',
  'MacAddress',
  'DNSNames',
];
const ASSIGNED_ON_DEFAULT = ['Gateway', 'IPAddress', 'IPPrefixLen', 'MacAddress'];

function replaced(value: Json, words: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    let text = value;
    for (const [from, to] of words) text = text.replaceAll(from, to);
    return text;
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, words));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaced(item, words)]),
  );
}

function without(document: Json | undefined, fields: readonly string[]): JsonObject {
  const copy = { ...(document as JsonObject) };
  for (const field of fields) delete copy[field];
  return copy;
}

const text = (value: Json): string => JSON.stringify(value);

function sorted(value: Json | undefined): Json {
  return Array.isArray(value)
    ? value.toSorted((a, b) => (text(a) < text(b) ? -1 : 1))
    : (value ?? null);
}

export interface Allowed {
  /** Addresses must be equal too, by network. */
  readonly staticNetworks?: readonly string[];
  /** The MAC addresses in those networks as well. */
  readonly staticMacs?: boolean;
  /** The host's ports must be equal too, unless the engine chose them. */
  readonly ephemeral?: boolean;
  /** Places of volumes that may be mounted by name where nobody named them; the volumes must be the same. */
  readonly reattached?: readonly string[];
}

/** Leaves out how the volumes at these places were asked for; that they are there, and which, stays. */
function unasked(hostConfig: JsonObject, mounts: Json, places: readonly string[]): Json {
  const at = (entry: Json, key: string): boolean =>
    places.includes(String((entry as JsonObject)[key]));
  const asked = ((hostConfig['Mounts'] ?? []) as Json[]).filter((mount) => !at(mount, 'Target'));
  hostConfig['Mounts'] = asked;
  return (mounts as Json[]).map((mount) =>
    at(mount, 'Destination') ? without(mount, ['Mode']) : mount,
  );
}

/**
 * An inspect in the form in which the original's and the replacement's must be equal. `name` is the
 * name that both have in turn.
 */
export function comparable(document: JsonObject, allowed: Allowed = {}): JsonObject {
  const id = document['Id'] as string;
  const words = new Map([
    [id, '<id>'],
    [id.slice(0, 12), '<short-id>'],
  ]);
  const copy = replaced(without(document, PER_CONTAINER), words) as JsonObject;
  const settings = without(copy['NetworkSettings'], [...PER_START, ...ASSIGNED_ON_DEFAULT]);
  if (allowed.ephemeral === true) delete settings['Ports'];
  const networks = Object.entries((settings['Networks'] ?? {}) as JsonObject);
  settings['Networks'] = Object.fromEntries(
    networks.map(([name, endpoint]) => {
      const fixed = [
        'EndpointID',
        'DNSNames',
        ...(allowed.staticMacs === true ? [] : ['MacAddress']),
      ];
      const isStatic = allowed.staticNetworks?.includes(name) === true;
      const kept = without(endpoint, isStatic ? fixed : ASSIGNED);
      const names = sorted((endpoint as JsonObject)['DNSNames']);
      return [name, { ...kept, Aliases: sorted(kept['Aliases']), DNSNames: names }];
    }),
  );
  const hostConfig = without(copy['HostConfig'], ['DeviceRequests']);
  hostConfig['Ulimits'] = sorted(hostConfig['Ulimits']);
  hostConfig['Links'] = sorted(hostConfig['Links']);
  const { reattached = [] } = allowed;
  // The layer that the engine makes of a mounted image is this container's own.
  const mounts = ((copy['Mounts'] ?? []) as JsonObject[]).map((mount) =>
    mount['Type'] === 'image' ? without(mount, ['Source']) : mount,
  );
  const seen = reattached.length === 0 ? mounts : unasked(hostConfig, mounts, reattached);
  return { ...copy, NetworkSettings: settings, HostConfig: hostConfig, Mounts: sorted(seen) };
}
