/** Writing the one GPU request, or none, into a create body, in place of any that is there. */
import type { Json, JsonObject, RawContainer } from '../raw.js';
import { cdiName, describeDevices } from './devices.js';
import type { DeviceSelection, WantedMode } from './devices.js';
import { envName, envValue, withEnv, withoutEnv } from './env.js';
import {
  DRIVER_CAPABILITIES,
  VISIBLE_DEVICES,
  VOID,
  asksNvidiaRuntime,
  gpuCdiNames,
  hasNvidiaRuntimeGpu,
  isGpusRequest,
  isNvidiaRuntime,
  nvidiaRuntimeFor,
} from './gpu-present.js';
import { isObject, stringsAt } from './json.js';

/** What the NVIDIA Container Toolkit gives by default; without the variable its runtime gives `utility` alone. */
const DEFAULT_CAPABILITIES = 'compute,utility';

export interface GpuRequest {
  /** Null: its GPU access stays as it is. */
  readonly mode: WantedMode | null;
  readonly devices: DeviceSelection;
  /** The environment of the image that is named: what is removed comes back from there. Unknown counts as empty. */
  readonly imageEnv?: readonly string[];
  /** The runtime of containers that name none; unknown counts as `runc`. */
  readonly defaultRuntime?: string;
}

/** `HostConfig.DeviceRequests` without GPU requests; CDI devices of other vendors stay. */
function otherDeviceRequests(requests: readonly Json[]): Json[] {
  return requests.flatMap((request): Json[] => {
    if (isGpusRequest(request)) return [];
    const gpus = gpuCdiNames(request);
    if (gpus.length === 0) return [request];
    const rest = stringsAt(request as JsonObject, 'DeviceIDs').filter(
      (name) => !gpus.includes(name),
    );
    return rest.length === 0 ? [] : [{ ...(request as JsonObject), DeviceIDs: rest }];
  });
}

/**
 * The DeviceRequest of a mode, null for `nvidia-runtime` and for `none`. The engine refuses Count and DeviceIDs
 * together (facts/docker.md). Where `--gpus` is asked for and was there, its driver, capabilities
 * and options stay: only the devices are asked to change.
 */
export function deviceRequest(
  mode: WantedMode,
  devices: DeviceSelection,
  earlier?: JsonObject,
): JsonObject | null {
  const ids = devices.kind === 'ids' ? [...devices.ids] : null;
  if (mode === 'nvidia-runtime' || mode === 'none') return null;
  if (mode === 'cdi') return { Driver: 'cdi', DeviceIDs: (ids ?? ['all']).map(cdiName) };
  return {
    ...(earlier ?? { Driver: '', Capabilities: [['gpu']], Options: {} }),
    Count: ids === null ? -1 : 0,
    DeviceIDs: ids,
  };
}

/** The environment that asks the `nvidia` runtime; capabilities that the user chose stay. */
export function nvidiaRuntimeEnv(env: readonly string[], devices: DeviceSelection): string[] {
  const visible = withEnv(env, VISIBLE_DEVICES, describeDevices(devices));
  if (envValue(env, DRIVER_CAPABILITIES) !== null) return visible;
  return withEnv(visible, DRIVER_CAPABILITIES, DEFAULT_CAPABILITIES);
}

/** Takes a variable out; where the image sets it, the image's own entry is what will be there. */
function withImageEntry(
  env: readonly string[],
  name: string,
  imageEnv: readonly string[],
): string[] {
  const inherited = imageEnv.findLast((entry) => envName(entry) === name);
  if (inherited === undefined) return withoutEnv(env, name);
  return withEnv(env, name, inherited.slice(name.length + 1));
}

/** Takes the variables of the `nvidia` runtime out; capabilities other than our own default were the user's. */
function withoutNvidiaRuntimeEnv(env: readonly string[], imageEnv: readonly string[]): string[] {
  const rest = withImageEntry(env, VISIBLE_DEVICES, imageEnv);
  if (envValue(rest, DRIVER_CAPABILITIES) !== DEFAULT_CAPABILITIES) return rest;
  return withImageEntry(rest, DRIVER_CAPABILITIES, imageEnv);
}

/**
 * The environment once the container has left the runtime `nvidia` to the engine. Where that is the
 * engine's default, the variable of a CUDA image would give it every GPU: beside CDI devices, which
 * the runtime does not know of, and where there is to be none. `--gpus` sets the variable itself.
 */
function envAfterNvidiaRuntime(env: readonly string[], request: GpuRequest): string[] {
  const rest = withoutNvidiaRuntimeEnv(env, request.imageEnv ?? []);
  const isStillGiven = isNvidiaRuntime(request.defaultRuntime) && asksNvidiaRuntime(rest);
  return isStillGiven && request.mode !== 'gpus' ? withEnv(rest, VISIBLE_DEVICES, VOID) : rest;
}

/**
 * Changes `config` and `hostConfig`, copies of what was observed: every GPU request goes, exactly
 * one is put in, or none. Without its GPU the runtime `nvidia` goes back to the engine's default.
 */
export function requestGpu(
  observed: RawContainer,
  config: JsonObject,
  hostConfig: JsonObject,
  request: GpuRequest,
): void {
  if (request.mode === null) return;
  const requests = (observed.HostConfig.DeviceRequests ?? []) as Json[];
  const earlier = requests.filter(isObject).filter(isGpusRequest);
  const asked = deviceRequest(
    request.mode,
    request.devices,
    earlier.length === 1 ? earlier[0] : undefined,
  );
  const wanted = [...otherDeviceRequests(requests), ...(asked === null ? [] : [asked])];
  if (wanted.length > 0) hostConfig['DeviceRequests'] = wanted;
  // As the docker client leaves it where nothing is asked for; a list that was empty stays one.
  else if (requests.length > 0) hostConfig['DeviceRequests'] = null;

  const env = stringsAt(config, 'Env');
  if (request.mode === 'nvidia-runtime') {
    hostConfig['Runtime'] = nvidiaRuntimeFor(observed);
    config['Env'] = nvidiaRuntimeEnv(env, request.devices);
  } else if (hasNvidiaRuntimeGpu(observed)) {
    delete hostConfig['Runtime'];
    config['Env'] = envAfterNvidiaRuntime(env, request);
  }
}
