/** Containers that have a GPU already, in whichever form: it is kept in that form, and never twice. */
import { describe, expect, it } from 'vitest';
import type { GpuMode } from '../../src/docker/spec/devices.js';
import { Engine, at, kinds } from './support/engines.js';
import type { Doc, Kind } from './support/engines.js';
import { differing } from './support/configured.js';
import { play } from './support/scene.js';

interface Form {
  readonly form: string;
  readonly run: readonly string[];
  readonly mode: GpuMode;
  /** Of DeviceRequests afterwards, asked for all. */
  readonly requests: readonly object[];
  readonly engines?: readonly Kind[];
}

const forms: readonly Form[] = [
  {
    form: '--gpus',
    run: ['--gpus', 'device=0'],
    mode: 'gpus',
    requests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }],
  },
  {
    form: '--runtime nvidia',
    run: ['--runtime', 'nvidia', '-e', 'NVIDIA_VISIBLE_DEVICES=0'],
    mode: 'nvidia-runtime',
    requests: [],
  },
  {
    form: 'CDI',
    run: ['--device', 'nvidia.com/gpu=0'],
    mode: 'cdi',
    requests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }],
    engines: ['newest'],
  },
];

/** What changed at all, in Config and HostConfig and beside them. */
const changed = ['Config.Env', 'HostConfig.DeviceRequests', 'HostConfig.Runtime'];

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each(forms.filter((one) => one.engines?.includes(kind) ?? true))(
    'gives all GPUs to a container that had one by $form, in that form, and none twice',
    async ({ run, mode, requests }) => {
      const engine = await Engine.up(kind);
      await play(engine, { run, image: 'gpugraft/cuda' }, async (scene) => {
        const same = await scene.graft({ mode: 'auto', devices: '0' });
        expect(same).toMatchObject({ outcome: 'unchanged', warnings: [] });
        const report = await scene.graft({ mode: 'auto', devices: 'all' });
        expect(report).toMatchObject({ outcome: 'grafted', mode, warnings: [] });
        const now = (await scene.named()) as Doc;
        expect(at(now, 'HostConfig.DeviceRequests') ?? []).toMatchObject(requests);
        const visible = (at(now, 'Config.Env') as string[]).filter((e) => /_VISIBLE_/.test(e));
        expect(visible).toEqual(requests.length === 0 ? ['NVIDIA_VISIBLE_DEVICES=all'] : []);
        const differences = differing(scene.before, now);
        expect(differences.filter((path) => !changed.includes(path))).toEqual([]);
        expect(await scene.graft({ mode: 'auto', devices: 'all' })).toMatchObject({
          outcome: 'unchanged',
          mode,
        });
      });
    },
  );
});
