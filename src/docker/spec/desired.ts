/** From an observed container to the create body of its replacement: the one place that decides. */
import type { CreateBody } from '../port.js';
import type { Json, RawContainer } from '../raw.js';
import { splitEndpoints } from './endpoints.js';
import type { Connection } from './endpoints.js';
import type { MacOptions } from './macs.js';
import { entrypointRequest } from './entrypoint.js';
import { requestGpu } from './gpu-request.js';
import type { GpuRequest } from './gpu-request.js';
import { inNetwork } from './host-network.js';
import { ENDPOINTS_AT_CREATE, apiAtLeast } from './identity.js';
import { copyOf } from './json.js';
import { linkRequests } from './links.js';
import { dropGenerated } from './network-mode.js';
import { macWarnings } from './macs.js';
import { withNocopy } from './nocopy.js';
import { requestSandbox } from './openshell.js';
import type { SandboxRequest } from './openshell.js';
import { reattach } from './reattach.js';
import { userUlimits } from './ulimits.js';
import type { Ulimit } from './ulimits.js';
import { anonymousVolumes } from './volumes.js';
import type { Warning } from './warning.js';

export interface ReplacementRequest extends GpuRequest, MacOptions, SandboxRequest {
  readonly mode: GpuRequest['mode'];
  /** What to name as the image: the tag while it means the image that ran, otherwise that image's ID. */
  readonly image: string;
  /** The engine's default ulimits, learned from a probe of ours that was started and gave none. */
  readonly daemonUlimits: readonly Ulimit[];
  /** Names of the volumes that the containers in VolumesFrom have; absent: none. */
  readonly lent?: readonly string[];
  /** Places of named volumes that are empty, and that a create would fill from the image; absent: none. */
  readonly empty?: readonly string[];
}

export interface Replacement {
  readonly body: CreateBody;
  /** Further networks, connected between the create and the start. Empty from API 1.44. */
  readonly connect: Connection[];
  readonly warnings: Warning[];
}

/**
 * Turns *observed* into *desired*: the whole of `Config` and `HostConfig` passes through, fields
 * that we do not know included. What the engine generated is dropped (hostname, addresses, MACs,
 * aliases, default ulimits), what inspect shows in another form than create wants is turned back
 * (entrypoint, links), volumes that nobody named are attached again, none that is empty is filled,
 * and the GPU request is replaced. The network is another one where that is asked for, and an
 * OpenShell sandbox gets what it needs besides. Pure; throws nothing.
 */
export function desiredReplacement(
  original: RawContainer,
  request: ReplacementRequest,
): Replacement {
  const observed = inNetwork(original, request.network);
  const config = copyOf(observed.Config);
  const hostConfig = copyOf(observed.HostConfig);
  dropGenerated(observed, config);
  config['Image'] = request.image;
  config['Entrypoint'] = entrypointRequest(config['Entrypoint']);
  // From 1.44 the address stands at its endpoint, and here it would be answered by a warning.
  if (apiAtLeast(request.apiVersion, ENDPOINTS_AT_CREATE)) delete config['MacAddress'];
  // Where there are none, the engine's own spelling of nothing stays.
  const { Links: links, Ulimits: ulimits } = observed.HostConfig;
  if (links != null) hostConfig['Links'] = linkRequests(links);
  if (ulimits != null) hostConfig['Ulimits'] = userUlimits(ulimits, request.daemonUlimits);
  reattach(hostConfig, anonymousVolumes(observed, request.lent));
  withNocopy(hostConfig, request.empty ?? []);
  requestGpu(observed, config, hostConfig, request);
  requestSandbox(original, config, hostConfig, request);

  const endpoints = splitEndpoints(observed, request);
  const networking: Json = { EndpointsConfig: endpoints.atCreate };
  return {
    body: { ...config, HostConfig: hostConfig, NetworkingConfig: networking },
    connect: endpoints.connect,
    warnings: macWarnings(observed, request),
  };
}
