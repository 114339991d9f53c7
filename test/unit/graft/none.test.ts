/** Whole runs in the laboratory that take the GPU away, and that ask for some devices. */
import { describe, expect, it } from 'vitest';
import { options } from '../../../src/index.js';
import type { Options } from '../../../machines/index.js';
import { Lab, Watched } from '../../harness/index.js';
import type { MemoryEngine } from '../../memory/index.js';

type Mode = Exclude<Options['mode'], 'auto' | 'none'>;
const CUDA = {
  Env: ['PATH=/bin', 'NVIDIA_VISIBLE_DEVICES=all', 'NVIDIA_DRIVER_CAPABILITIES=compute,utility'],
};

function laboratory(engine: ConstructorParameters<typeof MemoryEngine>[0] = {}) {
  const lab = new Lab({ engine });
  lab.engine.image('cuda', CUDA);
  return lab;
}
const requestsOf = (lab: Lab) => lab.engine.find('box')?.hostConfig.DeviceRequests;
/** All that was configured of it; the host name was generated. */
const plain = (lab: Lab) => {
  const box = lab.engine.find('box');
  return structuredClone({
    config: { ...box?.config, Hostname: '' },
    hostConfig: box?.hostConfig,
    imageId: box?.imageId,
  });
};
const envOf = (lab: Lab) => lab.engine.find('box')?.config.Env;

describe('the GPU, taken away', () => {
  it.each<[Mode, '1.41' | '1.51', string]>([
    ['cdi', '1.51', 'busybox'],
    ['gpus', '1.51', 'cuda'],
    ['gpus', '1.41', 'busybox'],
    ['nvidia-runtime', '1.41', 'busybox'],
    ['nvidia-runtime', '1.51', 'cuda'],
  ])('leaves what was there before a graft by %s (API %s, %s)', async (mode, apiVersion, image) => {
    const lab = laboratory({ apiVersion });
    lab.engine.run({ name: 'box', image, restart: 'always', env: { A: '1' } });
    const first = plain(lab);
    expect((await lab.graft('box', { mode })).report).toMatchObject({ outcome: 'grafted', mode });
    expect(plain(lab)).not.toEqual(first);
    const id = lab.engine.find('box')?.id ?? '';
    const watched = new Watched(lab, id);
    const ended = await lab.graft('box', { mode: 'none' });
    expect(ended.report).toMatchObject({
      outcome: 'grafted',
      mode: 'none',
      attempts: [{ mode: 'none', ok: true, reason: null }],
      gpuProof: { level: 'absent' },
      warnings: [],
      reason: null,
    });
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(plain(lab)).toEqual(first);
  });

  it('changes nothing in a container that asks for none', async () => {
    const lab = laboratory();
    const id = lab.engine.run({ name: 'box' });
    const { report } = await lab.graft('box', { mode: 'none' });
    expect(report).toMatchObject({ outcome: 'unchanged', mode: 'none', attempts: [] });
    expect(lab.engine.find('box')?.id).toBe(id);
  });

  it('works where no GPU does, and says so where not even that starts', async () => {
    const lab = laboratory();
    const id = lab.engine.run({ name: 'box', gpu: 'gpus' });
    lab.engine.script(({ name }) => name.startsWith('gpugraft-probe-'), {
      startError: { status: 500, message: 'no space left on device' },
    });
    const { report } = await lab.graft('box', { mode: 'none' });
    expect(report?.reason).toMatchObject({
      code: 'no-mode-works',
      message: 'not even a container without a GPU starts on this engine',
    });
    expect(report?.attempts).toEqual([
      { mode: 'none', ok: false, reason: 'no space left on device' },
    ]);
    expect(lab.engine.find('box')?.id).toBe(id);
  });

  it('is really gone where every container of the engine gets one by its default runtime', async () => {
    const lab = laboratory({ defaultRuntime: 'nvidia' });
    lab.engine.run({ name: 'box', image: 'cuda' });
    const { report } = await lab.graft('box', { mode: 'none' });
    expect(report).toMatchObject({ outcome: 'grafted', gpuProof: { level: 'absent' } });
    expect(envOf(lab)).toContain('NVIDIA_VISIBLE_DEVICES=void');
    expect(await lab.graft('box', { mode: 'none' })).toMatchObject({
      report: { outcome: 'unchanged' },
    });
    // And comes back.
    await lab.graft('box', { mode: 'nvidia-runtime' });
    expect(envOf(lab)).toEqual(CUDA.Env);
  });

  it('is given back where the run is recovered backwards', async () => {
    const lab = laboratory();
    const id = lab.engine.run({ name: 'box', gpu: 'gpus' });
    const watched = new Watched(lab, id);
    const dead = await lab.graft(
      'box',
      { mode: 'none' },
      { journal: ({ state }) => (state === 'cutover.namingReplacement' ? 'die-after' : undefined) },
    );
    const ended = await lab.recover(dead.runId);
    expect(ended.report?.outcome).toBe('rolledBack');
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(requestsOf(lab)).toHaveLength(1);
  });
});

describe('devices', () => {
  const UUID = 'GPU-8b2a3f0e-0000-4a6b-9a00-0123456789ab';
  const MIG = 'MIG-8b2a3f0e-0000-4a6b-9a00-0123456789ab';
  it.each([
    ['0,1', ['0', '1']],
    [UUID, [UUID]],
    [MIG, [MIG]],
    ['0:1', ['0:1']],
    ['nvidia.com/gpu=0', ['0']],
    ['nvidia.com/gpu=first', ['first']],
  ])(
    '%s are asked for in each mode as it names them, and again is unchanged',
    async (words, ids) => {
      const lab = laboratory({ cdiDevices: ids.map((id) => `nvidia.com/gpu=${id}`) });
      lab.engine.run({ name: 'box', gpu: 'gpus' });
      const graft = async (mode: Options['mode']) => {
        const { devices } = options({ mode, devices: words });
        return (await lab.graft('box', { mode, devices })).report;
      };
      const named = ids.map((id) => `nvidia.com/gpu=${id}`);
      expect(await graft('cdi')).toMatchObject({ outcome: 'grafted', reason: null });
      expect(requestsOf(lab)).toMatchObject([{ Driver: 'cdi', DeviceIDs: named }]);
      expect(await graft('auto')).toMatchObject({ outcome: 'unchanged', mode: 'cdi' });
      expect(await graft('gpus')).toMatchObject({ outcome: 'grafted' });
      expect(requestsOf(lab)).toMatchObject([{ Driver: '', Count: 0, DeviceIDs: ids }]);
      expect(await graft('auto')).toMatchObject({ outcome: 'unchanged', mode: 'gpus' });
      expect(await graft('nvidia-runtime')).toMatchObject({ outcome: 'grafted' });
      const visible = ids.map((id) => (id === 'first' ? 'nvidia.com/gpu=first' : id)).join(',');
      expect(envOf(lab)).toContain(`NVIDIA_VISIBLE_DEVICES=${visible}`);
      expect(await graft('auto')).toMatchObject({ outcome: 'unchanged', mode: 'nvidia-runtime' });
    },
  );

  it('that the engine does not have are refused in its words', async () => {
    const lab = laboratory({ gpu: { cdi: 'ok' } });
    const id = lab.engine.run({ name: 'box' });
    const { report } = await lab.graft('box', { mode: 'cdi', devices: MIG });
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'no-mode-works' } });
    expect(report?.attempts[0]?.reason).toContain(`unresolvable CDI devices nvidia.com/gpu=${MIG}`);
    expect(lab.engine.find('box')?.id).toBe(id);
  });

  it('beside those that the default runtime of the engine would give are not given', async () => {
    const lab = laboratory({ defaultRuntime: 'nvidia' });
    lab.engine.run({ name: 'box', image: 'cuda' });
    const { report } = await lab.graft('box', { mode: 'cdi', devices: '0' });
    expect(report?.outcome).toBe('grafted');
    expect(envOf(lab)).toContain('NVIDIA_VISIBLE_DEVICES=void');
  });
});
