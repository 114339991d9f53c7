/** A digest of what a container is configured to be, by which a change is noticed without keeping any value. */
import { createHash } from 'node:crypto';
import type { RawContainer } from '../raw.js';
import { configuredPart } from './configured.js';
import { canonical } from './json.js';

/**
 * SHA-256, in hex, of name, image, Config, HostConfig and configured networking. State, assigned
 * addresses, generated names and the order of links do not count, so that it is the same before
 * and after a start or a stop.
 */
export function specDigest(observed: RawContainer, apiVersion: string): string {
  const { config, hostConfig, networks, macs, plain } = configuredPart(observed, {
    apiVersion,
    daemonUlimits: [],
  });
  const part = {
    name: observed.Name,
    image: plain['Image'] ?? null,
    config,
    hostConfig,
    networks,
    macs,
  };
  return createHash('sha256').update(canonical(part)).digest('hex');
}
