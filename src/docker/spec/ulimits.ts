/** Ulimits, which an inspect may show merged with the engine's own defaults. */
import type { JsonObject } from '../raw.js';

/** Limits beyond 2^53 are strings with a private prefix (`../lossless-json.ts`). */
export interface Ulimit {
  readonly Name: string;
  readonly Soft: number | string;
  readonly Hard: number | string;
}

/**
 * The limits that a user gave. One that equals the engine's default is taken for the default: it
 * comes back by itself, and follows when the administrator changes it. Sorted by name, since the
 * engine lists its defaults in a random order.
 */
export function userUlimits(ulimits: readonly Ulimit[], ofDaemon: readonly Ulimit[]): JsonObject[] {
  const isDefault = (limit: Ulimit): boolean =>
    ofDaemon.some(
      (each) => each.Name === limit.Name && each.Soft === limit.Soft && each.Hard === limit.Hard,
    );
  return ulimits
    .filter((limit) => !isDefault(limit))
    .map(({ Name, Soft, Hard }) => ({ Name, Soft, Hard }))
    .toSorted((one, other) => (one.Name < other.Name ? -1 : 1));
}
