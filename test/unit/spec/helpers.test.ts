/** The bodies of the containers that gpugraft makes for itself. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, RawImage } from '../../../src/docker/raw.js';
import type { WantedMode } from '../../../src/docker/spec/devices.js';
import { probeBody } from '../../../src/docker/spec/probe.js';
import { expectedReplacement } from '../../../src/docker/spec/expected.js';
import { compareRehearsal, rehearsalBody } from '../../../src/docker/spec/rehearsal.js';
import { ID, IMAGE_ID, endpoint, observed } from './observed.js';

const LABELS = { 'io.gpugraft.role': 'probe' };
const IMAGE: RawImage = {
  Id: IMAGE_ID,
  Config: { Labels: { 'openshell.ai/sandbox': 'x', plain: '1' }, Volumes: { '/data': {} } },
};

describe('a probe', () => {
  const probe = (mode: WantedMode, container = observed()) =>
    probeBody(container, {
      mode,
      devices: { kind: 'ids', ids: ['0'] },
      image: IMAGE,
      labels: LABELS,
    });
  const host = (body: JsonObject) => body['HostConfig'] as JsonObject;

  test('runs the image that ran, nothing of its workload, and no manager finds it', () => {
    expect(probe('gpus')).toMatchObject({
      Image: IMAGE_ID,
      Entrypoint: ['/sbin/docker-init', '--version'],
      User: '0:0',
      Healthcheck: { Test: ['NONE'] },
      Labels: { 'openshell.ai/sandbox': '', 'io.gpugraft.role': 'probe' },
      HostConfig: {
        NetworkMode: 'none',
        RestartPolicy: { Name: 'no' },
        Mounts: [{ Type: 'tmpfs', Target: '/data' }],
      },
    });
  });

  test('asks for the GPU as the replacement will', () => {
    expect(host(probe('gpus'))['DeviceRequests']).toMatchObject([{ Count: 0, DeviceIDs: ['0'] }]);
    expect(host(probe('cdi'))['DeviceRequests']).toEqual([
      { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] },
    ]);
    expect(host(probe('nvidia-runtime'))).toMatchObject({ Runtime: 'nvidia', DeviceRequests: [] });
    expect(probe('nvidia-runtime')['Env']).toContain('NVIDIA_VISIBLE_DEVICES=0');
  });

  test('takes over what the injection depends on, and no secret', () => {
    const Env = ['TOKEN=canary', 'NVIDIA_REQUIRE_CUDA=cuda>=12'];
    const container = observed({ Config: { Env }, HostConfig: { Runtime: 'runsc' } });
    expect(probe('gpus', container)['Env']).toEqual(['NVIDIA_REQUIRE_CUDA=cuda>=12']);
    expect(host(probe('gpus', container))['Runtime']).toBe('runsc');
    const nvidia = observed({
      Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] },
      HostConfig: { Runtime: 'nvidia' },
    });
    expect(host(probe('gpus', nvidia))).not.toHaveProperty('Runtime');
  });

  test('of none asks for none, also where the default runtime would give one', () => {
    const nvidia = observed({
      Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] },
      HostConfig: { Runtime: 'nvidia' },
    });
    expect(probe('none', nvidia)['Env']).toEqual(['NVIDIA_VISIBLE_DEVICES=void']);
    expect(host(probe('none', nvidia))['DeviceRequests']).toEqual([]);
    expect(host(probe('none', nvidia))).not.toHaveProperty('Runtime');
  });
});

describe('a rehearsal', () => {
  const container = observed({
    Config: {
      Labels: { 'com.docker.compose.service': 'web', team: 'a' },
      Volumes: { '/data': {}, '/named': {} },
    },
    HostConfig: {
      RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
      Binds: ['named:/named:ro', 'kept:/k:nocopy', '/tmp:/host'],
      Mounts: [
        { Type: 'volume', Source: 'v', Target: '/m', VolumeOptions: { Subpath: 's' } },
        { Type: 'bind', Source: '/tmp', Target: '/b' },
      ],
    },
  });
  const options = { labels: { 'io.gpugraft.role': 'claim' }, imageLabels: { 'io.balena.x': '1' } };
  const body = rehearsalBody(
    { ...container.Config, HostConfig: container.HostConfig } as JsonObject,
    options,
  );

  test('is found by no manager, writes to no volume, makes none and never restarts', () => {
    expect(body).toMatchObject({
      Labels: { team: 'a', 'io.balena.x': '', 'io.gpugraft.role': 'claim' },
      HostConfig: {
        RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
        Binds: ['named:/named:ro,nocopy', 'kept:/k:nocopy', '/tmp:/host'],
        Mounts: [
          { Target: '/m', VolumeOptions: { Subpath: 's', NoCopy: true } },
          { Type: 'bind', Source: '/tmp', Target: '/b' },
          { Type: 'tmpfs', Target: '/data' },
        ],
      },
    });
    expect(body['Labels']).not.toHaveProperty('com.docker.compose.service');
  });

  test('covers only what nothing covers, however the paths are written', () => {
    const hostConfig = {
      Tmpfs: { '/t': '', '/u/': '' },
      Binds: ['named:/b/'],
      Mounts: [{ Type: 'volume', Source: 'v', Target: '/m/' }],
    };
    const volumes = { '/t': {}, '/u': {}, '/b': {}, '/x/../m': {}, '/free/': {} };
    const covered = rehearsalBody({ Volumes: volumes, HostConfig: hostConfig }, options);
    expect((covered['HostConfig'] as JsonObject)['Mounts']).toEqual([
      { Type: 'volume', Source: 'v', Target: '/m/', VolumeOptions: { NoCopy: true } },
      { Type: 'tmpfs', Target: '/u' },
      { Type: 'tmpfs', Target: '/free' },
    ]);
  });

  test('leaves the replacement as it is', () => {
    expect(container.HostConfig.RestartPolicy.Name).toBe('always');
    expect(container.HostConfig.Binds?.[0]).toBe('named:/named:ro');
  });

  test('may lack the networks that are connected after a create, and no other', () => {
    const original = observed({ Networks: { net1: endpoint(), net2: endpoint() } });
    const compared = (networks: string[], apiVersion: string) => {
      const request = {
        mode: 'gpus',
        devices: { kind: 'all' },
        image: 'app:1',
        apiVersion,
        daemonUlimits: [],
      } as const;
      const made = observed({
        Id: ID,
        Config: { Labels: options.labels },
        HostConfig: { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] },
        Networks: Object.fromEntries(networks.map((name) => [name, endpoint()])),
      });
      const inherits = { ...options, imageLabels: {} };
      return compareRehearsal(expectedReplacement(original, request), made, inherits).map(
        ({ path }) => path,
      );
    };
    expect(compared(['net1'], '1.43')).toEqual([]);
    expect(compared(['net1'], '1.44')).toEqual(['NetworkSettings.Networks[net2]']);
    expect(compared(['net1', 'net3'], '1.43')).toEqual(['NetworkSettings.Networks[net3]']);
    expect(compared([], '1.43')).toHaveLength(2);
  });
});
