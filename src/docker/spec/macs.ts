/** Which MAC addresses a user configured. Generated ones are never pinned: copies would collide. */
import type { RawContainer } from '../raw.js';
import { ENDPOINTS_AT_CREATE, apiAtLeast } from './identity.js';
import { endpointsOf, isContainerMode, isHostOrNone, primaryNetwork } from './network-mode.js';
import type { Warning } from './warning.js';

export interface MacOptions {
  readonly apiVersion: string;
}

/** Engines generate addresses with the bit for "locally administered"; one without it was given by a user. */
function cannotBeGenerated(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 0b10) === 0;
}

/** Before Engine 28 a generated address was `02:42` and the four bytes of the IPv4 address. */
function madeFromAddress(ipv4: string): string {
  const bytes = ipv4.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return ['02', '42', ...bytes].join(':');
}

/**
 * The configured addresses by network name. Measured on 20.10 and 28.5: `Config.MacAddress` is the
 * one configured for the network of NetworkMode, whatever the state. The address of an endpoint is
 * the configured one before the first start; while running it is the one in force, generated or
 * not; when stopped it is empty. So a configured address in a second network can be told from a
 * generated one only before the first start, or where no engine would have generated it.
 */
export function configuredMacs(observed: RawContainer): Record<string, string> {
  if (isContainerMode(observed.HostConfig.NetworkMode)) return {};
  const neverStarted = observed.State.Status === 'created';
  const main = primaryNetwork(observed);
  const ofMain = observed.Config.MacAddress ?? '';
  const told = endpointsOf(observed).flatMap(([name, endpoint]) => {
    const mac = endpoint.MacAddress ?? '';
    return mac !== '' && (neverStarted || cannotBeGenerated(mac)) ? [[name, mac] as const] : [];
  });
  return {
    ...Object.fromEntries(told),
    ...(main === null || ofMain === '' ? {} : { [main]: ofMain }),
  };
}

/** An exited container shows no address of a second network, and uses a given one again at its next start (measured). */
function hiddenMacs(observed: RawContainer, main: string | null): Warning[] {
  const networks = endpointsOf(observed).map(([name]) => name);
  const names = networks.filter((name) => name !== main && !isHostOrNone(name));
  if (names.length === 0) return [];
  const message = `a MAC address that was given in ${names.join(' and ')} is not kept: the engine does not show it while the container is down`;
  return [{ code: 'mac-unclear', message }];
}

/**
 * One warning that names the networks whose address may have been configured, and will not be kept.
 * From Engine 28 on that is every second network: a generated address is random there (measured: any
 * first byte that is local and for one host, another one at each start), and looks like a given one,
 * which stays the same.
 */
export function macWarnings(observed: RawContainer, options: MacOptions): Warning[] {
  if (!apiAtLeast(options.apiVersion, ENDPOINTS_AT_CREATE)) return [];
  const known = configuredMacs(observed);
  const main = primaryNetwork(observed);
  if (observed.State.Status === 'exited') return hiddenMacs(observed, main);
  const unclear = endpointsOf(observed).filter(
    ([name, { MacAddress: mac = '', IPAddress: address = '' }]) =>
      name !== main && !(name in known) && mac !== '' && mac !== madeFromAddress(address),
  );
  if (unclear.length === 0) return [];
  const names = unclear.map(([name]) => name).join(' and ');
  const now = unclear.map(([, { MacAddress }]) => MacAddress).join(', ');
  const message = `the replacement gets a new MAC address in ${names}: the engine does not say whether the one there now (${now}) was given or generated`;
  return [{ code: 'mac-unclear', message }];
}
