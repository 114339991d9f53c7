/**
 * GPU requests: accepted at create, decided at start (facts/docker.md). Only an unknown runtime
 * is refused at create.
 */
import { EngineRefused } from '../../src/docker/errors.js';
import type { RawContainer } from '../../src/docker/raw.js';
import type { Core } from './core.js';

/** `ok` starts; `failing` is advertised and no start succeeds; `none` is not there. */
export type GpuSupport = 'ok' | 'failing' | 'none';

export interface GpuModes {
  readonly cdi: GpuSupport;
  readonly gpus: GpuSupport;
  readonly 'nvidia-runtime': GpuSupport;
}

/** Those that every engine with CDI has here. */
export const CDI_DEVICES = ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'nvidia.com/gpu=all'] as const;

const hookFailure = (modern: boolean): EngineRefused =>
  new EngineRefused(
    500,
    `${modern ? 'failed to create task for container: ' : ''}failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running ${modern ? 'prestart hook #0' : 'hook #0: error running hook'}: exit status 1, stdout: , stderr: ${modern ? '' : ': unknown'}`,
  );

/** Go prints `[][]string` so: `[[gpu compute] [utility]]`. */
const goLists = (lists: readonly (readonly string[])[]): string =>
  `[${lists.map((list) => `[${list.join(' ')}]`).join(' ')}]`;

/** @throws EngineRefused with the engine's text when a request cannot be met */
export function injectDevices(
  hostConfig: RawContainer['HostConfig'],
  { gpu: modes, modern, cdiDevices }: Pick<Core, 'gpu' | 'modern' | 'cdiDevices'>,
): void {
  for (const request of hostConfig.DeviceRequests ?? []) {
    const driver = request.Driver ?? '';
    const capabilities = request.Capabilities ?? [];
    const devices = request.DeviceIDs ?? [];
    if (driver === 'cdi' && modern) {
      const missing = modes.cdi === 'none' ? devices : devices.filter((id) => !cdiDevices.has(id));
      if (missing.length > 0) {
        throw new EngineRefused(
          500,
          `CDI device injection failed: unresolvable CDI devices ${missing.join(', ')}`,
        );
      }
      if (modes.cdi === 'failing') throw hookFailure(modern);
      continue;
    }
    const known =
      (driver === '' || driver === 'nvidia') &&
      capabilities.some((all) => all.includes('gpu')) &&
      modes.gpus !== 'none';
    if (!known) {
      throw new EngineRefused(
        500,
        `could not select device driver "${driver}" with capabilities: ${goLists(capabilities)}`,
      );
    }
    if (devices.length > 0 && (request.Count ?? 0) !== 0) {
      throw new EngineRefused(500, 'cannot set both Count and DeviceIDs on device request');
    }
    if (modes.gpus === 'failing') throw hookFailure(modern);
  }
  if (hostConfig.Runtime === 'nvidia' && modes['nvidia-runtime'] === 'failing') {
    throw hookFailure(modern);
  }
}

/** Whether the container asks for a GPU in any form: for scripts and tests. */
export function asksForGpu(container: { hostConfig: RawContainer['HostConfig'] }): boolean {
  const { DeviceRequests: requests, Runtime: runtime } = container.hostConfig;
  return (requests?.length ?? 0) > 0 || runtime === 'nvidia';
}
