/** Containers as people make them (cases/fidelity.md), each to be copied without a difference. */
import type { JsonObject } from '../../../src/docker/raw.js';
import type { Engine, Kind } from './engine.js';

export interface Case {
  readonly name: string;
  /** Arguments of `docker create`, without name, image and command. */
  readonly args: readonly string[];
  readonly image?: string;
  readonly command?: readonly string[];
  readonly engines?: readonly Kind[];
  /** Done after the create and before the start. */
  readonly connect?: readonly string[][];
  readonly staticNetworks?: readonly string[];
  readonly staticMacs?: boolean;
  readonly ephemeral?: boolean;
  /** Places of volumes that nobody named: mounted by name afterwards. */
  readonly reattached?: readonly string[];
  /** The body of a create, for what today's client refuses to ask of the oldest engine. */
  readonly bodyForOldest?: JsonObject;
  /** Engines that refuse to start it where these tests run: compared as created. */
  readonly unstartable?: readonly Kind[];
}

export const IDLE = ['sleep', '600'];
export const IMAGE = 'gpugraft/busybox';
/** An image that sets everything an image can set. */
export const RICH = 'spec/rich';
/** An image with two VOLUMEs. */
export const VOLUMES = 'spec/two-volumes';
export const NO_SHELL = 'gpugraft/bare';

/** What the cases stand on: networks, a database to link to, a parent, the rich image, a filled volume. */
export function prepare(engine: Engine): void {
  for (const [name, subnet] of [
    ['net1', '172.28.5.0/24'],
    ['net2', '172.28.6.0/24'],
    ['net3', '172.28.7.0/24'],
  ] as const) {
    engine.docker('network', 'create', '--subnet', subnet, name);
  }
  engine.docker(
    'run',
    '-d',
    '--name',
    'parent',
    '--hostname',
    'elder',
    '--expose',
    '77',
    IMAGE,
    ...IDLE,
  );
  engine.docker('run', '-d', '--name', 'db', IMAGE, ...IDLE);
  engine.docker('run', '-d', '--name', 'cache', '--network', 'net1', IMAGE, ...IDLE);
  engine.docker(
    'run',
    '--name',
    'lender',
    '-v',
    'lent:/lent',
    '-v',
    '/lent-anonymous',
    IMAGE,
    'true',
  );
  // 20.10 cannot change the stop signal in a commit.
  engine.docker('create', '--name', 'recipe', '--stop-signal', 'SIGQUIT', IMAGE, ...IDLE);
  const changes = [
    'ENV FROM_IMAGE=1 NVIDIA_VISIBLE_DEVICES=all',
    'ENTRYPOINT ["/bin/sh","-c"]',
    'CMD ["sleep 600"]',
    'USER user',
    'WORKDIR /srv/of/image',
    'EXPOSE 81/tcp',
    'LABEL of.image=1 com.docker.compose.project=baked',
    'HEALTHCHECK --interval=41s CMD true',
  ];
  engine.docker('commit', ...changes.flatMap((change) => ['-c', change]), 'recipe', RICH);
  engine.docker('commit', '-c', 'VOLUME /d', '-c', 'VOLUME /v', 'cache', VOLUMES);
  engine.docker('create', '--name', 'same-places', '-v', 'lent:/d', VOLUMES, 'true');
}

const newest: readonly Kind[] = ['newest'];

export const CASES: readonly Case[] = [
  { name: 'bare', args: [] },
  { name: 'env', args: ['-e', 'A=1', '-e', 'B=with = and "quotes"', '-e', 'EMPTY=', '-e', 'A=2'] },
  { name: 'command', args: [], command: ['sh', '-c', 'exec sleep "$0"', '600'] },
  { name: 'entrypoint', args: ['--entrypoint', '/bin/sh'], command: ['-c', 'sleep 600'] },
  { name: 'entrypoint-none', args: ['--entrypoint', ''], image: RICH, command: IDLE },
  { name: 'entrypoint-image', args: [], image: RICH, command: [] },
  { name: 'image-command', args: [], image: NO_SHELL, command: [] },
  { name: 'user', args: ['--user', '1001:1002', '--group-add', '44', '-w', '/srv'] },
  {
    name: 'labels',
    args: ['-l', 'a=b=c', '-l', 'q="x"', '-l', 'empty=', '-l', `long=${'x'.repeat(60_000)}`],
  },
  { name: 'blank-image-label', args: ['-l', 'of.image='], image: RICH, command: [] },
  {
    name: 'bind',
    args: [
      '--mount',
      'type=bind,src=/tmp,dst=/host/tmp,bind-propagation=rslave,readonly',
      '-v',
      '/tmp:/short:ro',
    ],
  },
  {
    name: 'volumes',
    args: [
      '-v',
      'named:/d:ro,nocopy',
      '-v',
      'second:/bin',
      '--mount',
      'type=volume,src=third,dst=/t,volume-nocopy',
    ],
  },
  {
    name: 'volume-subpath',
    engines: newest,
    args: ['--mount', 'type=volume,src=lent,dst=/t,volume-subpath=.'],
  },
  { name: 'volumes-from', args: ['--volumes-from', 'lender:ro'] },
  {
    name: 'anonymous-volumes',
    args: ['-v', '/data', '--mount', 'type=volume,dst=/m', '-v', 'named:/n'],
    reattached: ['/data', '/m'],
  },
  { name: 'image-volumes', args: ['-v', 'named:/d'], image: VOLUMES, reattached: ['/v'] },
  {
    name: 'anonymous-volumes-and-borrowed-ones',
    args: ['--volumes-from', 'lender', '-v', '/own'],
    image: VOLUMES,
    reattached: ['/own', '/d', '/v'],
  },
  {
    name: 'borrowed-volumes-where-the-image-wants-some',
    args: ['--volumes-from', 'same-places'],
    image: VOLUMES,
  },
  {
    name: 'paths-as-written',
    args: ['-v', 'named:/d/', '--tmpfs', '/v', '-v', '/tmp:/x/../h'],
    image: VOLUMES,
  },
  {
    name: 'tmpfs-over-image-volume',
    args: ['--tmpfs', '/d', '--mount', 'type=tmpfs,dst=/v'],
    image: VOLUMES,
  },
  {
    name: 'tmpfs',
    args: ['--tmpfs', '/run:size=16m,mode=1770', '--mount', 'type=tmpfs,dst=/t,tmpfs-size=1048576'],
  },
  { name: 'one-network', args: ['--network', 'net1'] },
  {
    name: 'aliases',
    args: ['--network', 'net1', '--network-alias', 'api', '--network-alias', 'twelve_chars'],
  },
  {
    name: 'static-address',
    args: ['--network', 'net1', '--ip', '172.28.5.9'],
    staticNetworks: ['net1'],
  },
  {
    name: 'static-mac',
    args: ['--network', 'net1', '--ip', '172.28.5.9', '--mac-address', '02:aa:bb:cc:dd:01'],
    staticNetworks: ['net1'],
    staticMacs: true,
    bodyForOldest: {
      Image: IMAGE,
      Cmd: IDLE,
      MacAddress: '02:aa:bb:cc:dd:01',
      HostConfig: { NetworkMode: 'net1' },
      NetworkingConfig: {
        EndpointsConfig: { net1: { IPAMConfig: { IPv4Address: '172.28.5.9' } } },
      },
    },
  },
  {
    name: 'static-mac-bridge',
    args: ['--mac-address', '02:aa:bb:cc:dd:02'],
    bodyForOldest: { Image: IMAGE, Cmd: IDLE, MacAddress: '02:aa:bb:cc:dd:02' },
  },
  {
    name: 'three-networks',
    args: ['--network', 'net1', '--network-alias', 'one'],
    connect: [
      ['--ip', '172.28.6.9', '--alias', 'database', '--driver-opt', 'com.example.x=y', 'net2'],
      ['--link', 'cache:kept', 'net3'],
    ],
  },
  {
    name: 'two-at-once',
    engines: newest,
    args: [
      '--network',
      'name=net1,alias=a,gw-priority=1',
      '--network',
      'name=net2,ip=172.28.6.8,mac-address=00:16:3e:00:00:01',
    ],
  },
  { name: 'bridge-and-network', args: [], connect: [['--alias', 'x', 'net1']] },
  { name: 'host-network', args: ['--network', 'host'] },
  { name: 'host-network-named', args: ['--network', 'host', '--hostname', 'chosen'] },
  { name: 'no-network', args: ['--network', 'none', '--hostname', 'alone'] },
  { name: 'network-of-another', args: ['--network', 'container:parent'], image: RICH, command: [] },
  { name: 'namespaces-of-another', args: ['--pid', 'container:parent', '--network', 'net1'] },
  { name: 'host-namespaces', args: ['--pid', 'host', '--ipc', 'host', '--uts', 'host'] },
  { name: 'links', args: ['--link', 'db:database', '--link', 'parent:elder'] },
  { name: 'links-on-network', args: ['--network', 'net1', '--link', 'cache:store'] },
  { name: 'ports', args: ['-p', '127.0.0.1:8080:80', '-p', '8081:80/udp', '--expose', '9/sctp'] },
  { name: 'ephemeral-ports', args: ['-p', '80', '-P', '--expose', '90'], ephemeral: true },
  {
    name: 'hostname',
    args: [
      '--hostname',
      'web',
      '--domainname',
      'ex.org',
      '--network',
      'net1',
      '--network-alias',
      'web',
    ],
  },
  { name: 'on-failure', args: ['--restart', 'on-failure:3'] },
  { name: 'unless-stopped', args: ['--restart', 'unless-stopped'] },
  { name: 'always', args: ['--restart', 'always'] },
  {
    name: 'health',
    args: ['--health-cmd', 'test -e /bin', '--health-interval', '7s', '--health-retries', '4'],
  },
  { name: 'no-health', args: ['--no-healthcheck'], image: RICH, command: [] },
  { name: 'stop', args: ['--stop-signal', 'SIGQUIT', '--stop-timeout', '77'] },
  { name: 'stop-at-once', args: ['--stop-timeout', '0'] },
  {
    name: 'capabilities',
    args: ['--cap-add', 'NET_ADMIN', '--cap-drop', 'MKNOD', '--security-opt', 'no-new-privileges'],
  },
  {
    name: 'seccomp',
    args: ['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
  },
  { name: 'paths-unconfined', args: ['--security-opt', 'systempaths=unconfined'] },
  { name: 'privileged', args: ['--privileged'], unstartable: ['oldest'] },
  {
    name: 'limits',
    args: [
      '--ulimit',
      'nofile=1024:2048',
      '--ulimit',
      'core=0:0',
      '--ulimit',
      'nproc=99',
      '--shm-size',
      '1g',
      '--oom-score-adj',
      '5',
      '--pids-limit',
      '77',
      '--sysctl',
      'net.core.somaxconn=1024',
      '--memory',
      '100m',
      '--cpus',
      '0.5',
      '--cpu-shares',
      '512',
    ],
  },
  {
    name: 'logging',
    args: ['--log-driver', 'json-file', '--log-opt', 'max-size=1m', '--log-opt', 'tag={{.Name}}'],
  },
  {
    name: 'devices',
    args: ['--device', '/dev/null:/dev/other:rw', '--device-cgroup-rule', 'c 10:* rmw'],
  },
  {
    name: 'dns',
    args: [
      '--dns',
      '10.9.8.7',
      '--dns-search',
      'x.y',
      '--dns-option',
      'ndots:2',
      '--add-host',
      'a:1.2.3.4',
    ],
  },
  { name: 'terminal', args: ['-i', '-t', '--init', '--read-only', '--cgroup-parent', '/ours'] },
  { name: 'attached', args: ['-a', 'stdout', '-i'] },
  { name: 'annotations', engines: newest, args: ['--annotation', 'a.b=c'] },
];
