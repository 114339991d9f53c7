/** What a bundle shows of a container's inspect: named here field by field, and nothing else. */
import type { RawContainer } from '../docker/raw.js';

export function shown(raw: RawContainer) {
  const { State: state } = raw;
  return {
    id: raw.Id,
    name: raw.Name,
    image: raw.Image,
    restartCount: raw.RestartCount,
    restartPolicy: raw.HostConfig.RestartPolicy.Name,
    state: {
      status: state.Status,
      exitCode: state.ExitCode,
      error: state.Error,
      oomKilled: state.OOMKilled ?? null,
      startedAt: state.StartedAt,
      finishedAt: state.FinishedAt,
      health: state.Health?.Status ?? null,
    },
    environmentNames: (raw.Config.Env ?? []).map((entry) => entry.split('=')[0] ?? ''),
    labelNames: Object.keys(raw.Config.Labels ?? {}),
    gpu: {
      runtime: raw.HostConfig.Runtime ?? null,
      deviceRequests: raw.HostConfig.DeviceRequests ?? null,
    },
    networkMode: raw.HostConfig.NetworkMode,
    networks: Object.keys(raw.NetworkSettings.Networks ?? {}),
    mounts: raw.Mounts.map(({ Type, Destination, RW }) => ({
      type: Type,
      destination: Destination,
      writable: RW,
    })),
  };
}
