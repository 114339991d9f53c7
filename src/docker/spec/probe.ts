/** The create body of a probe: a throw-away container that proves a mode by starting. */
import type { CreateBody } from '../port.js';
import type { JsonObject, RawContainer, RawImage } from '../raw.js';
import type { DeviceSelection, WantedMode } from './devices.js';
import { envName, withEnv } from './env.js';
import { deviceRequest, nvidiaRuntimeEnv } from './gpu-request.js';
import { VISIBLE_DEVICES, VOID, hasNvidiaRuntimeGpu, nvidiaRuntimeFor } from './gpu-present.js';
import { isVoid } from './json.js';
import { unmanagedLabels } from './manager-labels.js';

export interface ProbeRequest {
  readonly mode: WantedMode;
  readonly devices: DeviceSelection;
  /** The image that the container runs: its labels and VOLUMEs would be inherited. */
  readonly image: RawImage | null;
  /** Our own labels (`io.gpugraft.…`). */
  readonly labels: Readonly<Record<string, string>>;
}

/** Enough for runc's own start and the 0.8 MB init; in bytes. */
const MEMORY = 128 * 1024 * 1024;

/** The variables that NVIDIA's hook and runtime read, such as NVIDIA_REQUIRE_CUDA, and no others: those may be secrets. */
function nvidiaEnv(observed: RawContainer): string[] {
  return (observed.Config.Env ?? []).filter((entry) => envName(entry).startsWith('NVIDIA_'));
}

/** An engine whose default runtime is `nvidia` gives no GPU either to a probe that is to have none. */
function probeEnv(observed: RawContainer, { mode, devices }: ProbeRequest): string[] {
  const env = nvidiaEnv(observed);
  if (mode === 'nvidia-runtime') return nvidiaRuntimeEnv(env, devices);
  return mode === 'none' ? withEnv(env, VISIBLE_DEVICES, VOID) : env;
}

/** The runtime that the replacement will have; without one, the engine's default. */
function runtimeFor(observed: RawContainer, mode: WantedMode): JsonObject {
  if (mode === 'nvidia-runtime') return { Runtime: nvidiaRuntimeFor(observed) };
  const runtime = observed.HostConfig.Runtime;
  return isVoid(runtime) || hasNvidiaRuntimeGpu(observed) ? {} : { Runtime: runtime ?? '' };
}

/**
 * The engine mounts its own static init, so the probe needs nothing of the image: no shell, no
 * user, no workload (facts/docker.md; exit code 0 means that the mode starts). It runs as 0:0,
 * which needs no /etc/passwd, with no capability, no network, a read-only root and no log. Each
 * VOLUME of the image is covered by a tmpfs, so that no anonymous volume is made and left over.
 */
export function probeBody(observed: RawContainer, request: ProbeRequest): CreateBody {
  const { mode, devices, image } = request;
  const asked = deviceRequest(mode, devices);
  const volumes = Object.keys(image?.Config?.Volumes ?? {});
  return {
    Image: observed.Image,
    Entrypoint: ['/sbin/docker-init', '--version'],
    Cmd: [],
    User: '0:0',
    WorkingDir: '/',
    Env: probeEnv(observed, request),
    Labels: unmanagedLabels({}, image?.Config?.Labels ?? {}, request.labels),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...runtimeFor(observed, mode),
      DeviceRequests: asked === null ? [] : [asked],
      Init: true,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      LogConfig: { Type: 'none', Config: {} },
      Memory: MEMORY,
      MemorySwap: MEMORY,
      PidsLimit: 64,
      Mounts: volumes.map((path) => ({ Type: 'tmpfs', Target: path })),
    },
  };
}
