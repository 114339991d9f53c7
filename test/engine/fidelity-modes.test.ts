/** Every mode and every form that a container may have already, on real engines: exactly one GPU request afterwards. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { desiredReplacement } from '../../src/docker/spec/desired.js';
import { differences } from '../../src/docker/spec/compare.js';
import { expectedReplacement } from '../../src/docker/spec/expected.js';
import { hasSameGpu, presentGpu } from '../../src/docker/spec/gpu-present.js';
import { parseDevices } from '../../src/docker/spec/devices.js';
import { probeBody } from '../../src/docker/spec/probe.js';
import type { GpuMode } from '../../src/docker/spec/devices.js';
import { rawImage } from '../../src/docker/raw.js';
import { IDLE, IMAGE, RICH, prepare } from './fidelity/cases.js';
import { Engine } from './fidelity/engine.js';
import type { Kind } from './fidelity/engine.js';

const NAME = 'subject';
const FORMS: Readonly<Record<string, readonly string[]>> = {
  none: [],
  'gpus all': ['--gpus', 'all'],
  'gpus 0': ['--gpus', 'device=0'],
  'gpus 0 and 1 for graphics': ['--gpus', '"device=0,1","capabilities=gpu,graphics"'],
  'nvidia-runtime': ['--runtime', 'nvidia', '-e', 'NVIDIA_VISIBLE_DEVICES=0'],
  cdi: ['--device', 'nvidia.com/gpu=0'],
};
const WITHOUT_CDI = Object.keys(FORMS).filter((form) => form !== 'cdi');

describe.each<Kind>(['oldest', 'newest'])('the %s engine', (kind) => {
  let engine: Engine;
  const modes: GpuMode[] =
    kind === 'oldest' ? ['gpus', 'nvidia-runtime'] : ['cdi', 'gpus', 'nvidia-runtime'];
  const forms = kind === 'oldest' ? WITHOUT_CDI : Object.keys(FORMS);
  const table = modes.flatMap((mode) =>
    forms.flatMap((form) =>
      ['all', '0'].flatMap((devices) =>
        [IMAGE, RICH].map((image) => ({ mode, form, devices, image })),
      ),
    ),
  );

  beforeAll(() => {
    engine = Engine.up(kind);
    prepare(engine);
  });
  afterAll(() => engine.down());
  afterEach(() => engine.remove(NAME, 'replacement', 'probe'));

  test.each(table)(
    '$form of $image, asked for $devices by $mode',
    ({ mode, form, devices, image }) => {
      const command = image === RICH ? [] : IDLE;
      engine.docker('create', '--name', NAME, ...(FORMS[form] ?? []), image, ...command);
      const observed = engine.inspect(NAME);
      const imageOf = engine.api('GET', `/images/${observed.Image}/json`);
      const request = {
        mode,
        devices: parseDevices(devices),
        image,
        apiVersion: engine.apiVersion,
        daemonUlimits: engine.defaultUlimits(),
        imageEnv: (imageOf['Config'] as { Env: string[] }).Env,
      };
      const { id } = engine.create('replacement', desiredReplacement(observed, request).body);
      engine.docker('start', 'replacement');
      const replacement = engine.inspect(id);
      expect(differences(expectedReplacement(observed, request), replacement)).toEqual([]);
      expect(presentGpu(replacement)).toEqual({ mode, devices: request.devices });
      expect(hasSameGpu(replacement, 'auto', request.devices)).toBe(true);
      const requests = replacement.HostConfig.DeviceRequests ?? [];
      expect(requests).toHaveLength(mode === 'nvidia-runtime' ? 0 : 1);
      expect(replacement.HostConfig.Runtime).toBe(mode === 'nvidia-runtime' ? 'nvidia' : 'runc');
    },
  );

  test.each(modes)('a probe of %s leaves nothing and inherits nothing', (mode) => {
    engine.docker('create', '--name', 'recipe2', RICH);
    const volumeImage = [
      '-c',
      'VOLUME /data',
      '-c',
      'VOLUME /bin',
      '-c',
      'LABEL com.docker.compose.service=x',
    ];
    engine.docker('commit', ...volumeImage, 'recipe2', 'spec/volumes');
    engine.docker('rm', 'recipe2');
    engine.docker('create', '--name', NAME, '-v', 'named:/d', 'spec/volumes');
    const observed = engine.inspect(NAME);
    const image = rawImage.parse(engine.api('GET', `/images/${observed.Image}/json`));
    const volumes = engine.volumes();
    const devices = parseDevices('all');
    const labels = { 'io.gpugraft.role': 'probe' };
    const { id, warnings } = engine.create(
      'probe',
      probeBody(observed, { mode, devices, image, labels }),
    );
    expect(warnings).toEqual([]);
    engine.docker('start', 'probe');
    expect(engine.docker('wait', 'probe')).toBe('0');
    const probe = engine.inspect(id);
    expect(probe.Mounts.filter((mount) => mount.Type === 'volume')).toEqual([]);
    expect(probe.State.Health ?? null).toBeNull();
    expect(probe.Config.Labels).toEqual({
      'of.image': '1',
      'com.docker.compose.project': '',
      'com.docker.compose.service': '',
      'io.gpugraft.role': 'probe',
    });
    const filter = 'label=com.docker.compose.project=baked';
    expect(engine.docker('ps', '-aq', '--no-trunc', '--filter', filter)).not.toContain(id);
    engine.docker('rm', 'probe');
    expect(engine.volumes()).toEqual(volumes);
  });
});
