/** The engine's state as text: for golden files, and to tell whether two states are the same. */
import type { Core } from './core.js';
import { asksForGpu } from './gpu.js';
import { canonical } from './json.js';
import type { MemoryContainer } from './state.js';

/** One line for each container, network, volume and image tag that is there, in the order of their names. */
export function describe(core: Core): string {
  const ids = new Map([...core.containers.keys()].map((id, place) => [id, `#${place + 1}`]));
  const containers = [...core.containers.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((container) => line(container, ids.get(container.id) ?? ''));
  const volumes = [...core.volumes.values()].map(({ name, anonymous }) =>
    anonymous ? 'volume (anonymous)' : `volume ${name}`,
  );
  const networks = [...core.networks.keys()]
    .filter((name) => !['bridge', 'host', 'none'].includes(name))
    .map((name) => `network ${name}`);
  const images = [...core.images.values()].map(
    ({ tags }) => `image ${[...tags].toSorted().join(' ') || '(untagged)'}`,
  );
  return [...containers, ...networks.toSorted(), ...volumes.toSorted(), ...images.toSorted()]
    .map((text) => `${text}\n`)
    .join('');
}

function line(container: MemoryContainer, id: string): string {
  const { name, status, exitCode, hostConfig, health } = container;
  const { Name: policy, MaximumRetryCount: most } = hostConfig.RestartPolicy;
  const words = [
    `container ${name} ${id} ${status}`,
    status === 'exited' ? `code=${exitCode}` : '',
    `restart=${policy || 'no'}${most ? `:${most}` : ''}`,
    asksForGpu(container) ? 'gpu' : '',
    health === null ? '' : `health=${health.status}`,
    container.layer.size === 0 ? '' : `written=${container.layer.size}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/**
 * Equal for two engines that will answer every later call alike, but for times and IDs drawn: what
 * is there, what is planned and when from now. Two fault schedules that meet in it go on as one.
 */
export function fingerprint(core: Core): string {
  const now = core.clock.now();
  return canonical({
    epoch: core.epoch,
    downFor: Math.max(0, core.downUntil - now),
    names: Object.fromEntries(core.names),
    containers: [...core.containers.values()].map((container) => stable(container)),
    volumes: [...core.volumes.values()],
    images: [...core.images.values()].map(({ id, tags }) => ({ id, tags: [...tags].toSorted() })),
    ports: [...core.foreignPorts].toSorted(),
    addresses: [...core.networks.values()].map(({ name, addresses }) => [name, ...addresses]),
    planned: core.clock.planned().map(({ at, label }) => [at - now, label]),
  });
}

/** A container without its times, its process ID and what is only said in passing. */
function stable(container: MemoryContainer): Record<string, unknown> {
  const { id, name, imageId, config, hostConfig, mounts, status, exitCode, error } = container;
  const { stoppedByHand, restartCount, backoffMs, health } = container;
  const endpoints = [...container.endpoints].map(([network, endpoint]) => [
    network,
    endpoint.config,
    endpoint.networkId !== '',
  ]);
  const everStarted = container.startedAt !== null;
  const layer = [...container.layer];
  // oxfmt-ignore
  return {
    id, name, imageId, config, hostConfig, mounts, endpoints, layer, status, exitCode, error,
    everStarted, stoppedByHand, restartCount, backoffMs, health,
  };
}
