import { describe, expect, test } from 'vitest';
import type { JsonObject, RawContainer } from '../../../src/docker/raw.js';
import { desiredReplacement } from '../../../src/docker/spec/desired.js';
import type { ReplacementRequest } from '../../../src/docker/spec/desired.js';
import { ID, NETWORK_ID, endpoint, observed } from './observed.js';

const SHORT = ID.slice(0, 12);
const REQUEST: ReplacementRequest = {
  mode: 'gpus',
  devices: { kind: 'all' },
  image: 'app:1',
  apiVersion: '1.51',
  daemonUlimits: [],
};
const of = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
  desiredReplacement(container, { ...REQUEST, ...request });
const hostConfig = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
  of(container, request).body['HostConfig'] as JsonObject;
const endpoints = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
  (
    of(container, request).body['NetworkingConfig'] as {
      EndpointsConfig: Record<string, JsonObject>;
    }
  ).EndpointsConfig;

test('changes nothing of what it was given', () => {
  const container = observed({ HostConfig: { Links: ['/db:/me/database'] } });
  const copy = structuredClone(container);
  of(container);
  expect(container).toEqual(copy);
});

test('fields that nobody knows pass through, and those that few engines can be asked for', () => {
  const rare = { CpuRealtimePeriod: 1_000_000, CpuRealtimeRuntime: 9, StorageOpt: { size: '1G' } };
  const container = observed({
    Config: { NewInConfig: { deep: [1] } },
    HostConfig: { NewInHost: 'x', ...rare },
    Networks: { net1: endpoint({ NewInEndpoint: 7 }) },
  });
  expect(of(container).body).toMatchObject({
    NewInConfig: { deep: [1] },
    HostConfig: { NewInHost: 'x', ...rare },
    NetworkingConfig: { EndpointsConfig: { net1: { NewInEndpoint: 7 } } },
  });
});

test('the image is named as decided elsewhere', () => {
  expect(of(observed(), { image: 'sha256:1' }).body['Image']).toBe('sha256:1');
});

describe('the hostname', () => {
  test.each([
    ['generated', {}, undefined],
    ['given', { Config: { Hostname: 'web' } }, 'web'],
    [
      'of twelve hexadecimal digits, given',
      { Config: { Hostname: 'c0ffee123457' } },
      'c0ffee123457',
    ],
    [
      'in the host network',
      { Config: { Hostname: 'box' }, HostConfig: { NetworkMode: 'host' } },
      'box',
    ],
    [
      'of another container',
      { Config: { Hostname: 'x' }, HostConfig: { NetworkMode: 'container:1' } },
      undefined,
    ],
    ['of the host', { Config: { Hostname: 'x' }, HostConfig: { UTSMode: 'host' } }, undefined],
  ])('%s', (_, parts, hostname) => {
    expect(of(observed(parts)).body['Hostname']).toBe(hostname);
  });
});

test("in another container's network, what the engine refuses to be told is left out", () => {
  const { body, connect } = of(
    observed({
      Config: { Domainname: 'd', MacAddress: '02:00:00:00:00:01', ExposedPorts: { '80/tcp': {} } },
      HostConfig: { NetworkMode: 'container:1' },
      Networks: null,
    }),
    { apiVersion: '1.41' },
  );
  for (const field of ['Domainname', 'MacAddress', 'ExposedPorts'])
    expect(body).not.toHaveProperty(field);
  expect(body['NetworkingConfig']).toEqual({ EndpointsConfig: {} });
  expect(connect).toEqual([]);
});

describe('the entrypoint', () => {
  test.each([
    [null, ['']],
    [[], []],
    [['/bin/sh'], ['/bin/sh']],
  ])('%j is asked for as %j', (Entrypoint, asked) => {
    expect(of(observed({ Config: { Entrypoint } })).body['Entrypoint']).toEqual(asked);
  });
});

test('links are written as a create wants them', () => {
  const Links = ['/db:/me/database', '/cache:/a/b/store', 'x:y'];
  expect(hostConfig(observed({ HostConfig: { Links } }))['Links']).toEqual([
    'cache:store',
    'db:database',
    'x:y',
  ]);
});

test("the engine's default ulimits are not frozen in", () => {
  const core = { Name: 'core', Soft: 0, Hard: 0 };
  const files = { Name: 'nofile', Soft: 1024, Hard: 2048 };
  const container = observed({ HostConfig: { Ulimits: [files, core] } });
  const daemonUlimits = [core, { ...files, Hard: 4096 }];
  expect(hostConfig(container, { daemonUlimits })['Ulimits']).toEqual([files]);
});

describe('an endpoint', () => {
  test('keeps what was configured and loses what was assigned', () => {
    const configured = {
      Aliases: ['api', 'twelve_chars'],
      DriverOpts: { a: 'b' },
      IPAMConfig: { IPv4Address: '172.28.5.9' },
      Links: ['db:database'],
      GwPriority: 5,
    };
    expect(endpoints(observed({ Networks: { net1: endpoint(configured) } }))).toEqual({
      net1: configured,
    });
  });

  test.each([
    ['1.41', [SHORT, 'c0ffee123457'], ['c0ffee123457']],
    ['1.41', ['web', SHORT], ['web']],
    ['1.44', ['web', SHORT, 'api'], ['api']],
    ['1.51', ['web', 'api'], ['web', 'api']],
  ])(
    'below API 1.45 loses the names that the engine adds (%s, %j)',
    (apiVersion, Aliases, kept) => {
      const net1 = endpoint({ Aliases, DNSNames: apiVersion === '1.41' ? null : ['me'] });
      const container = observed({ Config: { Hostname: 'web' }, Networks: { net1 } });
      expect(endpoints(container, { apiVersion })['net1']?.['Aliases']).toEqual(kept);
    },
  );

  test('of the default bridge has neither aliases nor addresses', () => {
    const bridge = endpoint({ Aliases: [SHORT, 'x'], IPAMConfig: { IPv4Address: '172.17.0.2' } });
    const container = observed({ HostConfig: { NetworkMode: 'default' }, Networks: { bridge } });
    expect(endpoints(container)['bridge']).toMatchObject({ Aliases: null, IPAMConfig: null });
  });

  test.each(['host', 'none'])('of %s is empty', (name) => {
    const container = observed({
      HostConfig: { NetworkMode: name },
      Networks: { [name]: endpoint() },
    });
    expect(endpoints(container)).toEqual({ [name]: {} });
  });
});

describe('several networks', () => {
  const Networks = {
    zeta: endpoint({ NetworkID: '2'.repeat(64), Aliases: ['z'] }),
    net1: endpoint(),
    alpha: endpoint({ NetworkID: '1'.repeat(64) }),
  };

  test('go into the create from API 1.44', () => {
    const container = observed({ Networks });
    expect(Object.keys(endpoints(container, { apiVersion: '1.44' }))).toEqual([
      'alpha',
      'net1',
      'zeta',
    ]);
    expect(of(container, { apiVersion: '1.44' }).connect).toEqual([]);
  });

  test.each([
    ['by name', 'net1', 'net1', ['alpha', 'zeta']],
    ['by ID', NETWORK_ID, 'net1', ['alpha', 'zeta']],
    ['that it left', 'bridge', 'alpha', ['net1', 'zeta']],
  ])('below it only that of NetworkMode, given %s', (_, NetworkMode, first, rest) => {
    const container = observed({ HostConfig: { NetworkMode }, Networks });
    const { connect } = of(container, { apiVersion: '1.43' });
    expect(Object.keys(endpoints(container, { apiVersion: '1.43' }))).toEqual([first]);
    expect(connect.map(({ name }) => name)).toEqual(rest);
    expect(connect.at(-1)).toMatchObject({ network: '2'.repeat(64), endpoint: { Aliases: ['z'] } });
  });

  test('are named where a container that was never started knows no ID of them', () => {
    const never = { net1: endpoint({ NetworkID: '' }), zeta: endpoint({ NetworkID: '' }) };
    const container = observed({ State: { Status: 'created' }, Networks: never });
    const { connect } = of(container, { apiVersion: '1.43' });
    expect(connect.map(({ network }) => network)).toEqual(['zeta']);
  });
});

describe('a network that was given by the beginning of its ID', () => {
  const short = NETWORK_ID.slice(0, 8);
  const container = observed({
    HostConfig: { NetworkMode: short },
    // The engine lists it twice once it was started (measured on both).
    Networks: { [short]: endpoint({ Aliases: ['a'] }), net1: endpoint({ Aliases: ['a'] }) },
  });

  test.each(['1.41', '1.51'])('is asked for once, as it was given (API %s)', (apiVersion) => {
    expect(Object.keys(endpoints(container, { apiVersion }))).toEqual([short]);
    expect(of(container, { apiVersion })).toMatchObject({ connect: [], warnings: [] });
  });
});

describe('MAC addresses', () => {
  const MAC = '02:aa:bb:cc:dd:01';
  const macs = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
    Object.fromEntries(
      Object.entries(endpoints(container, request)).map(([name, each]) => [
        name,
        each['MacAddress'],
      ]),
    );

  test('a generated one is not pinned', () => {
    expect(macs(observed())).toEqual({ net1: undefined });
    expect(of(observed()).warnings).toEqual([]);
  });

  test('a configured one stands in Config below API 1.44, and at its endpoint from there', () => {
    const container = observed({ Config: { MacAddress: MAC } });
    expect(of(container, { apiVersion: '1.43' }).body['MacAddress']).toBe(MAC);
    expect(macs(container, { apiVersion: '1.43' })).toEqual({ net1: undefined });
    expect(of(container).body).not.toHaveProperty('MacAddress');
    expect(macs(container)).toEqual({ net1: MAC });
  });

  test('that of a second network is known before the first start, or by its form', () => {
    const net2 = endpoint({ MacAddress: MAC });
    const Networks = { net1: endpoint({ MacAddress: '' }), net2 };
    const created = observed({ State: { Status: 'created' }, Networks });
    expect(macs(created)).toEqual({ net1: undefined, net2: MAC });
    const running = observed({ Networks });
    expect(macs(running)).toEqual({ net1: undefined, net2: undefined });
    const bought = observed({
      Networks: { net1: endpoint(), net2: endpoint({ MacAddress: '00:16:3e:00:00:01' }) },
    });
    expect(macs(bought)).toEqual({ net1: undefined, net2: '00:16:3e:00:00:01' });
  });

  test('one that cannot be told from a generated one is not kept, and that is said', () => {
    const Networks = {
      net1: endpoint(),
      net2: endpoint({ MacAddress: MAC }),
      net3: endpoint({ IPAddress: '172.29.5.2', MacAddress: '02:42:ac:1d:05:02' }),
    };
    const container = observed({ Networks });
    expect(of(container).warnings).toEqual([
      {
        code: 'mac-unclear',
        message: `the replacement gets a new MAC address in net2: the engine does not say whether the one there now (${MAC}) was given or generated`,
      },
    ]);
    expect(of(container, { apiVersion: '1.43' }).warnings).toEqual([]);
  });

  test('one in a second network of a container that has exited is not shown at all, and that is said', () => {
    const Networks = { net1: endpoint({ MacAddress: '' }), net2: endpoint({ MacAddress: '' }) };
    const exited = observed({ State: { Status: 'exited' }, Networks });
    expect(of(exited).warnings).toEqual([
      {
        code: 'mac-unclear',
        message:
          'a MAC address that was given in net2 is not kept: the engine does not show it while the container is down',
      },
    ]);
    expect(of(exited, { apiVersion: '1.43' }).warnings).toEqual([]);
    const one = observed({ State: { Status: 'exited' }, Networks: { net1: endpoint() } });
    expect(of(one).warnings).toEqual([]);
  });
});
