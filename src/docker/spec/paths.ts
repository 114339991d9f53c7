/** Paths inside containers. */
import { posix } from 'node:path';

/**
 * A path as the engine lists it among the mounts: `/data/` and `/x/../data` are `/data`. Where a user
 * wrote it (Binds, Volumes, Tmpfs), inspects have it as it was written (measured on both engines).
 */
export function tidyPath(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}
