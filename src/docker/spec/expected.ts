/** What an inspect of the replacement must say, derived from the original alone. */
import type { Json, RawContainer } from '../raw.js';
import { configuredPart, fullDeviceRequest } from './configured.js';
import type { Configured, ConfiguredOptions } from './configured.js';
import type { ReplacementRequest } from './desired.js';
import { requestGpu } from './gpu-request.js';

/** The expectation, with what is needed to read a found container in the same way. Plain JSON. */
export interface Expected extends Configured, ConfiguredOptions {}

/**
 * The original's configured part, but for what was asked: the GPU request and the image's name.
 * It is not derived from the create body, so that a mistake there shows as a difference.
 */
export function expectedReplacement(observed: RawContainer, request: ReplacementRequest): Expected {
  const part = configuredPart(observed, request);
  requestGpu(observed, part.config, part.hostConfig, request);
  part.config['Image'] = request.image;
  // Named by its ID, it is that very image: the one that ran, or the one that its layer was committed to.
  if (request.image.startsWith('sha256:')) part.plain['Image'] = request.image;
  const requests = (part.hostConfig['DeviceRequests'] ?? []) as Json[];
  part.hostConfig['DeviceRequests'] = requests.map(fullDeviceRequest);
  return { ...part, apiVersion: request.apiVersion, daemonUlimits: request.daemonUlimits };
}
