/** Looks at a writable layer, for what the workload itself wrote there. */
import { EngineRefused } from '../../docker/errors.js';
import type { RawContainer } from '../../docker/raw.js';
import { dirtyPaths, emptyTraces } from '../../docker/spec/layer.js';
import { reach } from './reach.js';
import type { Asking } from './reach.js';

/**
 * The paths that the workload wrote; empty: the layer is clean. Where an injected GPU may have left
 * an empty file, the file is looked at: one that holds something is the user's.
 * @throws EngineSilent, EngineRefused
 */
export async function writtenPaths(scope: Asking, raw: RawContainer): Promise<string[]> {
  const changes = await reach(scope, () => scope.docker.layerChanges(raw.Id));
  const filled = new Set<string>();
  for (const path of emptyTraces(changes, raw)) {
    if (await holdsSomething(scope, raw.Id, path)) filled.add(path);
  }
  return dirtyPaths(changes, raw, filled);
}

/** What cannot be looked at is kept. */
async function holdsSomething(scope: Asking, id: string, path: string): Promise<boolean> {
  try {
    return ((await reach(scope, () => scope.docker.fileBytes(id, path))) ?? 0) > 0;
  } catch (error) {
    if (error instanceof EngineRefused) return true;
    throw error;
  }
}
