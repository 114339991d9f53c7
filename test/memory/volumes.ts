/** What is in volumes: whether anything is. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';

/** Bytes of a volume that is not empty. */
const SOME_BYTES = 4096;

/** @throws EngineRefused 404 when no volume is mounted there: other folders are not modelled */
export function isFolderEmpty(core: Core, ref: string, path: string): boolean {
  const mount = core.container(ref).mounts.find(({ Destination }) => Destination === path);
  const volume = core.volumes.get(mount?.Name ?? '');
  if (volume === undefined) {
    throw new EngineRefused(404, `Could not find the file ${path}/. in container ${ref}`);
  }
  return volume.empty;
}

export function volumeBytes(core: Core, name: string): number | null {
  const volume = core.volumes.get(name);
  if (volume === undefined) return null;
  return volume.empty ? 0 : SOME_BYTES;
}
