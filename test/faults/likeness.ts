/** What two containers have to have in common for one to stand in for the other: the test's own comparison. */
import type { MemoryContainer } from '../memory/index.js';

/** What says nothing is what an engine fills in, or leaves out. */
const stripped = (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => Boolean(value)));

/** By part, as text. The GPU is not in it, nor the restart policy, which is held to its own rule. */
export function likeness({ config, hostConfig, mounts, endpoints, labels }: MemoryContainer) {
  const { DeviceRequests: _, RestartPolicy: __, ...rest } = hostConfig;
  const parts = {
    ...rest,
    Env: config.Env,
    Cmd: config.Cmd,
    Labels: labels,
    Networks: [...endpoints]
      .map(([network, { config: given }]) => [network, stripped(given)])
      .toSorted(),
    Mounts: mounts.map(({ Name: name, Destination: at }) => [at, name]).toSorted(),
  };
  return Object.fromEntries(
    Object.entries(parts).map(([key, value]) => [key, JSON.stringify(value)]),
  );
}
