import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, RawContainer } from '../../../src/docker/raw.js';
import { differences } from '../../../src/docker/spec/compare.js';
import { expectedReplacement } from '../../../src/docker/spec/expected.js';
import { specDigest } from '../../../src/docker/spec/digest.js';
import { endpoint, observed } from './observed.js';

type Parts = NonNullable<Parameters<typeof observed>[0]>;

const NEW_ID = 'feed'.repeat(16);
const GPUS = { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };

const expectedOf = (original: RawContainer, apiVersion = '1.51') =>
  expectedReplacement(original, {
    mode: 'gpus',
    devices: { kind: 'all' },
    image: original.Config.Image,
    apiVersion,
    daemonUlimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
  });

/** The replacement's inspect, as it is when all went well, with some mistakes. */
function replacement(parts: Parts): RawContainer {
  const config = { Hostname: NEW_ID.slice(0, 12), ...parts.Config };
  const hostConfig = { DeviceRequests: [GPUS], ...parts.HostConfig };
  return observed({ Id: NEW_ID, ...parts, Config: config, HostConfig: hostConfig });
}

const found = (original: Parts, actual: Parts, apiVersion?: string) =>
  differences(expectedOf(observed(original), apiVersion), replacement(actual));
const paths = (original: Parts, actual: Parts) => found(original, actual).map(({ path }) => path);
const host = (field: string, value: Json): Parts => ({ HostConfig: { [field]: value } });
const config = (field: string, value: Json): Parts => ({ Config: { [field]: value } });

describe('no difference', () => {
  test.each<[string, Parts, Parts]>([
    ['generated hostname', {}, {}],
    ['null and []', host('CapAdd', null), host('CapAdd', [])],
    ['left out and {}', {}, host('Sysctls', {})],
    ['null and ""', host('UTSMode', ''), host('UTSMode', null)],
    [
      'links in another order and form',
      host('Links', ['/a:/me/x', '/b:/me/y']),
      host('Links', ['b:y', 'a:x']),
    ],
    [
      'a default ulimit',
      host('Ulimits', []),
      host('Ulimits', [{ Name: 'core', Soft: 0, Hard: 0 }]),
    ],
    [
      'the layer that the engine makes of a mounted image, for each container anew',
      { Mounts: [{ Type: 'image', Name: 'a', Source: '/l/1', Destination: '/d', RW: false }] },
      { Mounts: [{ Type: 'image', Name: 'a', Source: '/l/2', Destination: '/d', RW: false }] },
    ],
    ['an AppArmor profile not yet set', {}, { AppArmorProfile: 'docker-default' } as Parts],
    [
      'addresses not yet assigned, aliases in another order',
      { Networks: { net1: endpoint({ Aliases: ['a', 'b'] }) } },
      {
        Networks: {
          net1: endpoint({ Aliases: ['b', 'a'], IPAddress: '', MacAddress: '', Gateway: '' }),
        },
      },
    ],
  ])('%s', (_, original, actual) => {
    expect(found(original, actual)).toEqual([]);
  });

  test('the short ID among the aliases of an old engine', () => {
    const net1 = endpoint({ Aliases: ['api', NEW_ID.slice(0, 12)], DNSNames: null });
    const original = {
      Networks: { net1: endpoint({ Aliases: ['api', 'c0ffee123456'], DNSNames: null }) },
    };
    expect(found(original, { Networks: { net1 } }, '1.41')).toEqual([]);
    expect(found(original, { Networks: { net1 } }, '1.51')).toHaveLength(0);
  });

  test("a runtime that was left to the engine may be the engine's default", () => {
    const original = {
      HostConfig: { Runtime: 'nvidia' },
      Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] },
    };
    expect(found(original, { HostConfig: { Runtime: 'crun' }, Config: { Env: [] } })).toEqual([]);
  });
});

describe('options for logs', () => {
  const log = (Type: string, Config: Record<string, string>) => host('LogConfig', { Type, Config });
  const own = log('json-file', { 'max-file': '3' });
  test('that the engine lays under those of the container are no difference', () => {
    expect(found(own, log('json-file', { 'max-file': '3', 'max-size': '10m' }))).toEqual([]);
  });
  test.each([
    ['one that changed', log('json-file', { 'max-file': '1', 'max-size': '10m' })],
    ['one that is lost', log('json-file', { 'max-size': '10m' })],
    ['another driver', log('local', { 'max-file': '3', 'max-size': '10m' })],
  ])('%s is one', (_, actual) => {
    expect(found(own, actual)).not.toEqual([]);
  });
});

describe('a difference', () => {
  test.each<[string, Parts, Parts, string]>([
    [
      '0 is not nothing',
      host('MemorySwappiness', null),
      host('MemorySwappiness', 0),
      'HostConfig.MemorySwappiness',
    ],
    ['false is not nothing', {}, host('Init', false), 'HostConfig.Init'],
    [
      'the entrypoint [] is not null',
      config('Entrypoint', null),
      config('Entrypoint', []),
      'Config.Entrypoint',
    ],
    ['nor [""]', config('Entrypoint', null), config('Entrypoint', ['']), 'Config.Entrypoint'],
    ['the order of a command', config('Cmd', ['a', 'b']), config('Cmd', ['b', 'a']), 'Config.Cmd'],
    ['an unknown field', host('New', { a: 1 }), host('New', { a: 2 }), 'HostConfig.New[a]'],
    ['a lost unknown field', config('New', 1), {}, 'Config.New'],
    [
      'a label without a value',
      config('Labels', { a: '' }),
      config('Labels', {}),
      'Config.Labels[a]',
    ],
    [
      'a label more',
      config('Labels', { a: '1' }),
      config('Labels', { a: '1', b: '' }),
      'Config.Labels[b]',
    ],
    [
      'a port that is not exposed',
      config('ExposedPorts', { '80/tcp': {}, '81/tcp': {} }),
      config('ExposedPorts', { '80/tcp': {} }),
      'Config.ExposedPorts[81/tcp]',
    ],
    [
      'options of a tmpfs',
      host('Tmpfs', { '/run': 'size=1m' }),
      host('Tmpfs', { '/run': '' }),
      'HostConfig.Tmpfs[/run]',
    ],
    ['a runtime', host('Runtime', 'runc'), host('Runtime', 'runsc'), 'HostConfig.Runtime'],
    ['no request', {}, host('DeviceRequests', []), 'HostConfig.DeviceRequests'],
    ['two requests', {}, host('DeviceRequests', [GPUS, GPUS]), 'HostConfig.DeviceRequests'],
    ['an old hostname', {}, config('Hostname', 'c0ffee123456'), 'Config.Hostname'],
    [
      'a network less',
      { Networks: { net1: endpoint(), net2: endpoint() } },
      {},
      'NetworkSettings.Networks[net2]',
    ],
    [
      'a network more',
      {},
      { Networks: { net1: endpoint(), net2: endpoint() } },
      'NetworkSettings.Networks[net2]',
    ],
    [
      'an address that became static',
      {},
      { Networks: { net1: endpoint({ IPAMConfig: { IPv4Address: '172.28.5.2' } }) } },
      'NetworkSettings.Networks[net1].IPAMConfig',
    ],
    [
      'a MAC address that became static',
      {},
      config('MacAddress', '3a:f6:82:ee:ad:1e'),
      'NetworkSettings.Networks[net1].MacAddress',
    ],
    [
      'a lost MAC address',
      config('MacAddress', '02:aa:bb:cc:dd:01'),
      {},
      'NetworkSettings.Networks[net1].MacAddress',
    ],
    ['another image', {}, { Image: 'sha256:other' }, 'Image'],
    [
      'another AppArmor profile',
      { AppArmorProfile: 'mine' } as Parts,
      { AppArmorProfile: 'docker-default' } as Parts,
      'AppArmorProfile',
    ],
    [
      'another volume at a mount point',
      { Mounts: [{ Type: 'volume', Name: 'a', Source: '/v/a', Destination: '/d', RW: true }] },
      { Mounts: [{ Type: 'volume', Name: 'b', Source: '/v/b', Destination: '/d', RW: true }] },
      'Mounts[/d].Name',
    ],
    [
      'a mount point less',
      { Mounts: [{ Type: 'bind', Source: '/a', Destination: '/d', RW: true }] },
      {},
      'Mounts[/d]',
    ],
  ])('%s', (_, original, actual, path) => {
    expect(paths(original, actual)).toContain(path);
  });

  test('below API 1.44 an alias that was lost', () => {
    const original = {
      Networks: { net1: endpoint({ Aliases: ['c0ffee123456', 'c0ffee123457'] }) },
    };
    expect(found(original, {}, '1.41').map(({ path }) => path)).toEqual([
      'NetworkSettings.Networks[net1].Aliases',
    ]);
  });
});

describe('what is shown', () => {
  test('no value of a variable, of a command or of a driver', () => {
    const secret: JsonObject = {
      Env: ['TOKEN=canary'],
      Cmd: ['--password=canary'],
      Healthcheck: { Test: ['CMD', 'canary'] },
    };
    const mounts = [
      {
        Type: 'volume',
        Target: '/d',
        VolumeOptions: { DriverConfig: { Options: { o: 'canary' } } },
      },
    ];
    const log = {
      Mounts: mounts,
      LogConfig: { Type: 'splunk', Config: { 'splunk-token': 'canary' } },
    };
    const result = found(
      {
        Config: secret,
        HostConfig: log,
        Networks: { net1: endpoint({ DriverOpts: { key: 'canary' } }) },
      },
      {},
    );
    expect(JSON.stringify(result)).not.toContain('canary');
    expect(result).toContainEqual({
      path: 'Config.Env[TOKEN]',
      expected: '<redacted>',
      actual: '<absent>',
    });
    expect(result).toContainEqual({
      path: 'Config.Env[PATH]',
      expected: '<absent>',
      actual: '<redacted>',
    });
    expect(result.map(({ path }) => path)).toContain('HostConfig.LogConfig');
  });

  test('a long value is cut at 80 characters', () => {
    const [difference] = found(
      config('Labels', { a: 'x'.repeat(500) }),
      config('Labels', { a: 'y' }),
    );
    expect(difference).toEqual({
      path: 'Config.Labels[a]',
      expected: `${'x'.repeat(79)}…`,
      actual: 'y',
    });
  });
});

describe('the digest', () => {
  const digest = (parts: Parts = {}) => specDigest(observed(parts), '1.51');

  test('is of 64 hexadecimal digits, and the same after a stop', () => {
    expect(digest()).toMatch(/^[0-9a-f]{64}$/);
    const stopped = {
      State: { Status: 'exited', Running: false, Pid: 0 },
      Networks: { net1: endpoint({ IPAddress: '', MacAddress: '', EndpointID: '', Gateway: '' }) },
    };
    expect(digest(stopped)).toBe(digest());
  });

  test('is the same in whichever order the engine lists its default limits', () => {
    const limits = [
      { Name: 'nofile', Soft: 4096, Hard: 8192 },
      { Name: 'core', Soft: 0, Hard: 0 },
    ];
    expect(digest(host('Ulimits', limits))).toBe(digest(host('Ulimits', limits.toReversed())));
  });

  test.each<Parts>([
    config('Env', ['PATH=/other']),
    host('RestartPolicy', { Name: 'always', MaximumRetryCount: 0 }),
    { Networks: { net1: endpoint(), net2: endpoint() } },
    { Networks: { net1: endpoint({ Aliases: ['a'] }) } },
    { Image: 'sha256:other' },
    { Name: '/renamed' } as Parts,
  ])('changes with %j', (parts) => {
    expect(digest(parts)).not.toBe(digest());
  });
});
