/** What a container loses and gets in the host's network, said beforehand, each with its cause. */
import type { RawContainer } from '../raw.js';
import { entersHost, isNetSysctl } from './host-network.js';
import type { WantedNetwork } from './host-network.js';
import { shortId } from './identity.js';
import { isVoid, objectAt, copyOf } from './json.js';
import { linkRequests } from './links.js';
import { configuredMacs } from './macs.js';
import { endpointsOf, isHostOrNone } from './network-mode.js';
import type { Warning } from './warning.js';

const CAUSE = '(--network host)';

/** Empty where the container stays in the network that it is in. */
export function hostNetworkWarnings(
  observed: RawContainer,
  network: WantedNetwork | undefined,
): Warning[] {
  if (!entersHost(observed, network)) return [];
  const warn = (code: string, items: readonly string[], say: (list: string) => string): Warning[] =>
    items.length === 0 ? [] : [{ code, message: `${say(items.join(', '))} ${CAUSE}` }];
  const { HostConfig: host, Config: config } = observed;
  const names = endpointsOf(observed).map(([name]) => name);
  const left = names.filter((name) => !isHostOrNone(name));
  const sysctls = Object.keys(objectAt(copyOf(host), 'Sysctls')).filter(isNetSysctl);
  return [
    {
      code: 'host-network',
      message: `the replacement runs in the network of the engine's host: whatever it listens on is open there, and what listens there is open to it ${CAUSE}`,
    },
    ...warn(
      'networks-left',
      left,
      (list) =>
        `it leaves ${list}: there it is not found by its names any more, nor does it find others by theirs`,
    ),
    ...warn(
      'ports-unpublished',
      published(observed),
      (list) =>
        `published ports are not published any more, the program listens on the host itself at its own ports: ${list}`,
    ),
    ...warn(
      'links-dropped',
      linksOf(observed),
      (list) => `its links go, as the engine takes none in the host's network: ${list}`,
    ),
    ...warn(
      'addresses-dropped',
      addressesOf(observed),
      (list) => `the addresses that it was given go, as the host has its own: ${list}`,
    ),
    ...warn(
      'sysctls-dropped',
      sysctls,
      (list) => `kernel parameters of the network go, as those of the host count: ${list}`,
    ),
    ...warn(
      'hostname-of-host',
      config.Hostname === shortId(observed.Id) ? [config.Hostname] : [],
      (list) =>
        `its hostname is that of the host from now on, as the one it has (${list}) was generated`,
    ),
  ];
}

/** Such as `8080 to 80/tcp`. */
function published({ HostConfig: host }: RawContainer): string[] {
  const ports = Object.entries(host.PortBindings ?? {}).flatMap(([port, hosts]) =>
    (hosts ?? []).map(({ HostPort: at }) => (at === '' ? port : `${at} to ${port}`)),
  );
  return host.PublishAllPorts === true ? [...ports, 'every exposed port'] : ports;
}

/** Those of the default bridge, and those within networks. */
function linksOf(observed: RawContainer): string[] {
  const within = endpointsOf(observed).flatMap(([, { Links: links }]) => links ?? []);
  return [...new Set([...linkRequests(observed.HostConfig.Links ?? []), ...within])];
}

function addressesOf(observed: RawContainer): string[] {
  const fixed = endpointsOf(observed).flatMap(([, { IPAMConfig: ipam }]) =>
    [ipam?.IPv4Address, ipam?.IPv6Address].filter((address) => !isVoid(address)),
  );
  return [...fixed, ...Object.values(configuredMacs(observed))] as string[];
}
