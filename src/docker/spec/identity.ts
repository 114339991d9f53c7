/** What the engine derives from a container's ID, and from its API version. */
import type { RawContainer } from '../raw.js';

/** The first twelve digits of a full ID: the engine's default hostname, and an alias that it adds. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** The name without the engine's leading slash. */
export function containerName(observed: Pick<RawContainer, 'Name'>): string {
  return observed.Name.replace(/^\//, '');
}

/** Whether an API version such as `1.51` is `least` or newer; the parts are compared as numbers. */
export function apiAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * From this API version a create takes all endpoints at once, and a MAC address belongs to an
 * endpoint. Below it takes one endpoint, and the MAC address stands in `Config`.
 */
export const ENDPOINTS_AT_CREATE = '1.44';
