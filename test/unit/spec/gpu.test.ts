import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/docker/raw.js';
import { candidateModes, hasSameGpu, presentGpu } from '../../../src/docker/spec/gpu-present.js';
import { requestGpu } from '../../../src/docker/spec/gpu-request.js';
import type { WantedMode } from '../../../src/docker/spec/devices.js';
import { copyOf } from '../../../src/docker/spec/json.js';
import { observed } from './observed.js';

const ALL = { kind: 'all' } as const;
const ZERO = { kind: 'ids', ids: ['0'] } as const;
const GPUS = { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };
const cdi = (...ids: string[]) => ({ Driver: 'cdi', DeviceIDs: ids });
const requests = (...DeviceRequests: JsonObject[]) => observed({ HostConfig: { DeviceRequests } });
const runtimeOf = (Runtime: string, ...Env: string[]) =>
  observed({ HostConfig: { Runtime }, Config: { Env } });
const runtime = (...Env: string[]) => runtimeOf('nvidia', ...Env);

describe('the GPU request that is there', () => {
  test.each([
    ['none', observed(), null],
    ['--gpus all', requests(GPUS), { mode: 'gpus', devices: ALL }],
    [
      '--gpus 2',
      requests({ ...GPUS, Count: 2 }),
      { mode: 'gpus', devices: { kind: 'count', count: 2 } },
    ],
    [
      '--gpus device=0',
      requests({ ...GPUS, Count: 0, DeviceIDs: ['0'] }),
      { mode: 'gpus', devices: ZERO },
    ],
    ['driver nvidia', requests({ Driver: 'nvidia', Count: -1 }), { mode: 'gpus', devices: ALL }],
    ['CDI', requests(cdi('nvidia.com/gpu=0')), { mode: 'cdi', devices: ZERO }],
    ['CDI, all', requests(cdi('nvidia.com/gpu=all')), { mode: 'cdi', devices: ALL }],
    ['CDI of another vendor', requests(cdi('vendor.com/nic=0')), null],
    ['a request for something else', requests({ Driver: '', Capabilities: [['tpu']] }), null],
    ['the runtime', runtime('NVIDIA_VISIBLE_DEVICES=0'), { mode: 'nvidia-runtime', devices: ZERO }],
    ['the runtime, void', runtime('NVIDIA_VISIBLE_DEVICES=void'), null],
    ['the runtime without a variable', runtime('A=1'), null],
    [
      'the last variable counts',
      runtime('NVIDIA_VISIBLE_DEVICES=all', 'NVIDIA_VISIBLE_DEVICES=none'),
      null,
    ],
    [
      'the variable without the runtime',
      observed({ Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] } }),
      null,
    ],
  ])('%s', (_, container, present) => {
    expect(presentGpu(container)).toEqual(present);
  });

  test('is the same only for the same devices and mode, alone', () => {
    expect(hasSameGpu(requests(GPUS), 'gpus', ALL)).toBe(true);
    expect(hasSameGpu(requests(GPUS), 'auto', ALL)).toBe(true);
    expect(hasSameGpu(requests(GPUS), 'cdi', ALL)).toBe(false);
    expect(hasSameGpu(requests(GPUS), 'gpus', ZERO)).toBe(false);
    expect(hasSameGpu(requests({ ...GPUS, Count: 1 }), 'auto', ALL)).toBe(false);
    expect(hasSameGpu(requests(GPUS, cdi('nvidia.com/gpu=all')), 'auto', ALL)).toBe(false);
    expect(hasSameGpu(observed(), 'auto', ALL)).toBe(false);
    const two = requests({ ...GPUS, Count: 0, DeviceIDs: ['1', '0'] });
    expect(hasSameGpu(two, 'auto', { kind: 'ids', ids: ['0', '1'] })).toBe(true);
  });

  test('is none only where nothing gives one', () => {
    expect(hasSameGpu(observed(), 'none', ALL)).toBe(true);
    expect(hasSameGpu(runtime('NVIDIA_VISIBLE_DEVICES=void'), 'none', ALL)).toBe(true);
    expect(hasSameGpu(runtime('NVIDIA_VISIBLE_DEVICES=0'), 'none', ALL)).toBe(false);
    expect(hasSameGpu(requests(GPUS), 'none', ALL)).toBe(false);
    expect(hasSameGpu(requests(GPUS, GPUS), 'none', ALL)).toBe(false);
  });

  test('decides the order in which modes are tried', () => {
    expect(candidateModes(observed(), 'auto')).toEqual(['cdi', 'gpus', 'nvidia-runtime']);
    expect(candidateModes(requests(GPUS), 'auto')).toEqual(['gpus', 'cdi', 'nvidia-runtime']);
    expect(candidateModes(requests(GPUS), 'cdi')).toEqual(['cdi']);
    expect(candidateModes(requests(GPUS), 'none')).toEqual(['none']);
    const sandboxed = observed({ HostConfig: { Runtime: 'runsc' } });
    expect(candidateModes(sandboxed, 'auto')).toEqual(['cdi', 'gpus']);
  });
});

describe('the GPU request that is written', () => {
  const written = (
    container = observed(),
    mode: WantedMode = 'gpus',
    imageEnv: string[] = [],
    defaultRuntime = 'runc',
  ) => {
    const config = copyOf(container.Config);
    const hostConfig = copyOf(container.HostConfig);
    requestGpu(container, config, hostConfig, {
      mode,
      devices: ALL,
      imageEnv,
      defaultRuntime,
    });
    return {
      env: config['Env'],
      runtime: hostConfig['Runtime'],
      requests: hostConfig['DeviceRequests'],
    };
  };

  test('takes the place of every other, and leaves other vendors alone', () => {
    const nic = cdi('vendor.com/nic=0');
    const mixed = requests(GPUS, cdi('nvidia.com/gpu=0', 'vendor.com/nic=0'), {
      Driver: 'x',
      Count: 1,
    });
    expect(written(mixed, 'cdi').requests).toMatchObject([
      nic,
      { Driver: 'x', Count: 1 },
      cdi('nvidia.com/gpu=all'),
    ]);
    expect(written(requests(GPUS), 'nvidia-runtime').requests).toBeNull();
    expect(written(mixed, 'none').requests).toMatchObject([nic, { Driver: 'x', Count: 1 }]);
  });

  test('keeps the capabilities of a --gpus request whose devices change', () => {
    const graphics = { ...GPUS, Count: 0, DeviceIDs: ['0'], Capabilities: [['gpu', 'graphics']] };
    expect(written(requests(graphics)).requests).toEqual([
      { ...GPUS, Capabilities: [['gpu', 'graphics']] },
    ]);
    expect(written(requests(graphics, graphics)).requests).toEqual([GPUS]);
  });

  test('by the runtime sets its variables, and keeps capabilities that were chosen', () => {
    const plain = written(observed(), 'nvidia-runtime');
    expect(plain.runtime).toBe('nvidia');
    expect(plain.env).toEqual([
      'PATH=/bin',
      'NVIDIA_VISIBLE_DEVICES=all',
      'NVIDIA_DRIVER_CAPABILITIES=compute,utility',
    ]);
    const chosen = observed({
      Config: { Env: ['NVIDIA_DRIVER_CAPABILITIES=video', 'NVIDIA_VISIBLE_DEVICES=0', 'B=2'] },
    });
    expect(written(chosen, 'nvidia-runtime').env).toEqual([
      'NVIDIA_DRIVER_CAPABILITIES=video',
      'NVIDIA_VISIBLE_DEVICES=all',
      'B=2',
    ]);
  });

  test('in another form takes the runtime and its variables out, but for what the image sets', () => {
    const before = runtime(
      'A=1',
      'NVIDIA_VISIBLE_DEVICES=0',
      'NVIDIA_DRIVER_CAPABILITIES=compute,utility',
    );
    expect(written(before)).toEqual({ env: ['A=1'], runtime: undefined, requests: [GPUS] });
    expect(written(before, 'gpus', ['NVIDIA_VISIBLE_DEVICES=all']).env).toEqual([
      'A=1',
      'NVIDIA_VISIBLE_DEVICES=all',
    ]);
    const video = runtime('NVIDIA_VISIBLE_DEVICES=0', 'NVIDIA_DRIVER_CAPABILITIES=video');
    expect(written(video).env).toEqual(['NVIDIA_DRIVER_CAPABILITIES=video']);
  });

  test('of none leaves nothing behind, in the spelling of a container that never had one', () => {
    expect(written(requests(GPUS, cdi('nvidia.com/gpu=0')), 'none').requests).toBeNull();
    expect(written(observed(), 'none').requests).toBeNull();
    expect(written(requests(), 'none').requests).toEqual([]);
    const before = runtime(
      'A=1',
      'NVIDIA_VISIBLE_DEVICES=0',
      'NVIDIA_DRIVER_CAPABILITIES=compute,utility',
    );
    expect(written(before, 'none')).toEqual({ env: ['A=1'], runtime: undefined, requests: null });
  });

  test.each<[WantedMode, string, string]>([
    ['none', 'nvidia', 'void'],
    ['cdi', 'nvidia', 'void'],
    ['gpus', 'nvidia', 'all'],
    ['none', 'runc', 'all'],
  ])('as %s, where the default runtime is %s, leaves devices %s visible', (mode, name, visible) => {
    const image = ['NVIDIA_VISIBLE_DEVICES=all'];
    expect(written(runtime(...image), mode, image, name).env).toEqual([
      `NVIDIA_VISIBLE_DEVICES=${visible}`,
    ]);
    // Without the variable of an image there is nothing to give.
    expect(written(runtime('NVIDIA_VISIBLE_DEVICES=0'), mode, [], name).env).toEqual([]);
  });

  test.each(['nvidia-cdi', 'nvidia-legacy'])(
    'by the runtime %s stays with it, or leaves it',
    (name) => {
      const given = runtimeOf(name, 'NVIDIA_VISIBLE_DEVICES=0');
      expect(presentGpu(given)).toEqual({ mode: 'nvidia-runtime', devices: ZERO });
      expect(candidateModes(given, 'auto')[0]).toBe('nvidia-runtime');
      expect(written(given, 'nvidia-runtime').runtime).toBe(name);
      expect(written(given, 'none')).toEqual({ env: [], runtime: undefined, requests: null });
    },
  );

  test('leaves a runtime alone that gives no GPU by itself', () => {
    expect(written(runtime('A=1')).runtime).toBe('nvidia');
    expect(written(observed({ HostConfig: { Runtime: 'runsc' } })).runtime).toBe('runsc');
  });
});
