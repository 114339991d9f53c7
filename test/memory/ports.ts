/** Host ports: fixed ones conflict, open ones are given out. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import { objectIn } from './json.js';
import type { MemoryContainer, PortUse } from './state.js';

/** The network modes in which published ports mean something. */
const publishes = (container: MemoryContainer): boolean =>
  !/^(host|none)$|^container:/.test(container.hostConfig.NetworkMode);

interface Wanted {
  readonly key: string;
  readonly hostIp: string;
  readonly hostPort: number;
  readonly dual: boolean;
}

/** What the container would publish: bindings of exposed ports; the others are ignored (measured). */
function wanted(container: MemoryContainer): Wanted[] {
  const bindings = container.hostConfig.PortBindings ?? {};
  const list: Wanted[] = [];
  const add = (key: string, ip: string, port: string): void => {
    // Without an address it is every one, of both families.
    list.push({ key, hostIp: ip || '0.0.0.0', hostPort: Number(port) || 0, dual: ip === '' });
  };
  for (const key of Object.keys(objectIn(container.config.ExposedPorts)).toSorted()) {
    const bound = bindings[key] ?? [];
    for (const { HostIp, HostPort } of bound) add(key, HostIp ?? '', HostPort ?? '');
    if (bound.length === 0 && container.hostConfig.PublishAllPorts === true) add(key, '', '');
  }
  return list;
}

const protocol = (key: string): string => key.split('/')[1] ?? 'tcp';

/** Who has a port: another container's use of it, or somebody outside the engine. */
function holder(core: Core, use: PortUse, given: readonly PortUse[]): PortUse | 'outside' | null {
  const clashes = (other: PortUse): boolean =>
    other.hostPort === use.hostPort &&
    protocol(other.key) === protocol(use.key) &&
    (other.hostIp === use.hostIp || other.hostIp === '0.0.0.0' || use.hostIp === '0.0.0.0');
  const own = given.find(clashes);
  if (own !== undefined) return own;
  for (const container of core.containers.values()) {
    const found = container.ports.find(clashes);
    if (found !== undefined) return found;
  }
  return core.foreignPorts.has(`${use.hostPort}/${protocol(use.key)}`) ? 'outside' : null;
}

/** Takes the host's ports for a starting container. @throws EngineRefused 500 with the engine's text */
export function publish(core: Core, container: MemoryContainer): void {
  if (!publishes(container)) return;
  const given: PortUse[] = [];
  for (const want of wanted(container)) {
    const use = { ...want };
    if (use.hostPort === 0) {
      // The engine goes on where it stopped: a restart gets another open port (measured).
      do use.hostPort = core.nextPort++;
      while (holder(core, use, given) !== null);
    }
    const held = holder(core, use, given);
    if (held !== null) throw taken(core, container, use, held);
    given.push(use);
  }
  container.ports = given;
}

function taken(
  core: Core,
  container: MemoryContainer,
  use: PortUse,
  held: PortUse | 'outside',
): EngineRefused {
  const live = [...container.endpoints.values()][0]?.live;
  return new EngineRefused(
    500,
    `${core.modern ? 'failed to set up container networking: ' : ''}driver failed programming external connectivity on endpoint ${container.name} (${live?.endpointId ?? ''}): ${conflict(core.modern, use, held)}`,
  );
}

function conflict(modern: boolean, use: PortUse, held: PortUse | 'outside'): string {
  const place = `${use.hostIp}:${use.hostPort}`;
  // The older engine knows of its own ports by address; another address fails at the host (measured).
  const known = held !== 'outside' && (modern || held.hostIp === use.hostIp);
  if (known) {
    const shown = use.hostIp === '0.0.0.0' ? `${held.hostIp}:${use.hostPort}` : place;
    return `Bind for ${shown} failed: port is already allocated`;
  }
  const family = protocol(use.key);
  return modern
    ? `failed to bind host port ${place}/${family}: address already in use`
    : `Error starting userland proxy: listen ${family}4 ${place}: bind: address already in use`;
}

/** `NetworkSettings.Ports` of inspect. */
export function portsShown(
  container: MemoryContainer,
  running: boolean,
): Record<string, { HostIp: string; HostPort: string }[] | null> {
  const shown: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  if (!running || !publishes(container)) return shown;
  for (const key of Object.keys(objectIn(container.config.ExposedPorts))) {
    const uses = container.ports.filter((use) => use.key === key);
    shown[key] =
      uses.length === 0
        ? null
        : uses.flatMap(({ hostIp, hostPort, dual }) =>
            [hostIp, ...(dual ? ['::'] : [])].map((ip) => ({
              HostIp: ip,
              HostPort: String(hostPort),
            })),
          );
  }
  return shown;
}
