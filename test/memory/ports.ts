/** Host ports: fixed ones conflict, open ones are given out. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import { objectIn } from './json.js';
import type { MemoryContainer, PortUse } from './state.js';

const FIRST_EPHEMERAL = 32_768;

/** The network modes in which published ports mean something. */
const publishes = (container: MemoryContainer): boolean =>
  !/^(host|none)$|^container:/.test(container.hostConfig.NetworkMode);

/** What the container would publish: bindings of exposed ports; the others are ignored (measured). */
function wanted(container: MemoryContainer): { key: string; hostIp: string; hostPort: number }[] {
  const bindings = container.hostConfig.PortBindings ?? {};
  const list = [];
  for (const key of Object.keys(objectIn(container.config.ExposedPorts)).toSorted()) {
    const bound = bindings[key] ?? [];
    for (const { HostIp, HostPort } of bound) {
      list.push({ key, hostIp: HostIp || '0.0.0.0', hostPort: Number(HostPort) || 0 });
    }
    if (bound.length === 0 && container.hostConfig.PublishAllPorts === true) {
      list.push({ key, hostIp: '0.0.0.0', hostPort: 0 });
    }
  }
  return list;
}

const protocol = (key: string): string => key.split('/')[1] ?? 'tcp';

function holder(core: Core, use: PortUse, given: readonly PortUse[]): 'engine' | 'outside' | null {
  const clashes = (other: PortUse): boolean =>
    other.hostPort === use.hostPort &&
    protocol(other.key) === protocol(use.key) &&
    (other.hostIp === use.hostIp || other.hostIp === '0.0.0.0' || use.hostIp === '0.0.0.0');
  if (given.some(clashes)) return 'engine';
  for (const container of core.containers.values()) {
    if (container.ports.some(clashes)) return 'engine';
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
      use.hostPort = FIRST_EPHEMERAL;
      while (holder(core, use, given) !== null) use.hostPort++;
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
  held: 'engine' | 'outside',
): EngineRefused {
  const live = [...container.endpoints.values()][0]?.live;
  const place = `${use.hostIp}:${use.hostPort}`;
  const outside = core.modern
    ? `failed to bind host port ${place}/${protocol(use.key)}: address already in use`
    : `Error starting userland proxy: listen ${protocol(use.key)}4 ${place}: bind: address already in use`;
  const why = held === 'engine' ? `Bind for ${place} failed: port is already allocated` : outside;
  return new EngineRefused(
    500,
    `${core.modern ? 'failed to set up container networking: ' : ''}driver failed programming external connectivity on endpoint ${container.name} (${live?.endpointId ?? ''}): ${why}`,
  );
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
        : uses.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: String(hostPort) }));
  }
  return shown;
}
