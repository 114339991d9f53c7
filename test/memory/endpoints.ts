/** A container's place in its networks: what is configured, and what it has while it runs. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { JsonObject } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { addressNumber, macFor, numberAddress } from './ids.js';
import { copyJson, isEmpty, objectIn, textIn } from './json.js';
import { noSuchContainer, noSuchNetwork } from './refusals.js';
import { isRunning, type Endpoint, type MemoryContainer, type MemoryNetwork } from './state.js';

const ALIAS_ON_BRIDGE =
  'network-scoped alias is supported only for containers in user defined networks';
const ADDRESS_ON_BRIDGE = 'user specified IP address is supported on user defined networks only';
const ADDRESS_WITHOUT_SUBNET =
  'user specified IP address is supported only when connecting to networks with user configured subnets';

const isBuiltIn = (network: MemoryNetwork): boolean =>
  network.name === 'bridge' || network.name === 'host' || network.name === 'none';

export const newEndpoint = (config: JsonObject): Endpoint => ({
  config: copyJson(config),
  networkId: '',
  live: null,
  shortIdAdded: false,
});

export const staticAddress = (endpoint: Endpoint): string =>
  textIn(objectIn(endpoint.config.IPAMConfig).IPv4Address);

function inSubnet(address: string, subnet: string): boolean {
  const [base = '', bits = '0'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressNumber(address) / size) === Math.floor(addressNumber(base) / size);
}

/** What is wrong with an endpoint's configuration, in the engine's words. */
function complaints(network: MemoryNetwork, endpoint: Endpoint, modern: boolean): string[] {
  const found: string[] = [];
  const address = staticAddress(endpoint);
  if (address !== '' && isBuiltIn(network)) found.push(ADDRESS_ON_BRIDGE);
  if (address !== '' && !network.subnetGiven) found.push(ADDRESS_WITHOUT_SUBNET);
  if (!isEmpty(endpoint.config.Aliases) && isBuiltIn(network)) found.push(ALIAS_ON_BRIDGE);
  if (modern && address !== '' && network.subnetGiven && !inSubnet(address, network.subnet ?? '')) {
    found.push(`no configured subnet or ip-range contain the IP address ${address}`);
  }
  return found;
}

/**
 * The newer engine checks at create, the older one at start.
 *
 * @throws EngineRefused 400
 */
export function checkAtCreate(core: Core, name: string, endpoint: Endpoint): void {
  const network = core.findNetwork(name);
  if (!core.modern || network === null) return;
  const found = complaints(network, endpoint, true);
  if (found.length === 0) return;
  const list = found.length === 1 ? found[0]! : found.map((line) => `* ${line}`).join('\n');
  throw new EngineRefused(
    400,
    `invalid config for network ${name}: invalid endpoint settings:\n${list}`,
  );
}

/** Gives a starting container its addresses. @throws EngineRefused; then `release` undoes what was given */
export function attachAll(core: Core, container: MemoryContainer): void {
  const prefix = core.modern ? 'failed to set up container networking: ' : '';
  const mode = container.hostConfig.NetworkMode;
  if (mode.startsWith('container:')) {
    const ref = mode.slice('container:'.length);
    const other = core.find(ref);
    if (other === null && core.modern) {
      throw new EngineRefused(
        500,
        `joining network namespace of container: ${noSuchContainer(ref).message}`,
      );
    }
    if (other === null) throw noSuchContainer(ref);
    if (!isRunning(other)) {
      throw new EngineRefused(
        409,
        core.modern
          ? `cannot join network namespace of a non running container: container ${other.name} is ${other.status}`
          : `cannot join network of a non running container: ${other.id}`,
      );
    }
    return;
  }
  try {
    for (const [name, endpoint] of container.endpoints) attach(core, container, name, endpoint);
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error;
    throw new EngineRefused(error.status, prefix + error.message);
  }
}

function attach(core: Core, container: MemoryContainer, name: string, endpoint: Endpoint): void {
  const network = core.findNetwork(name);
  if (network === null) throw noSuchNetwork(name);
  const wrong = complaints(network, endpoint, core.modern)[0];
  if (wrong !== undefined) throw new EngineRefused(400, wrong);
  const endpointId = core.ids.next();
  endpoint.networkId = network.id;
  if (!core.modern && !isBuiltIn(network)) endpoint.shortIdAdded = true;
  if (network.subnet === null) {
    endpoint.live = { endpointId, address: '', mac: '' };
    return;
  }
  const address = addressFor(network, endpoint, container.id);
  const mac =
    textIn(endpoint.config.MacAddress) ||
    textIn(container.config.MacAddress) ||
    macFor(address, endpointId, !core.modern);
  endpoint.live = { endpointId, address, mac };
}

function addressFor(network: MemoryNetwork, endpoint: Endpoint, id: string): string {
  const wanted = staticAddress(endpoint);
  const subnet = network.subnet ?? '';
  if (wanted !== '') {
    if (!inSubnet(wanted, subnet)) {
      throw new EngineRefused(
        500,
        `Invalid address ${wanted}: It does not belong to any of this network's subnets`,
      );
    }
    if (network.addresses.has(wanted)) throw new EngineRefused(403, 'Address already in use');
    network.addresses.set(wanted, id);
    return wanted;
  }
  // .0 is the network's own, .1 the gateway's.
  for (let host = addressNumber(subnet.split('/')[0] ?? '') + 2; ; host++) {
    const address = numberAddress(host);
    if (network.addresses.has(address)) continue;
    network.addresses.set(address, id);
    return address;
  }
}

/** Takes a container's addresses away: it has stopped, or could not start. */
export function releaseAll(core: Core, container: MemoryContainer): void {
  for (const [name, endpoint] of container.endpoints) {
    if (endpoint.live === null) continue;
    core.findNetwork(name)?.addresses.delete(endpoint.live.address);
    endpoint.live = null;
  }
}

/** `docker network connect`. @throws EngineRefused */
export function connect(core: Core, ref: string, id: string, config: JsonObject): void {
  const network = core.network(ref);
  const container = core.container(id);
  const mode = container.hostConfig.NetworkMode;
  if (mode === 'host' || mode.startsWith('container:')) {
    throw new EngineRefused(
      400,
      'container sharing network namespace with another container or host cannot be connected to any other network',
    );
  }
  if (mode === 'none') {
    throw new EngineRefused(
      400,
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
  const endpoint = newEndpoint(config);
  if (container.endpoints.has(network.name)) {
    // A stopped container's endpoint stays as it is, and the engine says nothing (measured).
    if (!isRunning(container)) return;
    throw new EngineRefused(
      403,
      `endpoint with name ${container.name} already exists in network ${network.name}`,
    );
  }
  const wrong = complaints(network, endpoint, core.modern)[0];
  if (wrong !== undefined) throw new EngineRefused(400, wrong);
  if (!core.modern) endpoint.shortIdAdded = true;
  if (isRunning(container)) attach(core, container, network.name, endpoint);
  container.endpoints.set(network.name, endpoint);
  core.changed('connect', container);
}
