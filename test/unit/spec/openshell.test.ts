/** What an OpenShell sandbox gets beside the GPU, and a plain container never does. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, RawContainer } from '../../../src/docker/raw.js';
import { differences } from '../../../src/docker/spec/compare.js';
import { desiredReplacement } from '../../../src/docker/spec/desired.js';
import type { ReplacementRequest } from '../../../src/docker/spec/desired.js';
import { expectedReplacement } from '../../../src/docker/spec/expected.js';
import { fallbackDns } from '../../../src/docker/spec/host-dns.js';
import {
  endpointOnHost,
  isSandbox,
  sandboxLabels,
  sandboxWarnings,
  unreachableGateway,
  wantsDns,
} from '../../../src/docker/spec/openshell.js';
import { IMAGE_ID, observed } from './observed.js';

type Parts = NonNullable<Parameters<typeof observed>[0]>;

const ENDPOINT = 'OPENSHELL_ENDPOINT=http://host.openshell.internal:8080/';
const SANDBOX: Parts = {
  AppArmorProfile: 'docker-default',
  Config: {
    Env: ['A=1', ENDPOINT, 'B=2'],
    Labels: { 'openshell.ai/managed-by': 'openshell', 'openshell.ai/sandbox-id': 'x' },
  },
} as Parts;
const REQUEST: ReplacementRequest = {
  mode: 'gpus',
  devices: { kind: 'all' },
  image: 'app:1',
  apiVersion: '1.51',
  daemonUlimits: [],
  sandbox: true,
  dns: '10.0.0.53',
};
const sandbox = (hostConfig: JsonObject = {}) => observed({ ...SANDBOX, HostConfig: hostConfig });
const bodyOf = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
  desiredReplacement(container, { ...REQUEST, ...request }).body as JsonObject & {
    HostConfig: JsonObject;
  };
const envOf = (request: Partial<ReplacementRequest>) => bodyOf(sandbox(), request)['Env'];
const codesOf = (container: RawContainer, request: Partial<ReplacementRequest> = {}) =>
  sandboxWarnings(container, { ...REQUEST, ...request }).map(({ code }) => code);

test('a sandbox gets the capability, no AppArmor profile and the DNS server, each said', () => {
  expect(bodyOf(sandbox()).HostConfig).toMatchObject({
    CapAdd: ['SYS_PTRACE'],
    SecurityOpt: ['apparmor=unconfined'],
    Dns: ['10.0.0.53'],
  });
  expect(envOf({})).toContain(ENDPOINT);
  expect(codesOf(sandbox())).toEqual(['openshell-ptrace', 'openshell-apparmor', 'openshell-dns']);
});

test.each<Partial<ReplacementRequest>>([
  { network: 'preserve' },
  { network: 'host' },
  { mode: 'none', network: 'host' },
])('a plain container gets nothing of it: %j', (request) => {
  const plain = { ...SANDBOX, HostConfig: { CapAdd: ['NET_ADMIN'], SecurityOpt: ['label=x'] } };
  const container = observed(plain);
  const { HostConfig: asked, ...config } = bodyOf(container, { ...request, sandbox: false });
  expect(asked).toMatchObject({ CapAdd: ['NET_ADMIN'], SecurityOpt: ['label=x'] });
  expect(asked['Dns']).toBe(container.HostConfig['Dns']);
  expect(config['Env']).toEqual(container.Config.Env);
  expect(codesOf(container, { ...request, sandbox: false })).toEqual([]);
  // Not to be told apart by mistake: no word about it counts as no sandbox.
  const { sandbox: _sandbox, ...silent } = REQUEST;
  expect(desiredReplacement(container, silent).body['HostConfig']).toMatchObject({
    CapAdd: ['NET_ADMIN'],
    SecurityOpt: ['label=x'],
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['what is there', { CapAdd: ['NET_ADMIN'] }, { CapAdd: ['NET_ADMIN', 'SYS_PTRACE'] }],
  ['the capability', { CapAdd: ['SYS_PTRACE'] }, { CapAdd: ['SYS_PTRACE'] }],
  ['its longer name', { CapAdd: ['CAP_SYS_PTRACE'] }, { CapAdd: ['CAP_SYS_PTRACE'] }],
  ['all of them', { CapAdd: ['ALL'] }, { CapAdd: ['ALL'] }],
  [
    'a pinned profile',
    { SecurityOpt: ['apparmor=mine', 'label=x'] },
    { SecurityOpt: ['apparmor=mine', 'label=x'] },
  ],
  [
    'other options',
    { SecurityOpt: ['label=x'] },
    { SecurityOpt: ['label=x', 'apparmor=unconfined'] },
  ],
  ['DNS servers of its own', { Dns: ['9.9.9.9'] }, { Dns: ['9.9.9.9'] }],
])('%s stays', (_, before, after) => {
  expect(bodyOf(sandbox(before)).HostConfig).toMatchObject(after);
});

test('a privileged one has every capability already', () => {
  const { HostConfig: asked } = bodyOf(sandbox({ Privileged: true }));
  expect(asked).not.toHaveProperty('CapAdd');
  expect(asked).not.toHaveProperty('SecurityOpt');
});

test('nothing is added to one that is made again as it was', () => {
  const { HostConfig: asked, ...config } = bodyOf(sandbox(), { mode: null });
  expect(asked).toEqual(sandbox().HostConfig);
  expect(config['Env']).toEqual(sandbox().Config.Env);
});

test('taking the GPU away adds nothing', () => {
  expect(codesOf(sandbox(), { mode: 'none' })).toEqual([]);
});

describe('in the host’s network', () => {
  const HOST = { network: 'host' } as const;
  test('the gateway is at the loopback, and the host’s own resolver is there', () => {
    expect(envOf(HOST)).toEqual(['A=1', 'OPENSHELL_ENDPOINT=http://127.0.0.1:8080/', 'B=2']);
    expect(bodyOf(sandbox(), HOST).HostConfig).not.toHaveProperty('Dns');
    expect(codesOf(sandbox(), HOST)).toEqual([
      'openshell-endpoint',
      'openshell-ptrace',
      'openshell-apparmor',
    ]);
  });

  test('one that was there already keeps its address', () => {
    const there = sandbox({ NetworkMode: 'host' });
    expect(bodyOf(there, HOST)['Env']).toContain(ENDPOINT);
    expect(unreachableGateway(there, { ...REQUEST, ...HOST })).toBeNull();
  });

  test.each([
    ['http://host.openshell.internal:8080', 'http://127.0.0.1:8080/'],
    ['https://host.openshell.internal/a?b=c', 'https://127.0.0.1/a?b=c'],
    ['http://gateway:8080/', null],
    ['host.openshell.internal', null],
    ['', null],
  ])('%j is rewritten to %j', (endpoint, rewritten) => {
    expect(endpointOnHost(endpoint)).toBe(rewritten);
    const env = { ...SANDBOX.Config, Env: [`OPENSHELL_ENDPOINT=${endpoint}`] };
    const refusal = unreachableGateway(observed({ Config: env }), { ...REQUEST, ...HOST });
    expect(refusal?.code).toBe(rewritten === null ? 'openshell-endpoint' : undefined);
  });

  test('a sandbox without an address is refused, and nothing else is', () => {
    const silent = observed();
    expect(unreachableGateway(silent, { ...REQUEST, ...HOST })?.hint).toContain('preserve');
    expect(unreachableGateway(silent, REQUEST)).toBeNull();
    expect(unreachableGateway(silent, { ...REQUEST, ...HOST, sandbox: false })).toBeNull();
  });
});

describe('the comparison', () => {
  const GPUS = { Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} };
  const made = (hostConfig: JsonObject, AppArmorProfile = 'unconfined') => {
    const parts = {
      ...SANDBOX,
      AppArmorProfile,
      HostConfig: { DeviceRequests: [GPUS], ...hostConfig },
    };
    return differences(expectedReplacement(sandbox(), REQUEST), observed(parts)).map(
      ({ path }) => path,
    );
  };
  const asked = {
    CapAdd: ['SYS_PTRACE'],
    SecurityOpt: ['apparmor=unconfined'],
    Dns: ['10.0.0.53'],
  };
  test('expects exactly these changes', () => {
    expect(made(asked)).toEqual([]);
    expect(made(asked, 'docker-default')).toEqual(['AppArmorProfile']);
    expect(made({})).toEqual(['HostConfig.CapAdd', 'HostConfig.Dns', 'HostConfig.SecurityOpt']);
  });
});

test('a sandbox is known by a label of its own', () => {
  expect(isSandbox(sandbox(), null)).toBe(true);
  expect(isSandbox(observed(), null)).toBe(false);
  // Somebody committed a sandbox, and runs a plain container of that image.
  const imageWith = (labels: Record<string, string>) => ({
    Id: IMAGE_ID,
    Config: { Labels: { ...sandbox().Config.Labels, ...labels } },
  });
  expect(isSandbox(sandbox(), imageWith({}))).toBe(false);
  // Or a gateway makes a sandbox of that image: whatever else it inherits, its ID is its own.
  expect(sandboxLabels(sandbox(), imageWith({ 'openshell.ai/sandbox-id': 'y' }))).toEqual({
    id: 'x',
    name: null,
    workspace: null,
  });
});

describe('the DNS server', () => {
  const files = (used: string | null, upstream: string | null) =>
    fallbackDns((path) => (path === '/etc/resolv.conf' ? used : upstream));
  const STUB = '# stub\nnameserver 127.0.0.53\noptions edns0\n';
  test.each([
    [STUB, 'nameserver 10.0.0.53\nnameserver 10.0.0.54\n', '10.0.0.53'],
    [STUB, 'nameserver 127.0.0.1\n  nameserver\t10.0.0.54', '10.0.0.54'],
    ['nameserver ::1\nnameserver 127.0.0.1', 'nameserver 10.0.0.53', '10.0.0.53'],
    [STUB, 'nameserver 127.0.0.1\n', null],
    [STUB, null, null],
    [`${STUB}nameserver 10.0.0.1\n`, 'nameserver 10.0.0.53', null],
    ['search here\n', 'nameserver 10.0.0.53', null],
    [null, 'nameserver 10.0.0.53', null],
  ])('%j and %j: %j', (used, upstream, server) => {
    expect(files(used, upstream)).toBe(server);
  });

  test.each(['host', 'none', 'container:1'])('is of no use in the network %s', (NetworkMode) => {
    expect(wantsDns(sandbox({ NetworkMode }), REQUEST)).toBe(false);
    expect(wantsDns(sandbox(), REQUEST)).toBe(true);
  });
});
