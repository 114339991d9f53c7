/** What an inspect of the replacement must say, derived from the original alone. */
import type { Json, RawContainer } from '../raw.js';
import { configuredPart, fullDeviceRequest } from './configured.js';
import type { Configured, ConfiguredOptions } from './configured.js';
import type { ReplacementRequest } from './desired.js';
import { requestGpu } from './gpu-request.js';
import { inNetwork } from './host-network.js';
import { withBindModes, withNocopy } from './nocopy.js';
import { requestSandbox, sandboxProfile } from './openshell.js';
import { reattach } from './reattach.js';
import { anonymousVolumes } from './volumes.js';

/** What an inspect shows as the mode of every volume that stands in `HostConfig.Mounts` (both engines). */
const MODE_OF_MOUNTS = 'z';

/** The expectation, with what is needed to read a found container in the same way. Plain JSON. */
export interface Expected extends Configured, ConfiguredOptions {}

/** The volumes stay the same ones, whatever asks for them: their mount points differ in the mode alone. */
function withVolumes(part: Configured, observed: RawContainer, request: ReplacementRequest): void {
  const volumes = anonymousVolumes(observed, request.lent);
  reattach(part.hostConfig, volumes);
  for (const { name, destination } of volumes) {
    part.mounts[destination] = { ...part.mounts[destination], Name: name, Mode: MODE_OF_MOUNTS };
  }
  const { empty = [] } = request;
  if (empty.length === 0) return;
  withNocopy(part.hostConfig, empty);
  withBindModes(part);
}

/**
 * The original's configured part, but for what was asked (the GPU request, the network and the
 * image's name, and what an OpenShell sandbox needs) and for the way in which volumes are asked for
 * that nobody named, or that must not be filled.
 * It is not derived from the create body, so that a mistake there shows as a difference.
 */
export function expectedReplacement(original: RawContainer, request: ReplacementRequest): Expected {
  const observed = inNetwork(original, request.network);
  const part = configuredPart(observed, request);
  withVolumes(part, observed, request);
  requestGpu(observed, part.config, part.hostConfig, request);
  requestSandbox(original, part.config, part.hostConfig, request);
  const profile = sandboxProfile(original, request);
  if (profile !== null) part.plain['AppArmorProfile'] = profile;
  part.config['Image'] = request.image;
  // Named by its ID, it is that very image: the one that ran, or the one that its layer was committed to.
  if (request.image.startsWith('sha256:')) part.plain['Image'] = request.image;
  const requests = (part.hostConfig['DeviceRequests'] ?? []) as Json[];
  part.hostConfig['DeviceRequests'] = requests.map(fullDeviceRequest);
  return { ...part, apiVersion: request.apiVersion, daemonUlimits: request.daemonUlimits };
}
