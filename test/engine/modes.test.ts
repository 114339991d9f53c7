import { describe, expect, it } from 'vitest';
import { Engine, at, kinds, modesOf } from './support/engines.js';
import { expectGrafted, expectUntouched } from './support/ends.js';
import { play } from './support/scene.js';

/** What the request must read in the replacement's inspect. */
const requests = {
  cdi: [{ Driver: 'cdi', Count: 0, DeviceIDs: ['nvidia.com/gpu=all'] }],
  gpus: [{ Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']] }],
};

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each(modesOf[kind])('grafts by %s: the GPU request is the only difference', async (mode) => {
    const engine = await Engine.up(kind);
    const run = ['--restart', 'always', '-e', 'A=1', '-v', 'gt-data:/data', '--memory', '64m'];
    await play(engine, { run, image: 'gpugraft/cuda' }, async (scene) => {
      const report = await scene.graft({ mode });
      await expectGrafted(scene, report);
      expect(report.attempts).toEqual([{ mode, ok: true, reason: null }]);
      expect(report.gpuProof).toMatchObject({ level: 'shown' });
      expect(report.warnings).toEqual([]);
      expect(report.downtimeMs).toBeGreaterThan(0);
      expect(report.backup).toMatchObject({ kind: 'container', removed: true });
      const now = await scene.named();
      if (mode === 'nvidia-runtime') {
        expect(at(now, 'HostConfig.Runtime')).toBe('nvidia');
        const more = (at(now, 'Config.Env') as string[]).filter((e) => e.startsWith('NVIDIA_'));
        expect(more.toSorted()).toEqual([
          expect.stringMatching(/^NVIDIA_DRIVER_CAPABILITIES=/),
          'NVIDIA_VISIBLE_DEVICES=all',
        ]);
      } else {
        expect(at(now, 'HostConfig.DeviceRequests')).toMatchObject(requests[mode]);
      }
      await engine.docker('exec', scene.name, 'test', '-e', '/dev/nvidia0');
    });
  });

  it('tries the modes in order, and takes the first that starts', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graft({ mode: 'auto' });
      await expectGrafted(scene, report);
      expect(report.attempts.map(({ mode, ok }) => [mode, ok])).toEqual(
        kind === 'newest'
          ? [['cdi', true]]
          : [
              ['cdi', false],
              ['gpus', true],
            ],
      );
      expect(report.mode).toBe(kind === 'newest' ? 'cdi' : 'gpus');
    });
  });

  it('says unchanged of a container that has the GPU already', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const first = await scene.graft();
      const second = await scene.graft();
      expect(second).toMatchObject({ outcome: 'unchanged', mode: 'gpus', reason: null });
      expect(second.container.originalId).toBe(first.container.replacementId);
      await expectGrafted(scene, first);
      expect(scene.runs()).toEqual([first.runId]);
    });
  });

  it('touches nothing where no mode works, and says why of each', async () => {
    const engine = await Engine.up(kind, { gpu: 'none' });
    await play(engine, {}, async (scene) => {
      const report = await scene.graft({ mode: 'auto' });
      await expectUntouched(scene, report);
      expect(report.reason?.code).toBe('no-mode-works');
      expect(report.attempts.map(({ mode, ok }) => [mode, ok])).toEqual([
        ['cdi', false],
        ['gpus', false],
        ['nvidia-runtime', false],
      ]);
      for (const { reason } of report.attempts) expect(reason).toMatch(/device|CDI|runtime/i);
    });
  });
});
