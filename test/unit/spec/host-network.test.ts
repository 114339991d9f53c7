/** What `--network host` changes in a specification, and what is said of it. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, RawContainer } from '../../../src/docker/raw.js';
import { differences } from '../../../src/docker/spec/compare.js';
import { desiredReplacement } from '../../../src/docker/spec/desired.js';
import type { ReplacementRequest } from '../../../src/docker/spec/desired.js';
import { expectedReplacement } from '../../../src/docker/spec/expected.js';
import { hostNetworkWarnings } from '../../../src/docker/spec/host-network-warnings.js';
import { inNetwork, networkOfAnother } from '../../../src/docker/spec/host-network.js';
import { endpoint, observed } from './observed.js';

type Parts = NonNullable<Parameters<typeof observed>[0]>;

const REQUEST: ReplacementRequest = {
  mode: 'none',
  devices: { kind: 'all' },
  image: 'app:1',
  apiVersion: '1.51',
  daemonUlimits: [],
  network: 'host',
};
const NEW_ID = 'feed'.repeat(16);
const ON_HOST = { host: endpoint({ NetworkID: 'h'.repeat(64), DNSNames: null, MacAddress: '' }) };
const FULL: Parts = {
  Config: { MacAddress: '02:42:ac:11:00:99', ExposedPorts: { '80/tcp': {} } },
  HostConfig: {
    NetworkMode: 'bridge',
    PortBindings: {
      '80/tcp': [{ HostIp: '', HostPort: '8080' }],
      '81/tcp': [{ HostIp: '', HostPort: '' }],
    },
    PublishAllPorts: true,
    Links: ['/db:/me/database'],
    Sysctls: { 'net.ipv4.ip_forward': '1', 'kernel.msgmax': '65536' },
    CapAdd: ['NET_ADMIN'],
    Dns: ['9.9.9.9'],
  },
  Networks: {
    bridge: endpoint(),
    net1: endpoint({ Aliases: ['api'], IPAMConfig: { IPv4Address: '172.28.5.9' } }),
  },
};
const body = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
  desiredReplacement(container, { ...REQUEST, ...request }).body;
const codes = (parts: Parts, network: 'host' | 'preserve' = 'host') =>
  hostNetworkWarnings(observed(parts), network).map(({ code }) => code);
/** The replacement's inspect as both engines show it. */
const onHost = (parts: Parts) =>
  observed({
    ...parts,
    Id: NEW_ID,
    Config: { Hostname: 'the-host', ...parts.Config },
    HostConfig: { ...parts.HostConfig, NetworkMode: 'host' },
    Networks: ON_HOST,
  });
const found = (original: Parts, actual: Parts) =>
  differences(expectedReplacement(observed(original), REQUEST), onHost(actual)).map(
    ({ path }) => path,
  );

describe.each(['1.41', '1.51'])('the create body (API %s)', (apiVersion) => {
  test('has all that the engine takes in the host’s network, and none of what it refuses', () => {
    const before = observed(FULL);
    const copy = structuredClone(before);
    const { connect, warnings } = desiredReplacement(before, { ...REQUEST, apiVersion });
    const asked = body(before, { apiVersion });
    expect(asked['NetworkingConfig']).toEqual({ EndpointsConfig: { host: {} } });
    expect({ connect, warnings }).toEqual({ connect: [], warnings: [] });
    expect(asked).not.toHaveProperty('MacAddress');
    expect(asked).not.toHaveProperty('Hostname');
    expect(asked['HostConfig']).toEqual({
      ...(copy.HostConfig as JsonObject),
      NetworkMode: 'host',
      Links: null,
      Sysctls: { 'kernel.msgmax': '65536' },
    });
    expect(before).toEqual(copy);
  });

  test('keeps a hostname that was given', () => {
    const given = observed({ Config: { Hostname: 'web', Domainname: 'here' } });
    expect(body(given, { apiVersion })).toMatchObject({ Hostname: 'web', Domainname: 'here' });
  });
});

test('what is there already, or not asked for, changes nothing', () => {
  const there = observed({ HostConfig: { NetworkMode: 'host' }, Networks: ON_HOST });
  expect(inNetwork(there, 'host')).toBe(there);
  const elsewhere = observed(FULL);
  expect(inNetwork(elsewhere, 'preserve')).toBe(elsewhere);
  expect(inNetwork(elsewhere, undefined)).toBe(elsewhere);
  expect(codes({ HostConfig: { NetworkMode: 'host' }, Networks: ON_HOST })).toEqual([]);
  expect(codes(FULL, 'preserve')).toEqual([]);
});

describe('the comparison expects', () => {
  const asMade: Parts = {
    ...FULL,
    Config: { ExposedPorts: { '80/tcp': {} } },
    HostConfig: { ...FULL.HostConfig, Links: null, Sysctls: { 'kernel.msgmax': '65536' } },
  };
  test('exactly that, and whatever the host is called', () => {
    expect(found(FULL, asMade)).toEqual([]);
  });

  test.each<[string, Parts, string]>([
    ['a given hostname', { Config: { Hostname: 'web' } }, 'Config.Hostname'],
    ['the ports', { HostConfig: { PublishAllPorts: true } }, 'HostConfig.PublishAllPorts'],
    ['the capabilities', { HostConfig: { CapAdd: ['NET_ADMIN'] } }, 'HostConfig.CapAdd'],
    [
      'the other kernel parameters',
      { HostConfig: { Sysctls: { 'net.core.somaxconn': '1', 'kernel.msgmax': '1' } } },
      'HostConfig.Sysctls',
    ],
  ])('%s as before', (_, original, path) => {
    expect(found(original, {})).toEqual([path]);
  });

  test('the host’s network and no other', () => {
    const stayed = observed({ Id: NEW_ID, Config: { Hostname: 'the-host' } });
    expect(
      differences(expectedReplacement(observed(), REQUEST), stayed).map(({ path }) => path),
    ).toEqual([
      'HostConfig.NetworkMode',
      'NetworkSettings.Networks[host]',
      'NetworkSettings.Networks[net1]',
    ]);
  });

  test('a generated hostname to be generated where the network stays', () => {
    const request: ReplacementRequest = { ...REQUEST, network: 'preserve' };
    const other = observed({ Id: NEW_ID, Config: { Hostname: 'the-host' } });
    expect(
      differences(expectedReplacement(observed(), request), other).map(({ path }) => path),
    ).toEqual(['Config.Hostname']);
  });
});

describe('what is said', () => {
  test('names everything that goes, with its cause', () => {
    const warnings = hostNetworkWarnings(observed(FULL), 'host');
    expect(warnings.map(({ code }) => code)).toEqual([
      'host-network',
      'networks-left',
      'ports-unpublished',
      'links-dropped',
      'addresses-dropped',
      'sysctls-dropped',
      'hostname-of-host',
    ]);
    const text = warnings.map(({ message }) => message).join('\n');
    for (const word of [
      'bridge, net1',
      '8080 to 80/tcp, 81/tcp, every exposed port',
      'db:database',
      '172.28.5.9, 02:42:ac:11:00:99',
      'net.ipv4.ip_forward',
    ])
      expect(text).toContain(word);
    expect(text).not.toContain('kernel.msgmax');
    expect(warnings.every(({ message }) => message.endsWith('(--network host)'))).toBe(true);
  });

  test('is little where little goes', () => {
    const none: Parts = { Config: { Hostname: 'web' }, HostConfig: { NetworkMode: 'none' } };
    expect(codes({ ...none, Networks: { none: endpoint({ MacAddress: '' }) } })).toEqual([
      'host-network',
    ]);
  });
});

test('a container in the network of another one is not taken out of it', () => {
  const shared = observed({ HostConfig: { NetworkMode: 'container:1' }, Networks: null });
  expect(networkOfAnother(shared, 'host')?.code).toBe('network-of-another');
  expect(networkOfAnother(shared, 'preserve')).toBeNull();
  expect(networkOfAnother(observed(), 'host')).toBeNull();
});
