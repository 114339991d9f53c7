/** A container's endpoints on its networks: what a user configured, without what the engine assigned. */
import type { JsonObject, RawContainer } from '../raw.js';
import { ENDPOINTS_AT_CREATE, apiAtLeast, shortId } from './identity.js';
import { copyOf, stringsAt } from './json.js';
import { configuredMacs } from './macs.js';
import type { MacOptions } from './macs.js';
import {
  endpointsOf,
  isContainerMode,
  isDefaultNetwork,
  isHostOrNone,
  primaryNetwork,
} from './network-mode.js';

/** Fields of an endpoint that the engine fills in when it connects. Unknown fields pass through. */
const ASSIGNED = [
  'NetworkID',
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

/**
 * Names that engines add to the aliases that a user gave. All add the short ID below API 1.45; engines
 * that know API 1.44 (or list DNS names) add the hostname below 1.45 as well. Measured on both.
 */
function generatedAliases(
  observed: RawContainer,
  endpoint: JsonObject,
  apiVersion: string,
): Set<string> {
  const names = new Set([shortId(observed.Id)]);
  const knowsDnsNames =
    apiAtLeast(apiVersion, '1.44') || stringsAt(endpoint, 'DNSNames').length > 0;
  if (knowsDnsNames && !apiAtLeast(apiVersion, '1.45')) names.add(observed.Config.Hostname);
  return names;
}

/** Empty fields keep the form in which they were found (`null`, `{}`), so that the inspects are equal. */
function configuredEndpoint(
  observed: RawContainer,
  network: string,
  endpoint: JsonObject,
  apiVersion: string,
): JsonObject {
  const configured = copyOf(endpoint);
  for (const field of ASSIGNED) delete configured[field];
  if (isDefaultNetwork(network)) return { ...configured, Aliases: null, IPAMConfig: null };
  if (Array.isArray(endpoint['Aliases'])) {
    const generated = generatedAliases(observed, endpoint, apiVersion);
    configured['Aliases'] = stringsAt(endpoint, 'Aliases').filter((alias) => !generated.has(alias));
  }
  return configured;
}

/**
 * The configured endpoints by network name, without MAC addresses. Empty in another container's
 * network; `host` and `none` have nothing to configure.
 */
export function configuredEndpoints(
  observed: RawContainer,
  apiVersion: string,
): Record<string, JsonObject> {
  if (isContainerMode(observed.HostConfig.NetworkMode)) return {};
  return Object.fromEntries(
    endpointsOf(observed)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, endpoint]) => [
        name,
        isHostOrNone(name) ? {} : configuredEndpoint(observed, name, copyOf(endpoint), apiVersion),
      ]),
  );
}

export interface Connection {
  /** The network's full ID. */
  readonly network: string;
  readonly name: string;
  readonly endpoint: JsonObject;
}

export interface Endpoints {
  /** `NetworkingConfig.EndpointsConfig` of the create. */
  readonly atCreate: JsonObject;
  /** What is connected after the create and before the start, in order of name. */
  readonly connect: Connection[];
}

/**
 * Which endpoints go into the create and which are connected afterwards. From API 1.44 all go into
 * the create. Below it only one does: that of NetworkMode, or else the first by name.
 */
export function splitEndpoints(observed: RawContainer, options: MacOptions): Endpoints {
  const endpoints = configuredEndpoints(observed, options.apiVersion);
  const names = Object.keys(endpoints);
  const allAtOnce = apiAtLeast(options.apiVersion, ENDPOINTS_AT_CREATE);
  if (allAtOnce) {
    for (const [name, mac] of Object.entries(configuredMacs(observed))) {
      const endpoint = endpoints[name];
      if (endpoint !== undefined) endpoint['MacAddress'] = mac;
    }
    return { atCreate: endpoints, connect: [] };
  }
  const first = primaryNetwork(observed) ?? names[0];
  return {
    atCreate: first === undefined ? {} : { [first]: endpoints[first] ?? {} },
    connect: names
      .filter((name) => name !== first)
      .map((name) => ({
        // A container that was never started knows its networks by name only.
        network: observed.NetworkSettings.Networks?.[name]?.NetworkID || name,
        name,
        endpoint: endpoints[name] ?? {},
      })),
  };
}
