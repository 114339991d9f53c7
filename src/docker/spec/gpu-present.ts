/** Which GPU request a container has already. */
import type { Json, JsonObject, RawContainer } from '../raw.js';
import { CDI_KIND, GPU_MODES, withoutCdiKind } from './devices.js';
import type { DeviceSelection, GpuMode, WantedMode } from './devices.js';
import { envValue } from './env.js';
import { isObject, stringsAt } from './json.js';

/** What a container may have beside what can be asked for: `--gpus 2`, any two of them. */
export type PresentDevices = DeviceSelection | { readonly kind: 'count'; readonly count: number };

export interface PresentGpu {
  readonly mode: GpuMode;
  readonly devices: PresentDevices;
}

const NVIDIA_RUNTIME = 'nvidia';
/** The names under which NVIDIA's tools register it: in each of its ways it reads the same variables. */
const NVIDIA_RUNTIMES = [NVIDIA_RUNTIME, 'nvidia-cdi', 'nvidia-legacy'];
export const isNvidiaRuntime = (name: string | undefined): boolean =>
  name !== undefined && NVIDIA_RUNTIMES.includes(name);
export const VISIBLE_DEVICES = 'NVIDIA_VISIBLE_DEVICES';
export const DRIVER_CAPABILITIES = 'NVIDIA_DRIVER_CAPABILITIES';

/** The value of NVIDIA_VISIBLE_DEVICES with which the runtime `nvidia` is as the engine's own. */
export const VOID = 'void';
/** All values that give no GPU (NVIDIA Container Toolkit). */
const NO_DEVICES = new Set(['', VOID, 'none']);

/** A request of `docker run --gpus`: the engine's driver `nvidia`, or whichever has the capability `gpu`. */
export function isGpusRequest(request: Json): boolean {
  if (!isObject(request) || request['Driver'] === 'cdi') return false;
  const capabilities = request['Capabilities'];
  const sets = Array.isArray(capabilities) ? capabilities : [];
  return (
    request['Driver'] === 'nvidia' || sets.some((all) => Array.isArray(all) && all.includes('gpu'))
  );
}

/** The CDI device names of NVIDIA GPUs in a request; the names of other vendors are left out. */
export function gpuCdiNames(request: Json): string[] {
  if (!isObject(request) || request['Driver'] !== 'cdi') return [];
  return stringsAt(request, 'DeviceIDs').filter((name) => name.startsWith(`${CDI_KIND}=`));
}

/** Whether the runtime `nvidia` gives a GPU to a container with this environment. */
export function asksNvidiaRuntime(env: readonly string[]): boolean {
  return !NO_DEVICES.has(envValue(env, VISIBLE_DEVICES) ?? '');
}

/** Whether the runtime `nvidia` and its variable give the container a GPU. The runtime alone, as an engine's default, does not. */
export function hasNvidiaRuntimeGpu(observed: RawContainer): boolean {
  return (
    isNvidiaRuntime(observed.HostConfig.Runtime) && asksNvidiaRuntime(observed.Config.Env ?? [])
  );
}

function selectionOf(ids: readonly string[]): DeviceSelection {
  const names = ids.map(withoutCdiKind);
  return names.includes('all') ? { kind: 'all' } : { kind: 'ids', ids: names };
}

function devicesOf(request: JsonObject): PresentDevices {
  const ids = stringsAt(request, 'DeviceIDs');
  if (ids.length > 0) return selectionOf(ids);
  const count = typeof request['Count'] === 'number' ? request['Count'] : 0;
  return count < 0 ? { kind: 'all' } : { kind: 'count', count };
}

/**
 * Every GPU request of the container. The variable of an `nvidia` runtime counts only where no
 * explicit request stands: CUDA images set it, and the engine overrules it with the request.
 */
export function gpuRequests(observed: RawContainer): PresentGpu[] {
  const requests = (observed.HostConfig.DeviceRequests ?? []) as Json[];
  const found = requests.flatMap((request): PresentGpu[] => {
    const names = gpuCdiNames(request);
    if (names.length > 0) return [{ mode: 'cdi', devices: selectionOf(names) }];
    return isObject(request) && isGpusRequest(request)
      ? [{ mode: 'gpus', devices: devicesOf(request) }]
      : [];
  });
  if (found.length > 0 || !hasNvidiaRuntimeGpu(observed)) return found;
  const visible = envValue(observed.Config.Env ?? [], VISIBLE_DEVICES) ?? '';
  return [
    { mode: 'nvidia-runtime', devices: selectionOf(visible.split(',').map((id) => id.trim())) },
  ];
}

/** The container's GPU request, or null. Of several, the first; only one alone can be `unchanged`. */
export function presentGpu(observed: RawContainer): PresentGpu | null {
  return gpuRequests(observed)[0] ?? null;
}

function sameDevices(one: PresentDevices, other: DeviceSelection): boolean {
  if (one.kind !== 'ids' || other.kind !== 'ids') return one.kind === other.kind;
  return one.ids.toSorted().join() === other.ids.toSorted().join();
}

/** Whether the container has exactly what is asked for already. `auto`: in whichever mode; `none`: no GPU. */
export function hasSameGpu(
  observed: RawContainer,
  mode: WantedMode | 'auto',
  devices: DeviceSelection,
): boolean {
  const [present, ...more] = gpuRequests(observed);
  if (mode === 'none') return present === undefined;
  if (present === undefined || more.length > 0) return false;
  return (mode === 'auto' || mode === present.mode) && sameDevices(present.devices, devices);
}

/** Runtimes that the runtime `nvidia` is a drop-in for; another one (gVisor, Kata, Sysbox) isolates in its own way. */
const REPLACEABLE_RUNTIMES = new Set(['', 'runc', 'io.containerd.runc.v2', ...NVIDIA_RUNTIMES]);

/** The runtime of the mode `nvidia-runtime`: the container's own, where that is one of NVIDIA's. */
export function nvidiaRuntimeFor({ HostConfig: { Runtime: own } }: RawContainer): string {
  return own !== undefined && isNvidiaRuntime(own) ? own : NVIDIA_RUNTIME;
}

/** Whether the mode `nvidia-runtime` would take the container's own kind of isolation away. */
export function hasRuntimeOfItsOwn(observed: RawContainer): boolean {
  return !REPLACEABLE_RUNTIMES.has(observed.HostConfig.Runtime ?? '');
}

/** The modes to try, in order: the one asked for; for `auto` the form that is there, then the rest. */
export function candidateModes(observed: RawContainer, mode: WantedMode | 'auto'): WantedMode[] {
  if (mode !== 'auto') return [mode];
  const present = presentGpu(observed)?.mode;
  const modes = present === undefined ? [...GPU_MODES] : [present, ...GPU_MODES];
  const possible = hasRuntimeOfItsOwn(observed)
    ? modes.filter((each) => each !== 'nvidia-runtime')
    : modes;
  return [...new Set(possible)];
}
