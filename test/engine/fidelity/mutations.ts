/** One mistake in a create body each, and where the comparison must show it. */
import type { Json, JsonObject } from '../../../src/docker/raw.js';

export interface Mutation {
  readonly name: string;
  readonly change: (body: JsonObject, hostConfig: JsonObject, endpoint: JsonObject) => void;
  /** What the difference's path begins with. */
  readonly path: string;
}

/** The container that is mutated: it has nearly everything. */
export const RICH_ARGS: readonly string[] = [
  '--env=SECRET=canary-5f1',
  '--env=SECOND=2',
  '--user=1001:1002',
  '--group-add=44',
  '--workdir=/srv',
  '--hostname=web',
  '--domainname=ex.org',
  '--label=team=a',
  '--label=empty=',
  '--volume=named:/d:ro',
  '--volume=/tmp:/host',
  '--mount=type=volume,src=third,dst=/t',
  '--tmpfs=/run:size=16m',
  '--network=net1',
  '--network-alias=api',
  '--ip=172.28.5.9',
  '--publish=127.0.0.1:8080:80',
  '--expose=9/sctp',
  '--restart=on-failure:3',
  '--health-cmd=test -e /bin',
  '--health-interval=7s',
  '--stop-signal=SIGQUIT',
  '--stop-timeout=77',
  '--cap-add=NET_ADMIN',
  '--cap-drop=MKNOD',
  '--security-opt=no-new-privileges',
  '--ulimit=nofile=1024:2048',
  '--shm-size=1g',
  '--oom-score-adj=5',
  '--pids-limit=77',
  '--sysctl=net.core.somaxconn=1024',
  '--memory=100m',
  '--cpus=0.5',
  '--log-opt=max-size=1m',
  '--device=/dev/null:/dev/other:rw',
  '--device-cgroup-rule=c 10:* rmw',
  '--dns=10.9.8.7',
  '--add-host=a:1.2.3.4',
  '--init',
];

type Part = 'body' | 'host' | 'endpoint';

function set(part: Part, field: string, value: Json | undefined, path: string): Mutation {
  const shown = value === undefined ? 'left out' : JSON.stringify(value);
  return {
    name: `${field} ${shown}`,
    path,
    change: (body, host, endpoint) => {
      const target = { body, host, endpoint }[part];
      if (value === undefined) delete target[field];
      else target[field] = value;
    },
  };
}
const config = (field: string, value?: Json, path = `Config.${field}`): Mutation =>
  set('body', field, value, path);
const host = (field: string, value?: Json, path = `HostConfig.${field}`): Mutation =>
  set('host', field, value, path);
const net = (field: string, value?: Json): Mutation =>
  set('endpoint', field, value, `NetworkSettings.Networks[net1].${field}`);

export const MUTATIONS: readonly Mutation[] = [
  config('Env', ['SECRET=changed', 'SECOND=2'], 'Config.Env[SECRET]'),
  config('Env', ['SECOND=2'], 'Config.Env[SECRET]'),
  config('Env', ['SECRET=canary-5f1', 'SECOND=2', 'THIRD=3'], 'Config.Env[THIRD]'),
  config('Cmd', ['sleep', '601']),
  config('Entrypoint', ['/bin/sh', '-c']),
  config('User'),
  config('WorkingDir', '/'),
  config('Hostname', 'web2'),
  config('Hostname'),
  config('Domainname'),
  config('Labels', { empty: '' }, 'Config.Labels[team]'),
  config('Labels', { team: 'a' }, 'Config.Labels[empty]'),
  config('Labels', { team: 'b', empty: '' }, 'Config.Labels[team]'),
  config('ExposedPorts', { '80/tcp': {} }),
  config('Healthcheck', { Test: ['CMD-SHELL', 'test -e /bin'] }),
  config('Healthcheck'),
  config('StopSignal', 'SIGTERM'),
  config('StopTimeout', 0),
  config('StopTimeout'),
  config('Tty', true),
  config('OpenStdin', true),
  config('Image', 'gpugraft/bare'),
  host('Binds', ['named:/d:ro']),
  host('Binds', ['named:/d', '/tmp:/host']),
  host('Binds', ['other:/d:ro', '/tmp:/host']),
  host('Mounts', []),
  host('Tmpfs'),
  host('Tmpfs', { '/run': '' }),
  host('NetworkMode', 'net2'),
  net('Aliases', ['ap']),
  net('Aliases'),
  net('IPAMConfig'),
  net('IPAMConfig', { IPv4Address: '172.28.5.10' }),
  net('DriverOpts', { 'com.example.x': 'y' }),
  host('PortBindings', { '80/tcp': [{ HostIp: '', HostPort: '8080' }] }),
  host('PortBindings'),
  host('RestartPolicy', { Name: 'on-failure', MaximumRetryCount: 4 }),
  host('RestartPolicy', { Name: 'always', MaximumRetryCount: 0 }),
  host('CapAdd'),
  host('CapDrop'),
  host('SecurityOpt'),
  host('Privileged', true),
  host('GroupAdd'),
  host('Ulimits', [{ Name: 'nofile', Soft: 1024, Hard: 2049 }]),
  host('Ulimits', []),
  host('ShmSize'),
  host('OomScoreAdj', 6),
  host('PidsLimit'),
  host('Sysctls', { 'net.core.somaxconn': '1025' }),
  host('Memory', 209715200),
  host('NanoCpus'),
  host('LogConfig', { Type: 'json-file', Config: { 'max-size': '2m' } }),
  host('LogConfig', { Type: 'none', Config: {} }),
  host('Devices', []),
  host('DeviceCgroupRules'),
  host('Dns'),
  host('ExtraHosts'),
  host('Init'),
  host('Init', false),
  host('ReadonlyRootfs', true),
  host('IpcMode', 'host'),
  host('PidMode', 'host'),
  host('UsernsMode', 'host'),
  host('Runtime', 'nvidia'),
  host('MaskedPaths', []),
  host('DeviceRequests', []),
  host('DeviceRequests', [
    { Driver: '', Count: 1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} },
  ]),
];
