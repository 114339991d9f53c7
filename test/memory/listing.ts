/** Lists: containers by label, and what a container's layer differs in. */
import type { ListedContainer } from '../../src/docker/port.js';
import type { RawLayerChange } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { objectIn } from './json.js';
import type { MemoryContainer } from './state.js';

/** Whether every label (`key` or `key=value`) is on the container, by the engine's filter rules. */
export function hasLabels(container: MemoryContainer, labels: readonly string[]): boolean {
  return labels.every((label) => {
    const cut = label.indexOf('=');
    if (cut < 0) return container.labels[label] !== undefined;
    return container.labels[label.slice(0, cut)] === label.slice(cut + 1);
  });
}

/** Newest first, stopped ones too. */
export function listContainers(core: Core, labels: readonly string[]): ListedContainer[] {
  const found: ListedContainer[] = [];
  for (const container of core.containers.values()) {
    if (!hasLabels(container, labels)) continue;
    const { id, name, status } = container;
    found.unshift({ id, names: [name], labels: { ...container.labels }, state: status });
  }
  return found;
}

/** `docker diff`: what was written, and the mount targets that the runtime made at a start. */
export function layerChanges(container: MemoryContainer): RawLayerChange[] {
  const changes = new Map<string, number>();
  if (container.startedAt !== null) {
    const targets = container.mounts.map(({ Destination }) => Destination);
    for (const target of [...targets, ...Object.keys(objectIn(container.hostConfig.Tmpfs))]) {
      const parts = target.split('/').slice(1);
      for (let depth = 1; depth < parts.length; depth++) {
        changes.set(`/${parts.slice(0, depth).join('/')}`, 0);
      }
      changes.set(target, 1);
    }
  }
  for (const [path, kind] of container.layer) changes.set(path, kind);
  return [...changes].map(([Path, Kind]) => ({ Path, Kind }));
}
