/** What a graft may change although it succeeds, said beforehand. */
import type { RawContainer } from '../raw.js';
import { hostNetworkWarnings } from './host-network-warnings.js';
import { HOST, inNetwork } from './host-network.js';
import { endpointsOf, isContainerMode } from './network-mode.js';
import { isSandbox, sandboxWarnings } from './openshell.js';
import type { SandboxRequest } from './openshell.js';
import { ephemeralPorts } from './ports.js';
import type { BackupKind, ScreenContext } from './screen.js';
import { stoppedWarnings } from './stopped.js';
import type { AnonymousVolume } from './volumes.js';
import type { Warning } from './warning.js';

/** The namespaces that the container takes from another one, such as `network container:3f2a…`. */
function borrowedNamespaces(observed: RawContainer): string[] {
  const { NetworkMode: network, PidMode: pid, IpcMode: ipc } = observed.HostConfig;
  const modes = Object.entries({ network, pid, ipc });
  return modes.flatMap(([kind, mode]) => (isContainerMode(mode) ? [`${kind} ${mode}`] : []));
}

/** What is to be done to the container if it is an OpenShell sandbox. */
export function sandboxRequest(observed: RawContainer, context: ScreenContext): SandboxRequest {
  const { options, image, dns = null } = context;
  return { sandbox: isSandbox(observed, image), mode: options.mode, network: options.network, dns };
}

interface Found {
  readonly dirty: readonly string[];
  readonly volumes: readonly AnonymousVolume[];
  /** The Compose service that it is of; null: of none. */
  readonly service: string | null;
  readonly backup: BackupKind;
}

export function screenWarnings(
  observed: RawContainer,
  context: ScreenContext,
  found: Found,
): Warning[] {
  const { dirty, volumes } = found;
  const warnings: Warning[] = [];
  if (!context.tagMeansSameImage) {
    warnings.push({
      code: 'image-by-id',
      message: `${observed.Config.Image} no longer means the image that runs: the replacement is made from ${observed.Image}`,
    });
  }
  const { network } = context.options;
  const { NetworkMode: mode } = inNetwork(observed, network).HostConfig;
  const ports = mode === HOST ? [] : ephemeralPorts(observed);
  if (ports.length > 0) {
    warnings.push({
      code: 'ephemeral-ports',
      message: `the engine chooses the host port of ${ports.join(', ')} anew`,
    });
  }
  warnings.push(...byNameWarnings(volumes), ...mountWarnings(observed));
  const borrowed = borrowedNamespaces(observed);
  if (borrowed.length > 0) {
    warnings.push({
      code: 'borrowed-namespaces',
      message: `the container keeps using another one's namespaces (${borrowed.join(', ')}), which must be there when it starts`,
    });
  }
  if (dirty.length > 0 && context.options.layer === 'discard') {
    warnings.push({
      code: 'layer-discarded',
      message: `${dirty.length} changed or added ${dirty.length === 1 ? 'path' : 'paths'} of the writable layer will not be in the replacement (--layer discard)`,
    });
  }
  if (found.service !== null) warnings.push(...composeWarnings(found.service, found, context));
  return [
    ...warnings,
    ...addressWarnings(observed, mode),
    ...hostNetworkWarnings(observed, network),
    ...sandboxWarnings(observed, sandboxRequest(observed, context)),
    ...stoppedWarnings(observed, context.options.mode),
  ];
}

/** Compose goes by the hash of its file, which the graft does not change, and by labels, which both containers carry. */
function composeWarnings(
  service: string,
  { backup }: Found,
  { options: { mode, keepBackup } }: ScreenContext,
): Warning[] {
  const [keeps, line] =
    mode === 'none'
      ? ['without', 'take the GPU out of the service']
      : ['with', 'add "gpus: all" to the service'];
  const warnings = [
    {
      code: 'compose-service',
      message: `the container is the Compose service ${service}: docker compose up leaves it ${keeps} its GPU until it has another reason to make it anew; ${line} as well`,
    },
  ];
  if (backup === 'snapshot' || !keepBackup) return warnings;
  return [
    ...warnings,
    {
      code: 'compose-backup',
      message:
        'the next docker compose up removes the replacement and starts the kept backup in its place; --backup snapshot keeps one that it does not see',
    },
  ];
}

/** The engine's own networks have IDs like containers; those of a swarm do not. */
const LOCAL_NETWORK = /^[0-9a-f]{64}$/;

/**
 * A running container shows the address that a swarm assigned to it as if it had been asked for; a
 * stopped one shows none then (measured on both engines).
 */
function addressWarnings(observed: RawContainer, networkMode: string): Warning[] {
  if (!observed.State.Running || networkMode === HOST) return [];
  return endpointsOf(observed).flatMap(([name, { NetworkID: network, IPAMConfig: ipam }]) => {
    const address = ipam?.IPv4Address ?? ipam?.IPv6Address ?? '';
    if (address === '' || LOCAL_NETWORK.test(network)) return [];
    const message = `no inspect tells whether ${address} on the swarm's network ${name} was asked for or assigned: the replacement asks for it from now on`;
    return [{ code: 'address-unclear', message }];
  });
}

/** What is mounted, and is not what it was in the replacement, as it would not be after a restart or another create. */
function mountWarnings({ HostConfig: host, State: state }: RawContainer): Warning[] {
  const ofType = (type: string) => (host.Mounts ?? []).filter(({ Type }) => Type === type);
  const images = ofType('image').map(({ Source, Target }) => `${String(Source)} at ${Target}`);
  const inMemory = [
    ...Object.keys(host.Tmpfs ?? {}),
    ...ofType('tmpfs').map(({ Target }) => Target),
  ];
  const warnings: Warning[] = [];
  if (images.length > 0) {
    const message = `an image that is mounted is looked up by its name again, and may be another one by now: ${images.join(', ')}`;
    warnings.push({ code: 'image-mounts', message });
  }
  if (inMemory.length > 0 && state.Running) {
    const message = `what is in memory only is gone with the stop, as in any restart: ${inMemory.join(', ')}`;
    warnings.push({ code: 'tmpfs-emptied', message });
  }
  return warnings;
}

export function byNameWarnings(volumes: readonly AnonymousVolume[]): Warning[] {
  if (volumes.length === 0) return [];
  const list = volumes.map(({ name, destination }) => `${destination} (${name})`);
  const message = `volumes that nobody named are mounted by name from now on, and docker rm -v of the container will leave them behind: ${list.join(', ')}`;
  return [{ code: 'volumes-by-name', message }];
}
