/** Whole runs that ask for some devices, in every word that the command line takes, on real engines. */
import { describe, expect, it } from 'vitest';
import { options } from '../../src/index.js';
import { Engine, at, kinds } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectUntouched } from './support/ends.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const GPU = 'GPU-8b2a3f0e-0000-4a6b-9a00-0123456789ab';
const MIG = 'MIG-8b2a3f0e-0000-4a6b-9a00-0123456789ab';
const quickly = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;
const WORDS: readonly [words: string, ids: readonly string[]][] = [
  ['0,1', ['0', '1']],
  [GPU, [GPU]],
  [MIG, [MIG]],
  ['0:1', ['0:1']],
  ['nvidia.com/gpu=1', ['1']],
];

type Mode = 'auto' | 'cdi' | 'gpus' | 'nvidia-runtime';
const graft = (scene: Scene, mode: Mode, words: string) => {
  const { devices } = options({ mode, devices: words });
  return scene.graft({ mode, devices, ...quickly });
};
const nodes = ({ engine, name }: Scene) =>
  engine.docker('exec', name, 'sh', '-c', 'ls /dev | grep nvidia');
const visible = (doc: Doc | null) =>
  (at(doc, 'Config.Env') as string[]).filter((entry) => entry.startsWith('NVIDIA_VISIBLE_'));

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each(['gpus', 'nvidia-runtime'] as const)('%s takes every word there is', async (mode) => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--gpus', 'device=0'] }, async (scene) => {
      for (const [words, ids] of WORDS) {
        // oxlint-disable-next-line no-await-in-loop -- one graft after the other
        expect(await graft(scene, mode, words)).toMatchObject({ outcome: 'grafted', mode });
        // oxlint-disable-next-line no-await-in-loop -- its inspect
        const now = await scene.named();
        expect(at(now, 'HostConfig.DeviceRequests') ?? []).toMatchObject(
          mode === 'gpus' ? [{ Driver: '', Count: 0, DeviceIDs: ids }] : [],
        );
        expect(visible(now)).toEqual(
          mode === 'gpus' ? [] : [`NVIDIA_VISIBLE_DEVICES=${ids.join()}`],
        );
      }
      expect(await nodes(scene)).toBe('nvidia1\nnvidiactl');
      const again = await graft(scene, 'auto', 'nvidia.com/gpu=1');
      expect(again).toMatchObject({ outcome: 'unchanged', mode });
    });
  });

  it('gives all to a container that had one, and leaves one that has what it asks for', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--gpus', 'device=0'] }, async (scene) => {
      const same = await graft(scene, 'auto', '0');
      expect(same).toMatchObject({ outcome: 'unchanged', mode: 'gpus' });
      expect(await graft(scene, 'auto', 'all')).toMatchObject({ outcome: 'grafted', mode: 'gpus' });
      expect(at(await scene.named(), 'HostConfig.DeviceRequests')).toMatchObject([
        { Driver: '', Count: -1, DeviceIDs: null },
      ]);
      expect(await nodes(scene)).toBe('nvidia0\nnvidia1\nnvidiactl');
    });
  });
});

describe('CDI', () => {
  it('asks for devices by their names', async () => {
    const engine = await Engine.up('newest');
    await play(engine, { run: ['--device', 'nvidia.com/gpu=all'] }, async (scene) => {
      for (const [words, names] of [
        ['0,1', ['nvidia.com/gpu=0', 'nvidia.com/gpu=1']],
        ['nvidia.com/gpu=1', ['nvidia.com/gpu=1']],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one graft after the other
        expect(await graft(scene, 'cdi', words)).toMatchObject({ outcome: 'grafted', mode: 'cdi' });
        // oxlint-disable-next-line no-await-in-loop -- its inspect
        expect(at(await scene.named(), 'HostConfig.DeviceRequests')).toMatchObject([
          { Driver: 'cdi', DeviceIDs: names },
        ]);
      }
      expect(await nodes(scene)).toBe('nvidia1\nnvidiactl');
      expect(await graft(scene, 'auto', '1')).toMatchObject({ outcome: 'unchanged', mode: 'cdi' });
    });
  });

  it.each([GPU, MIG, '0:1', 'nvidia.com/gpu=first'])(
    'refuses %s, which no specification has, and says so',
    async (words) => {
      const engine = await Engine.up('newest');
      await play(engine, {}, async (scene) => {
        const report = await graft(scene, 'cdi', words);
        await expectUntouched(scene, report);
        const name = words.replace(/^(nvidia\.com\/gpu=)?/, 'nvidia.com/gpu=');
        expect(report.attempts[0]?.reason).toContain(`unresolvable CDI devices ${name}`);
      });
    },
  );

  it('gives way to a mode that takes the word', async () => {
    const engine = await Engine.up('newest');
    await play(engine, {}, async (scene) => {
      const report = await graft(scene, 'auto', GPU);
      expect(report).toMatchObject({ outcome: 'grafted', mode: 'gpus' });
      expect(report.attempts.map(({ mode, ok }) => [mode, ok])).toEqual([
        ['cdi', false],
        ['gpus', true],
      ]);
    });
  });
});
