/**
 * The engine's refusals, text and status, as measured on 20.10.24 (API 1.41) and 28.5.2
 * (API 1.51). `modern` is the newer one.
 */
import { EngineRefused } from '../../src/docker/errors.js';

export const ALLOWED_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export const noSuchContainer = (ref: string): EngineRefused =>
  new EngineRefused(404, `No such container: ${ref}`);
export const noSuchImage = (ref: string): EngineRefused =>
  new EngineRefused(404, `No such image: ${ref.includes(':') ? ref : `${ref}:latest`}`);
export const noSuchNetwork = (ref: string): EngineRefused =>
  new EngineRefused(404, `network ${ref} not found`);

export const tooManyLayers = (): EngineRefused => new EngineRefused(500, 'max depth exceeded');
export const imageInUse = (image: string, container: string, running: boolean): EngineRefused =>
  new EngineRefused(
    409,
    `conflict: unable to delete ${image.slice(7, 19)} (${running ? 'cannot' : 'must'} be forced) - image is being used by ${running ? 'running' : 'stopped'} container ${container.slice(0, 12)}`,
  );

export const nameTaken = (name: string, holder: string, renaming: boolean): EngineRefused =>
  new EngineRefused(
    409,
    `${renaming ? 'Error when allocating new name: ' : ''}Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
export const nameInvalid = (name: string, renaming: boolean): EngineRefused =>
  new EngineRefused(
    400,
    renaming
      ? `Error when allocating new name: Invalid container name (/${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`
      : `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
  );
export const sameName = (): EngineRefused =>
  new EngineRefused(400, 'Renaming a container with the same name as its current name');

export function notRemovable(
  modern: boolean,
  container: { id: string; name: string; status: string },
): EngineRefused {
  const { id, name, status } = container;
  const paused = status === 'paused';
  if (modern) {
    const what = paused
      ? 'container is paused and must be unpaused first'
      : `container is ${status}: stop the container before removing or force remove`;
    return new EngineRefused(409, `cannot remove container "${name}": ${what}`);
  }
  const first = paused ? 'Unpause and then stop' : 'Stop';
  return new EngineRefused(
    409,
    `You cannot remove a ${status} container ${id}. ${first} the container before attempting removal or force remove`,
  );
}
export const removalInProgress = (ref: string): EngineRefused =>
  new EngineRefused(409, `removal of container ${ref} is already in progress`);
export const markedForRemoval = (): EngineRefused =>
  new EngineRefused(409, 'container is marked for removal and cannot be started');

export const pausedStart = (): EngineRefused =>
  new EngineRefused(409, 'cannot start a paused container, try unpause instead');
export const pausedExec = (ref: string): EngineRefused =>
  new EngineRefused(409, `Container ${ref} is paused, unpause the container before exec`);
export const restartingExec = (id: string): EngineRefused =>
  new EngineRefused(409, `Container ${id} is restarting, wait until the container is running`);
export const notRunning = (modern: boolean, id: string): EngineRefused =>
  new EngineRefused(409, `${modern ? 'container' : 'Container'} ${id} is not running`);
export const unkillable = (ref: string): EngineRefused =>
  new EngineRefused(
    500,
    `cannot stop container: ${ref}: tried to kill container, but did not receive an exit event`,
  );

export const unknownRuntime = (modern: boolean, runtime: string): EngineRefused =>
  new EngineRefused(
    400,
    modern ? `unknown or invalid runtime name: ${runtime}` : `Unknown runtime specified ${runtime}`,
  );
export const unknownPolicy = (modern: boolean, policy: string): EngineRefused =>
  new EngineRefused(
    400,
    modern
      ? `invalid restart policy: unknown policy '${policy}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`
      : `invalid restart policy '${policy}'`,
  );
export const policyWithCount = (modern: boolean, policy: string): EngineRefused =>
  new EngineRefused(
    400,
    modern
      ? "invalid restart policy: maximum retry count can only be used with 'on-failure'"
      : `maximum retry count cannot be used with restart policy '${policy}'`,
  );
export const policyWithAutoRemove = (): EngineRefused =>
  new EngineRefused(400, "can't create 'AutoRemove' container with restart policy");
export const updateOfAutoRemove = (id: string): EngineRefused =>
  new EngineRefused(
    409,
    `Cannot update container ${id}: Restart policy cannot be updated because AutoRemove is enabled for the container`,
  );
export const conflictingOptions = (what: string): EngineRefused =>
  new EngineRefused(400, `conflicting options: ${what}`);
export const duplicateMount = (target: string): EngineRefused =>
  new EngineRefused(400, `Duplicate mount point: ${target}`);
