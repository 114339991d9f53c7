/** HostConfig and Config as inspect shows them: what the body left out has the engine's zero value. */
import type { JsonObject, RawContainer } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { copyJson, objectIn, stringsIn } from './json.js';

/** What the machine calls itself, and every container in its network without a hostname of its own. */
export const HOST_NAME = 'memory-host';

const MASKED = ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats'];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const ZERO_HOST_CONFIG: JsonObject = {
  Binds: null,
  ContainerIDFile: '',
  LogConfig: { Type: 'json-file', Config: {} },
  PortBindings: null,
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: 'host',
  Dns: null,
  DnsOptions: null,
  DnsSearch: null,
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 67_108_864,
  Isolation: '',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  BlkioWeight: 0,
  Devices: null,
  DeviceCgroupRules: null,
  DeviceRequests: null,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: false,
  PidsLimit: null,
  Ulimits: null,
};

const ZERO_CONFIG: JsonObject = {
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Image: '',
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
};

/** The body's HostConfig, completed. Fields that this engine does not know stay: a newer one knows them. */
export function completeHostConfig(
  body: JsonObject,
  { modern, options }: Pick<Core, 'modern' | 'options'>,
): RawContainer['HostConfig'] {
  const given = objectIn(body.HostConfig);
  const complete: JsonObject = {
    ...ZERO_HOST_CONFIG,
    Runtime: options.defaultRuntime ?? 'runc',
  };
  for (const [key, value] of Object.entries(given)) {
    // A zero value in the request means "the default" to the engine, as in Go.
    const zero = value === null || value === '' || value === 0;
    if (!(zero && complete[key] !== undefined)) complete[key] = value;
  }
  const policy = objectIn(given.RestartPolicy);
  complete.RestartPolicy = {
    Name: policy.Name || (modern ? 'no' : ''),
    MaximumRetryCount: policy.MaximumRetryCount ?? 0,
  };
  const mode = given.NetworkMode;
  complete.NetworkMode =
    mode === undefined || mode === '' || mode === 'default'
      ? modern
        ? 'bridge'
        : 'default'
      : mode;
  const open = given.Privileged === true;
  complete.MaskedPaths = open ? null : (given.MaskedPaths ?? MASKED);
  complete.ReadonlyPaths = open ? null : (given.ReadonlyPaths ?? READONLY);
  return copyJson(complete) as unknown as RawContainer['HostConfig'];
}

/** The body's Config merged with the image's, by the engine's rules. */
export function completeConfig(
  body: JsonObject,
  image: JsonObject,
  shortId: string,
): RawContainer['Config'] {
  const { HostConfig: _host, NetworkingConfig: _networks, ...given } = body;
  const complete: JsonObject = { ...ZERO_CONFIG, ...given };
  for (const key of ['User', 'WorkingDir'] as const) complete[key] ||= image[key] ?? '';
  for (const key of ['StopSignal', 'Healthcheck', 'StopTimeout'] as const) {
    complete[key] ??= image[key] ?? null;
    if (complete[key] === null) delete complete[key];
  }
  // The image's command belongs to the image's entrypoint: another entrypoint drops it.
  const entrypoint = given.Entrypoint;
  if (stringsIn(entrypoint).length === 0) {
    if (stringsIn(given.Cmd).length === 0) complete.Cmd = image.Cmd ?? null;
    if (entrypoint === undefined || entrypoint === null)
      complete.Entrypoint = image.Entrypoint ?? null;
  }
  const merged = stringsIn(complete.Entrypoint);
  if (merged.length === 1 && merged[0] === '') complete.Entrypoint = null;
  const env = stringsIn(given.Env);
  const named = new Set(env.map((line) => line.split('=', 1)[0]));
  for (const line of stringsIn(image.Env)) if (!named.has(line.split('=', 1)[0])) env.push(line);
  complete.Env = env.length > 0 || Array.isArray(given.Env) ? env : null;
  complete.Labels = { ...objectIn(image.Labels), ...objectIn(given.Labels) };
  for (const key of ['Volumes', 'ExposedPorts'] as const) {
    const both = { ...objectIn(image[key]), ...objectIn(given[key]) };
    if (Object.keys(both).length > 0) complete[key] = both;
  }
  const mode = objectIn(body.HostConfig).NetworkMode;
  const shared = typeof mode === 'string' && mode.startsWith('container:');
  const generated = mode === 'host' ? HOST_NAME : shortId;
  complete.Hostname = given.Hostname || (shared ? '' : generated);
  return copyJson(complete) as unknown as RawContainer['Config'];
}
