/** The kinds of `HostConfig.NetworkMode`, and what the engine refuses to be told in each. */
import type { JsonObject, RawContainer } from '../raw.js';
import { shortId } from './identity.js';

/** Names of the engine's own default network, in NetworkMode and as a key of the networks. */
const DEFAULT_NETWORK = new Set(['', 'default', 'bridge']);

/** `container:X`: the network of another container. */
export function isContainerMode(mode: string | undefined): boolean {
  return mode?.startsWith('container:') ?? false;
}

/** The default bridge takes no aliases and no static addresses (facts/docker.md). */
export function isDefaultNetwork(name: string): boolean {
  return DEFAULT_NETWORK.has(name);
}

/** A network that has no endpoint of the container's own to configure. */
export function isHostOrNone(name: string): boolean {
  return name === 'host' || name === 'none';
}

type Networks = NonNullable<RawContainer['NetworkSettings']['Networks']>;

/**
 * The container's endpoints by network. A network that was given by the beginning of its ID is
 * listed as it was given and, once the container was started, by its name as well (measured on
 * 20.10 and 28.5): the second one is left out.
 */
export function endpointsOf(observed: RawContainer): [name: string, endpoint: Networks[string]][] {
  const all = Object.entries(observed.NetworkSettings.Networks ?? {});
  const byBeginning = new Map(
    all
      .filter(([name, { NetworkID: id }]) => id.startsWith(name))
      .map(([name, { NetworkID: id }]) => [id, name]),
  );
  return all.filter(([name, { NetworkID: id }]) => (byBeginning.get(id) ?? name) === name);
}

/** Which of the container's networks its NetworkMode means, by name or by ID; null: none of them. */
export function primaryNetwork(observed: RawContainer): string | null {
  const mode = observed.HostConfig.NetworkMode;
  const networks = observed.NetworkSettings.Networks ?? {};
  if (mode in networks) return mode;
  if (isDefaultNetwork(mode)) return 'bridge' in networks ? 'bridge' : null;
  const byId = Object.entries(networks).find(
    ([, endpoint]) => endpoint.NetworkID !== '' && endpoint.NetworkID === mode,
  );
  return byId?.[0] ?? null;
}

/**
 * Takes out of a copied `Config` what the engine made up, or merely echoes and would refuse to be
 * told. Rules: moby's `validateNetContainerMode` and `validateNetMode`.
 * - the hostname that is the short ID, and any hostname in another container's network or the
 *   host's UTS namespace, where a user cannot give one;
 * - `container:X` takes its domain name and MAC address from X; exposed ports are the image's.
 */
export function dropGenerated(observed: RawContainer, config: JsonObject): void {
  const { NetworkMode: mode, UTSMode: uts } = observed.HostConfig;
  const shared = isContainerMode(mode);
  if (shared || uts === 'host' || config['Hostname'] === shortId(observed.Id)) {
    delete config['Hostname'];
  }
  if (!shared) return;
  delete config['Domainname'];
  delete config['MacAddress'];
  delete config['ExposedPorts'];
}
