/** `docker run` for tests: containers that were there before gpugraft came. */
import type { JsonObject } from '../../src/docker/raw.js';
import { objectIn } from './json.js';

export interface RunNetwork {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly ip?: string;
  readonly mac?: string;
}

export interface RunOptions {
  readonly name: string;
  /** A tag; made when the engine does not have it. `busybox` by default. */
  readonly image?: string;
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`. */
  readonly restart?: string;
  readonly hostname?: string;
  readonly user?: string;
  /** The first is the container's network mode, the others are connected to. Made when they are not there. */
  readonly networks?: readonly (string | RunNetwork)[];
  /** `8080:80`, `127.0.0.1:8080:80/udp`, `80` (an open one). */
  readonly ports?: readonly string[];
  /** `/data` (anonymous), `named:/d:ro`, `/host:/h`. */
  readonly volumes?: readonly string[];
  /** The health command; with its interval in seconds. */
  readonly health?: { readonly cmd: string; readonly intervalS?: number };
  readonly stopTimeoutS?: number;
  readonly autoRemove?: boolean;
  /** `gpus` as `--gpus all`, `cdi` as `--device nvidia.com/gpu=all`, `nvidia-runtime` as `--runtime nvidia`. */
  readonly gpu?: 'gpus' | 'cdi' | 'nvidia-runtime';
  /** Paths that something wrote to the writable layer. */
  readonly written?: readonly string[];
  readonly state?: 'running' | 'created' | 'exited' | 'paused';
  /** Anything else: merged over what the options say. */
  readonly config?: JsonObject;
  readonly hostConfig?: JsonObject;
}

const networkOf = (given: string | RunNetwork): RunNetwork =>
  typeof given === 'string' ? { name: given } : given;

export const networksOf = (options: RunOptions): RunNetwork[] =>
  (options.networks ?? []).map(networkOf);

export function endpointBody({ aliases, ip, mac }: RunNetwork): JsonObject {
  return {
    ...(aliases === undefined ? {} : { Aliases: [...aliases] }),
    ...(ip === undefined ? {} : { IPAMConfig: { IPv4Address: ip } }),
    ...(mac === undefined ? {} : { MacAddress: mac }),
  };
}

/** The body that the docker client would send. */
export function bodyOf(options: RunOptions): JsonObject {
  const anonymous = (options.volumes ?? []).filter((volume) => !volume.includes(':'));
  const ports = publishedPorts(options.ports ?? []);
  const env = Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
  const first = networksOf(options)[0];
  return {
    Image: options.image ?? 'busybox',
    Cmd: options.cmd === undefined ? ['sleep', 'infinity'] : [...options.cmd],
    Env: env,
    Labels: { ...options.labels },
    ...(options.entrypoint === undefined ? {} : { Entrypoint: [...options.entrypoint] }),
    ...(options.hostname === undefined ? {} : { Hostname: options.hostname }),
    ...(options.user === undefined ? {} : { User: options.user }),
    ...(options.stopTimeoutS === undefined ? {} : { StopTimeout: options.stopTimeoutS }),
    ...(anonymous.length === 0 ? {} : { Volumes: keyed(anonymous) }),
    ...(ports === null ? {} : { ExposedPorts: keyed(Object.keys(ports)) }),
    ...(options.health === undefined ? {} : { Healthcheck: healthcheck(options.health) }),
    ...options.config,
    HostConfig: { ...hostBody(options, ports), ...options.hostConfig },
    ...(first === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [first.name]: endpointBody(first) } } }),
  };
}

function hostBody(options: RunOptions, ports: JsonObject | null): JsonObject {
  const [policy = 'no', most = '0'] = (options.restart ?? 'no').split(':');
  const binds = (options.volumes ?? []).filter((volume) => volume.includes(':'));
  const runtime = options.gpu === 'nvidia-runtime' ? 'nvidia' : undefined;
  const requests = requestOf(options.gpu);
  return {
    RestartPolicy: { Name: policy, MaximumRetryCount: Number(most) },
    NetworkMode: networksOf(options)[0]?.name ?? 'default',
    ...(binds.length === 0 ? {} : { Binds: binds }),
    ...(ports === null ? {} : { PortBindings: ports }),
    ...(options.autoRemove === true ? { AutoRemove: true } : {}),
    ...(runtime === undefined ? {} : { Runtime: runtime }),
    ...(requests === null ? {} : { DeviceRequests: [requests] }),
  };
}

function requestOf(gpu: RunOptions['gpu']): JsonObject | null {
  if (gpu === 'gpus') {
    return { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };
  }
  if (gpu === 'cdi') return { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] };
  return null;
}

function publishedPorts(ports: readonly string[]): JsonObject | null {
  if (ports.length === 0) return null;
  const bindings: JsonObject = {};
  for (const port of ports) {
    const [inside = '', outside = '', ip = ''] = port.split(':').toReversed();
    const key = inside.includes('/') ? inside : `${inside}/tcp`;
    const held = Array.isArray(bindings[key]) ? bindings[key] : [];
    bindings[key] = [...held, { HostIp: ip, HostPort: outside }];
  }
  return bindings;
}

const keyed = (keys: readonly string[]): JsonObject =>
  Object.fromEntries(keys.map((key) => [key, objectIn(null)]));

function healthcheck({ cmd, intervalS = 30 }: NonNullable<RunOptions['health']>): JsonObject {
  return { Test: ['CMD-SHELL', cmd], Interval: intervalS * 1e9 };
}
