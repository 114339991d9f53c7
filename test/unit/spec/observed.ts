/** An inspect as Engine 28 gives it for a plain running container, to be changed by each test. */
import { rawContainer } from '../../../src/docker/raw.js';
import type { Json, JsonObject, RawContainer } from '../../../src/docker/raw.js';

export const ID = 'c0ffee123456'.padEnd(64, '0');
export const NETWORK_ID = 'ab'.repeat(32);
export const IMAGE_ID = `sha256:${'cd'.repeat(32)}`;

const BASE: JsonObject = {
  Id: ID,
  Name: '/me',
  Created: '2026-01-02T03:04:05.000000006Z',
  Image: IMAGE_ID,
  Path: 'sleep',
  Args: ['600'],
  RestartCount: 0,
  Driver: 'overlay2',
  Platform: 'linux',
  AppArmorProfile: '',
  State: {
    Status: 'running',
    Running: true,
    Paused: false,
    Restarting: false,
    Dead: false,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-01-02T03:04:06Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Pid: 99,
  },
  Config: {
    Hostname: ID.slice(0, 12),
    Domainname: '',
    User: '',
    Env: ['PATH=/bin'],
    Cmd: ['sleep', '600'],
    Image: 'app:1',
    Volumes: null,
    WorkingDir: '',
    Entrypoint: null,
    Labels: {},
  },
  HostConfig: {
    Binds: null,
    NetworkMode: 'net1',
    PortBindings: {},
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    AutoRemove: false,
    Links: null,
    Runtime: 'runc',
    DeviceRequests: null,
    ShmSize: 67108864,
    MemorySwappiness: null,
    Ulimits: null,
  },
  NetworkSettings: {
    Networks: {
      net1: {
        IPAMConfig: null,
        Links: null,
        Aliases: null,
        MacAddress: '3a:f6:82:ee:ad:1e',
        DriverOpts: null,
        GwPriority: 0,
        NetworkID: NETWORK_ID,
        EndpointID: 'ef'.repeat(32),
        Gateway: '172.28.5.1',
        IPAddress: '172.28.5.2',
        IPPrefixLen: 24,
        DNSNames: ['me', ID.slice(0, 12)],
      },
    },
  },
  Mounts: [],
};

/** The base with some fields of its parts replaced; `NetworkSettings.Networks` as a whole. */
export function observed(
  parts: {
    Id?: string;
    Image?: string;
    Platform?: string;
    State?: JsonObject;
    Config?: JsonObject;
    HostConfig?: JsonObject;
    Networks?: JsonObject | null;
    Mounts?: Json[];
  } = {},
): RawContainer {
  const { Networks: networks, ...rest } = parts;
  const merged: JsonObject = { ...structuredClone(BASE) };
  for (const [key, value] of Object.entries(rest)) {
    const isPart = typeof value === 'object' && !Array.isArray(value);
    merged[key] = isPart ? { ...(merged[key] as JsonObject), ...value } : (value as Json);
  }
  if (networks !== undefined) merged['NetworkSettings'] = { Networks: networks };
  return rawContainer.parse(merged);
}

/** An endpoint as it is listed while the container runs. */
export function endpoint(fields: JsonObject = {}): JsonObject {
  const base = (BASE['NetworkSettings'] as { Networks: { net1: JsonObject } }).Networks.net1;
  return { ...structuredClone(base), ...fields };
}
