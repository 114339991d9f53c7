import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { EngineFacts } from '../docker/port.js';
import type { DiskFinding } from './diagnosis.js';

/** @returns how much anybody may still write there */
export async function diskOf(path: string): Promise<DiskFinding> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, freeBytes: bavail * bsize };
  } catch {
    // Not there, or not for us to see: that is no fault of the engine's.
    return { path, freeBytes: null };
  }
}

/** An engine on another machine may have a folder of this name that is not ours. Null: it does not say where. */
export async function diskOfEngine({
  rootDir,
  hostName,
}: EngineFacts): Promise<DiskFinding | null> {
  if (rootDir === '') return null;
  return hostName === hostname() ? diskOf(rootDir) : { path: rootDir, freeBytes: null };
}
