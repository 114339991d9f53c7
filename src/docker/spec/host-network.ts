/** What `--network host` changes in a container, and what it refuses. */
import type { JsonObject, RawContainer } from '../raw.js';
import { rawContainer } from '../raw.js';
import { copyOf, objectAt } from './json.js';
import { isContainerMode } from './network-mode.js';
import type { Reason } from './warning.js';

export type WantedNetwork = 'preserve' | 'host';

export const HOST = 'host';

/** Whether the replacement is to be in the host's network, and the original is not. */
export function entersHost(observed: RawContainer, network: WantedNetwork | undefined): boolean {
  return network === 'host' && observed.HostConfig.NetworkMode !== HOST;
}

/** Kernel parameters of a network: a start in the host's refuses them (runc, measured). */
export const isNetSysctl = (name: string): boolean => /^net[./]/.test(name);

/**
 * The container as it would have been observed in the network that is wanted: what else is derived
 * from it then holds in that network. Measured on 20.10 and 28.5: in the host's network the engine
 * refuses links, other endpoints, a MAC address (20.10) and kernel parameters of the network. It
 * takes and ignores published ports, so they stay, and it honours a given hostname, DNS servers and
 * extra hosts.
 * @returns the same document where nothing is to change
 */
export function inNetwork(
  observed: RawContainer,
  network: WantedNetwork | undefined,
): RawContainer {
  if (!entersHost(observed, network)) return observed;
  const document = copyOf(observed);
  const config = objectAt(document, 'Config');
  const hostConfig = objectAt(document, 'HostConfig');
  delete config['MacAddress'];
  hostConfig['NetworkMode'] = HOST;
  hostConfig['Links'] = null;
  if (observed.HostConfig['Sysctls'] != null) {
    hostConfig['Sysctls'] = withoutNet(objectAt(hostConfig, 'Sysctls'));
  }
  const networks: JsonObject = { [HOST]: { NetworkID: '' } };
  document['NetworkSettings'] = { ...objectAt(document, 'NetworkSettings'), Networks: networks };
  return rawContainer.parse(document);
}

const withoutNet = (sysctls: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(sysctls).filter(([name]) => !isNetSysctl(name)));

/** It was put beside that container on purpose, and would lose it. */
export function networkOfAnother(
  observed: RawContainer,
  network: WantedNetwork | undefined,
): Reason | null {
  const mode = observed.HostConfig.NetworkMode;
  if (!entersHost(observed, network) || !isContainerMode(mode)) return null;
  return {
    code: 'network-of-another',
    message: `the container shares the network of another one (${mode}), which --network host would part it from`,
    hint: 'use --network preserve, or create it anew without that network',
  };
}
