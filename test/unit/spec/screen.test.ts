import { describe, expect, test } from 'vitest';
import type { RawImage } from '../../../src/docker/raw.js';
import { screen } from '../../../src/docker/spec/screen.js';
import type { ScreenContext, ScreenOptions } from '../../../src/docker/spec/screen.js';
import { IMAGE_ID, endpoint, observed } from './observed.js';

const IMAGE: RawImage = { Id: IMAGE_ID };
const OPTIONS: ScreenOptions = {
  layer: 'carry',
  backup: 'auto',
  keepBackup: false,
  mode: 'auto',
  devices: { kind: 'all' },
  network: 'preserve',
  ready: 'auto',
};
const CONTEXT: ScreenContext = {
  dirty: [],
  image: IMAGE,
  tagMeansSameImage: true,
  options: OPTIONS,
  engine: { osType: 'linux', apiVersion: '1.51' },
};
type Parts = NonNullable<Parameters<typeof observed>[0]>;
type Changes = Partial<Omit<ScreenContext, 'options'>> & { options?: Partial<ScreenOptions> };

const screened = (parts: Parts = {}, { options, ...context }: Changes = {}) =>
  screen(observed(parts), { ...CONTEXT, ...context, options: { ...OPTIONS, ...options } });
const labels = (Labels: Record<string, string>): Parts => ({ Config: { Labels } });
const status = (Status: string): Parts => ({ State: { Status } });
const GPUS = {
  HostConfig: { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }] },
};
const ANONYMOUS = {
  Type: 'volume',
  Name: 'f'.repeat(64),
  Source: '/v',
  Destination: '/data',
  RW: true,
};

test('a plain running container is eligible, by its tag', () => {
  expect(screened()).toEqual({
    verdict: 'eligible',
    backup: 'container',
    reason: null,
    warnings: [],
    image: 'app:1',
    carries: [],
  });
  expect(screened({}, { dirty: ['/x'] }).carries).toEqual(['/x']);
});

describe('refused', () => {
  test.each<[string, Parts, Changes]>([
    ['paused', status('paused'), {}],
    ['restarting', status('restarting'), {}],
    ['dead', status('dead'), {}],
    ['removing', status('removing'), {}],
    ['auto-remove', { HostConfig: { AutoRemove: true } }, {}],
    ['swarm-task', labels({ 'com.docker.swarm.task': '', 'com.docker.swarm.task.id': 'x' }), {}],
    ['kubernetes', labels({ 'io.kubernetes.pod.name': 'x' }), {}],
    ['nomad', labels({ 'com.hashicorp.nomad.alloc_id': 'x' }), {}],
    ['own-helper', labels({ 'io.gpugraft.role': 'claim' }), {}],
    ['kept-backup', {}, { backupOf: 'web' }],
    [
      'snapshot-without-layer',
      {},
      {
        options: { backup: 'snapshot', keepBackup: true, layer: 'discard' },
      },
    ],
    [
      'runtime-conflict',
      { HostConfig: { Runtime: 'runsc' } },
      { options: { mode: 'nvidia-runtime' } },
    ],
    ['image-gone', {}, { image: null }],
    [
      'gpu-by-device',
      { HostConfig: { Devices: [{ PathOnHost: '/dev/fuse' }, { PathOnHost: '/dev/nvidia0' }] } },
      { options: { mode: 'none' } },
    ],
    [
      'gpu-by-device',
      { HostConfig: { Devices: [{ PathOnHost: '/dev/x', PathInContainer: '/dev/nvidia1' }] } },
      { options: { mode: 'none' } },
    ],
    ['no-healthcheck', {}, { options: { ready: 'health' } }],
    [
      'no-healthcheck',
      { Config: { Healthcheck: { Test: ['NONE'] } } },
      { options: { ready: 'health' } },
    ],
    ['volume-unnamed', { Mounts: [{ ...ANONYMOUS, Name: '' }] }, {}],
    ['no-network', { Networks: {} }, {}],
    [
      'network-of-another',
      { HostConfig: { NetworkMode: 'container:1' }, Networks: null },
      { options: { network: 'host' } },
    ],
    ['layer-dirty', {}, { dirty: ['/x'], options: { layer: 'refuse' } }],
    ['windows-container', { Platform: 'windows' }, {}],
    ['windows-container', {}, { engine: { osType: 'windows', apiVersion: '1.51' } }],
  ])('%s %j', (code, parts, context) => {
    const { verdict, reason, warnings } = screened(parts, context);
    expect({ verdict, code: reason?.code, warnings }).toEqual({
      verdict: 'refused',
      code,
      warnings: [],
    });
    expect(reason?.message).toMatch(/^[^\n]+$/);
    expect(reason?.hint).toMatch(/^[^\n]+$/);
  });

  test('with what it is about, by name', () => {
    const unnamed = { ...ANONYMOUS, Name: '' };
    expect(screened({ Mounts: [unnamed] }).reason?.message).toContain('the volume at /data');
    const many = ['/1', '/2', '/3', '/4', '/5', '/6'];
    const reason = screened({}, { dirty: many, options: { layer: 'refuse' } }).reason;
    expect(reason?.message).toContain('(6 paths: /1 /2 /3 /4 /5 …)');
    expect(reason?.hint).toContain('--layer discard');
  });

  test('for its state before anything else', () => {
    const parts = { ...status('paused'), HostConfig: { AutoRemove: true } };
    expect(screened(parts, { options: { ready: 'health' } }).reason?.code).toBe('paused');
  });
});

test.each<[ScreenOptions['ready'], Parts]>([
  ['health', { Config: { Healthcheck: { Test: ['CMD', 'true'] } } }],
  ['health', { State: { Health: { Status: 'healthy' } } }],
  ['auto', {}],
  ['running', {}],
  ['command', {}],
])('ready by %s is no reason to refuse %j', (ready, parts) => {
  expect(screened(parts, { options: { ready } }).verdict).toBe('eligible');
});

describe('a container that does not run', () => {
  const stopped = (Status: string, ExitCode: number, policy = 'no'): Parts => ({
    State: { Status, Running: false, ExitCode },
    HostConfig: { RestartPolicy: { Name: policy, MaximumRetryCount: 0 } },
  });
  const codes = (parts: Parts) => screened(parts).warnings.map(({ code }) => code);

  test.each<[string, Parts, boolean]>([
    ['created', stopped('created', 0, 'always'), false],
    ['exited, no policy', stopped('exited', 3), false],
    ['exited, always', stopped('exited', 0, 'always'), true],
    ['exited, unless-stopped', stopped('exited', 0, 'unless-stopped'), true],
    ['exited with a failure, on-failure', stopped('exited', 3, 'on-failure'), true],
    ['exited well, on-failure', stopped('exited', 0, 'on-failure'), false],
  ])('is eligible, with what it loses said: %s', (_, parts, isIdle) => {
    expect(screened(parts).verdict).toBe('eligible');
    const policy = isIdle ? ['policy-idle'] : [];
    expect(codes(parts)).toEqual(['left-stopped', 'gpu-unproven', ...policy]);
  });

  test('has its exit code named, which no replacement shows', () => {
    expect(screened(stopped('exited', 137)).warnings[0]?.message).toContain('exit code 137');
    expect(screened(stopped('created', 0)).warnings[0]?.message).toContain('never started');
  });
});

describe('unchanged', () => {
  test('only in the network that is asked for', () => {
    const onHost = {
      HostConfig: { ...GPUS.HostConfig, NetworkMode: 'host' },
      Networks: { host: endpoint({ MacAddress: '' }) },
    };
    const asked = { options: { network: 'host' } } as const;
    expect(screened(GPUS).verdict).toBe('unchanged');
    expect(screened(GPUS, asked).verdict).toBe('eligible');
    expect(screened(onHost, asked)).toMatchObject({ verdict: 'unchanged', warnings: [] });
    expect(screened({}, { options: { network: 'host', mode: 'none' } }).verdict).toBe('eligible');
  });

  test.each<[string, Parts]>([
    ['a container that has the GPU', GPUS],
    [
      'also one that would be refused otherwise',
      { ...GPUS, ...labels({ 'io.kubernetes.pod.name': 'x' }) },
    ],
    ['also a stopped one', { ...GPUS, ...status('exited') }],
  ])('%s', (_, parts) => {
    expect(screened(parts, { dirty: ['/x'] })).toMatchObject({
      verdict: 'unchanged',
      reason: null,
    });
  });

  test('for none: a container that asks for no GPU, whatever other devices it has', () => {
    const mode = 'none';
    const Devices = [{ PathOnHost: '/dev/dri' }, { PathOnHost: '/dev/nvidiactl' }];
    expect(screened({}, { options: { mode } }).verdict).toBe('unchanged');
    expect(screened({ HostConfig: { Devices } }, { options: { mode } }).verdict).toBe('unchanged');
    expect(screened(GPUS, { options: { mode } }).verdict).toBe('eligible');
  });

  test('not when other devices or another mode are asked for, nor while paused', () => {
    expect(screened(GPUS, { options: { devices: { kind: 'ids', ids: ['0'] } } }).verdict).toBe(
      'eligible',
    );
    expect(screened(GPUS, { options: { mode: 'cdi' } }).verdict).toBe('eligible');
    expect(screened({ ...GPUS, ...status('paused') }).verdict).toBe('refused');
  });
});

describe('eligible', () => {
  const codes = (parts: Parts, context: Changes = {}) =>
    screened(parts, context).warnings.map(({ code }) => code);

  test('a Compose service, whose backup is a snapshot', () => {
    const service = labels({ 'com.docker.compose.service': 'web' });
    const { verdict, backup, warnings } = screened(service);
    expect([verdict, backup]).toEqual(['eligible', 'snapshot']);
    expect(warnings).toEqual([
      { code: 'compose-service', message: expect.stringContaining('service web') },
    ]);
  });

  test('a Compose service whose stopped original is kept, by the explicit word', () => {
    const service = labels({ 'com.docker.compose.service': 'web' });
    const options = { backup: 'container', keepBackup: true } as const;
    expect(screened(service, { options }).backup).toBe('container');
    expect(codes(labels({ 'com.docker.compose.service': 'web' }), { options })).toEqual([
      'compose-service',
      'compose-backup',
    ]);
  });

  test('a plain container whose backup is a snapshot because that was asked for', () => {
    const { backup, warnings } = screened({}, { options: { backup: 'snapshot' } });
    expect([backup, warnings]).toEqual(['snapshot', []]);
  });

  test('a plain container of an image that Compose built', () => {
    const baked = { 'com.docker.compose.service': 'web', 'com.docker.compose.project': 'p' };
    const image = { ...IMAGE, Config: { Labels: baked } };
    expect(screened(labels(baked), { image }).verdict).toBe('eligible');
    expect(screened(labels(baked), { image }).backup).toBe('container');
    const service = labels({ ...baked, 'com.docker.compose.oneoff': 'False' });
    const screening = screened(service, { image });
    expect(screening.backup).toBe('snapshot');
    expect(screening.warnings[0]?.message).toContain('the Compose service web');
  });

  test('a container with a blanked label of a manager', () => {
    expect(screened(labels({ 'openshell.ai/sandbox': '' })).verdict).toBe('eligible');
  });

  test('with a moved or lost tag, from the image that ran', () => {
    const { image, warnings } = screened({}, { tagMeansSameImage: false });
    expect(image).toBe(IMAGE_ID);
    expect(warnings).toEqual([
      { code: 'image-by-id', message: expect.stringContaining('app:1') as string },
    ]);
  });

  test('with the writable layer given up', () => {
    const { warnings } = screened({}, { dirty: ['/x', '/y'], options: { layer: 'discard' } });
    expect(warnings).toEqual([
      { code: 'layer-discarded', message: expect.stringMatching(/^2 .* paths /) as string },
    ]);
  });

  test.each<[string, Parts, string[]]>([
    [
      'a fixed port',
      { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } } },
      [],
    ],
    [
      'an ephemeral port',
      { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } } },
      ['ephemeral-ports'],
    ],
    [
      'port 0',
      { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '0' }] } } },
      ['ephemeral-ports'],
    ],
    [
      'a range',
      { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] } } },
      ['ephemeral-ports'],
    ],
    [
      'all exposed',
      { Config: { ExposedPorts: { '90/tcp': {} } }, HostConfig: { PublishAllPorts: true } },
      ['ephemeral-ports'],
    ],
    ['none exposed', { HostConfig: { PublishAllPorts: true } }, []],
    [
      'a network of another',
      { HostConfig: { NetworkMode: 'container:1' }, Networks: {} },
      ['borrowed-namespaces'],
    ],
    ['processes of another', { HostConfig: { PidMode: 'container:1' } }, ['borrowed-namespaces']],
    [
      'an image that is mounted',
      { HostConfig: { Mounts: [{ Type: 'image', Source: 'models:1', Target: '/models' }] } },
      ['image-mounts'],
    ],
    ['a folder in memory', { HostConfig: { Tmpfs: { '/tmp': '' } } }, ['tmpfs-emptied']],
    [
      'a folder in memory, by --mount',
      { HostConfig: { Mounts: [{ Type: 'tmpfs', Target: '/run' }] } },
      ['tmpfs-emptied'],
    ],
    [
      'an address that a swarm may have assigned',
      {
        Networks: {
          ov: endpoint({ NetworkID: 'sjcbbmy4pjhy', IPAMConfig: { IPv4Address: '10.0.1.7' } }),
        },
      },
      ['address-unclear'],
    ],
    [
      'an address that was asked for',
      {
        Networks: {
          net1: endpoint({ NetworkID: 'a'.repeat(64), IPAMConfig: { IPv4Address: '10.0.1.7' } }),
        },
      },
      [],
    ],
    ['two networks', { Networks: { net1: endpoint(), net2: endpoint() } }, []],
  ])('with %s', (_, parts, warnings) => {
    expect(codes(parts)).toEqual(warnings);
  });

  test('with volumes that nobody named, each by its name', () => {
    const { warnings } = screened({ Mounts: [ANONYMOUS] });
    expect(warnings).toEqual([
      {
        code: 'volumes-by-name',
        message: expect.stringContaining(`/data (${ANONYMOUS.Name})`) as string,
      },
    ]);
    expect(screened({ Mounts: [ANONYMOUS] }, { lent: [ANONYMOUS.Name] }).warnings).toEqual([]);
  });
});
