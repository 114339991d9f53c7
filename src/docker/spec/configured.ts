/** What a user configured in a container, in a form in which two containers can be compared. */
import type { Json, JsonObject, RawContainer } from '../raw.js';
import { configuredEndpoints } from './endpoints.js';
import { configuredMacs } from './macs.js';
import type { MacOptions } from './macs.js';
import { copyOf, isObject, isVoid } from './json.js';
import { linkRequests } from './links.js';
import { dropGenerated } from './network-mode.js';
import { userUlimits } from './ulimits.js';
import type { Ulimit } from './ulimits.js';

export interface ConfiguredOptions extends MacOptions {
  readonly daemonUlimits: readonly Ulimit[];
}

export interface Configured {
  config: JsonObject;
  hostConfig: JsonObject;
  /** Endpoints by network name, without MAC addresses. */
  networks: Record<string, JsonObject>;
  /** Configured MAC addresses by network name. */
  macs: Record<string, string>;
  /** Mount points by destination: the engine lists them in a random order. */
  mounts: Record<string, JsonObject>;
  /** `Image`, `Path`, `Args`, `Platform`, `Driver`, `AppArmorProfile`. */
  plain: JsonObject;
}

const PLAIN = ['Image', 'Path', 'Args', 'Platform', 'Driver', 'AppArmorProfile'];

/** A request with all its fields, as an inspect shows it: what a create leaves out becomes the zero value. */
export function fullDeviceRequest(request: Json): Json {
  if (!isObject(request)) return request;
  const filled = { Driver: '', Count: 0, ...request };
  return Object.fromEntries(Object.entries(filled).filter(([, value]) => !isVoid(value)));
}

/** Of a mounted image the engine makes a layer for each container, and that is where it shows it. */
function mountsOf(observed: RawContainer): Record<string, JsonObject> {
  return Object.fromEntries(
    observed.Mounts.map((mount) => {
      const copy = copyOf(mount);
      if (mount.Type === 'image') delete copy['Source'];
      return [mount.Destination, copy];
    }),
  );
}

/** The configured part of a container. What the engine generated or assigned is not in it. */
export function configuredPart(observed: RawContainer, options: ConfiguredOptions): Configured {
  const config = copyOf(observed.Config);
  const hostConfig = copyOf(observed.HostConfig);
  dropGenerated(observed, config);
  delete config['MacAddress'];
  hostConfig['Links'] = linkRequests(observed.HostConfig.Links ?? []);
  hostConfig['Ulimits'] = userUlimits(observed.HostConfig.Ulimits ?? [], options.daemonUlimits);
  const requests = (observed.HostConfig.DeviceRequests ?? []) as Json[];
  hostConfig['DeviceRequests'] = requests.map(fullDeviceRequest);
  const document = copyOf(observed);
  return {
    config,
    hostConfig,
    networks: configuredEndpoints(observed, options.apiVersion),
    macs: configuredMacs(observed),
    mounts: mountsOf(observed),
    plain: Object.fromEntries(PLAIN.map((field) => [field, document[field] ?? null])),
  };
}
