/** What ties a container to another one, and what the engine says against it (measured on 20.10 and 28.5). */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import { noSuchContainer } from './refusals.js';
import { isRunning, type LinkTo, type MemoryContainer } from './state.js';

const PREFIX = 'container:';

const joinedBy = (core: Core, mode: string | undefined): MemoryContainer | string | null => {
  if (mode === undefined || !mode.startsWith(PREFIX)) return null;
  const ref = mode.slice(PREFIX.length);
  return core.find(ref) ?? ref;
};

/** `db:database`, or as an inspect shows it. @throws EngineRefused where there is no such container */
export function linksOf(core: Core, links: readonly string[]): LinkTo[] {
  return links.map((link) => {
    const [ref = '', alias = ref] = link.split(':');
    const other = core.find(ref);
    if (other === null)
      throw new EngineRefused(
        400,
        `could not get container for ${ref}: ${noSuchContainer(ref).message}`,
      );
    return { id: other.id, name: other.name, alias: alias.slice(alias.lastIndexOf('/') + 1) };
  });
}

/** A link goes along with a rename, and stays behind, as it was, when its container is removed. */
export function linksShown(core: Core, container: MemoryContainer): string[] | null {
  if (container.links.length === 0) return null;
  return container.links.map((link) => {
    link.name = core.containers.get(link.id)?.name ?? link.name;
    return `/${link.name}:/${container.name}/${link.alias}`;
  });
}

/** At a start, beside the network. @throws EngineRefused */
export function checkJoins(core: Core, container: MemoryContainer): void {
  const { hostConfig, links, name } = container;
  for (const [kind, mode] of [
    ['IPC', hostConfig.IpcMode],
    ['PID', hostConfig.PidMode],
  ] as const) {
    const other = joinedBy(core, mode);
    if (other === null || (typeof other === 'object' && isRunning(other))) continue;
    const id = typeof other === 'string' ? other : other.id;
    const why =
      typeof other === 'string' ? noSuchContainer(id).message : `container ${id} is not running`;
    throw new EngineRefused(
      409,
      core.modern
        ? `failed to join ${kind} namespace: ${why}`
        : `cannot join ${kind} of a non running container: ${id}`,
    );
  }
  for (const link of links) {
    const other = core.containers.get(link.id);
    if (other !== undefined && isRunning(other)) continue;
    throw new EngineRefused(
      409,
      `Cannot link to a non running container: /${other?.name ?? link.name} AS /${name}/${link.alias}`,
    );
  }
}

/** Those that live in the process namespace of a container, which end with it. */
export const inProcessesOf = (core: Core, { id }: MemoryContainer): MemoryContainer[] =>
  core.running().filter(({ hostConfig }) => {
    const other = joinedBy(core, hostConfig.PidMode);
    return typeof other === 'object' && other?.id === id;
  });
