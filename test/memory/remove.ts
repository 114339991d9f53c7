/** Removing and renaming: when a name is taken, and when it is free again. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import { exit } from './exit.js';
import { Pending } from './pending.js';
import {
  ALLOWED_NAME,
  nameInvalid,
  nameTaken,
  notRemovable,
  removalInProgress,
  sameName,
  unkillable,
} from './refusals.js';
import { isRunning, type MemoryContainer } from './state.js';

/** `docker rm`, never with `-v`. @throws EngineRefused */
export function remove(core: Core, ref: string, force: boolean): void | Pending<void> {
  const container = core.container(ref);
  if (container.status === 'removing') throw removalInProgress(ref);
  if (isRunning(container)) {
    if (!force) throw notRemovable(core.modern, container);
    kill(core, container);
    // An auto-remove container went with its process.
    if (!core.containers.has(container.id)) return;
  }
  if (core.removeMs === 0) return destroy(core, container, false);
  container.status = 'removing';
  core.changed('removing', container);
  core.clock.at(core.clock.now() + core.removeMs, `${container.name}: removal ends`, () => {
    if (core.containers.has(container.id)) destroy(core, container, false);
  });
  return new Pending(
    () => !core.containers.has(container.id),
    () => undefined,
  );
}

/** SIGKILL. @throws EngineRefused 500 when even that does not end it */
export function kill(core: Core, container: MemoryContainer): void {
  if (!isRunning(container)) return;
  container.stoppedByHand = true;
  if (container.behaviour.stop?.kind === 'unkillable') {
    throw new EngineRefused(
      500,
      `Could not kill running container ${container.id}, cannot remove - ${unkillable(container.id).message.replace(/^.*: /, '')}`,
    );
  }
  exit(core, container, container.status === 'restarting' ? container.exitCode : 137);
}

/** It is gone, and its name is free. */
export function destroy(core: Core, container: MemoryContainer, volumesToo: boolean): void {
  core.unplan(container);
  core.containers.delete(container.id);
  core.names.delete(container.name);
  if (volumesToo) {
    for (const name of container.anonymousVolumes) {
      if (!isMounted(core, name)) core.volumes.delete(name);
    }
  }
  core.changed('destroy', container);
}

function isMounted(core: Core, volume: string): boolean {
  for (const { mounts } of core.containers.values()) {
    if (mounts.some((mount) => mount.Name === volume)) return true;
  }
  return false;
}

/** `docker rename`, of a running one too. @throws EngineRefused */
export function rename(core: Core, ref: string, name: string): void {
  const container = core.container(ref);
  if (container.name === name) throw sameName();
  if (!ALLOWED_NAME.test(name)) throw nameInvalid(name, true);
  const holder = core.names.get(name);
  if (holder !== undefined) throw nameTaken(name, holder, true);
  core.names.delete(container.name);
  core.names.set(name, container.id);
  container.name = name;
  core.changed('rename', container);
}
