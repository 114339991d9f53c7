/** The GPU, given and taken away again, on real engines: what was there before is there afterwards. */
import { describe, expect, it } from 'vitest';
import { comparable } from './fidelity/same.js';
import { differing, gpuPaths } from './support/configured.js';
import { Engine, at, kinds, modesOf, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectAtRest, expectFiles } from './support/ends.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const quickly = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;
const NO_GPU = { mode: 'none' } as const;
const RUN = ['--restart', 'always', '-e', 'A=1', '-v', 'gt-data:/data', '--memory', '64m'];

/** Equal in every field but those of the instance, the spelling of "no request" included. */
function expectAsBefore({ before }: Scene, now: Doc | null): void {
  expect(comparable(now as Doc)).toEqual(comparable(before));
  expect(differing(before, now as Doc)).toEqual([]);
  expect(at(now, 'HostConfig.DeviceRequests')).toEqual(at(before, 'HostConfig.DeviceRequests'));
}

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each(modesOf[kind])('a GPU by %s, taken away: the inspect is the first one', async (mode) => {
    const engine = await Engine.up(kind);
    await play(engine, { run: RUN, image: 'gpugraft/cuda' }, async (scene) => {
      const given = await scene.graft({ mode, ...quickly });
      expect(given).toMatchObject({ outcome: 'grafted', mode });
      expect(differing(scene.before, (await scene.named()) as Doc)).toEqual(gpuPaths[mode]);
      await engine.docker('exec', scene.name, 'test', '-e', '/dev/nvidia0');

      const taken = await scene.graft(NO_GPU);
      expect(taken).toMatchObject({
        outcome: 'grafted',
        mode: 'none',
        attempts: [{ mode: 'none', ok: true, reason: null }],
        gpuProof: { level: 'absent' },
        warnings: [],
        backup: { removed: true },
      });
      const now = await scene.named();
      expect(text(now, 'Id')).toBe(taken.container.replacementId);
      expectAsBefore(scene, now);
      await engine.docker('exec', scene.name, 'test', '!', '-e', '/dev/nvidia0');
      expect((await scene.containers()).map((doc) => doc['Id'])).toEqual([text(now, 'Id')]);
      await expectAtRest(scene, taken);
      expectFiles(scene, taken);

      expect(await scene.graft(NO_GPU)).toMatchObject({ outcome: 'unchanged', mode: 'none' });
    });
  });

  it('is taken away where the default runtime gives one to every CUDA image', async () => {
    const dockerd = ['--default-runtime=nvidia'];
    const engine = await Engine.up(kind, { own: 'nvidia', dockerd });
    // As CUDA images have it.
    const variables = ['NVIDIA_VISIBLE_DEVICES=all', 'NVIDIA_DRIVER_CAPABILITIES=compute,utility'];
    await engine.docker('create', '--name', 'recipe', 'gpugraft/cuda', 'true');
    const changes = variables.flatMap((variable) => ['-c', `ENV ${variable}`]);
    await engine.docker('commit', ...changes, 'recipe', 'test/asks');
    await engine.docker('rm', 'recipe');
    await play(engine, { image: 'test/asks', run: ['-e', 'A=1'] }, async (scene) => {
      const nodes = () =>
        engine.docker('exec', scene.name, 'sh', '-c', 'ls /dev | grep nvidia || :');
      expect(await nodes()).toBe('nvidia0\nnvidia1\nnvidiactl');
      const taken = await scene.graft(NO_GPU);
      expect(taken).toMatchObject({ outcome: 'grafted', gpuProof: { level: 'absent' } });
      expect(await nodes()).toBe('');
      expect(differing(scene.before, (await scene.named()) as Doc)).toEqual(['Config.Env']);
      expect(await scene.graft(NO_GPU)).toMatchObject({ outcome: 'unchanged', mode: 'none' });

      // One device of two: those of the runtime are not there beside it.
      const mode = kind === 'newest' ? 'cdi' : 'gpus';
      const one = await scene.graft({ mode, devices: '1', ...quickly });
      expect(one).toMatchObject({ outcome: 'grafted', mode });
      expect(await nodes()).toBe('nvidia1\nnvidiactl');

      const back = await scene.graft({ mode: 'nvidia-runtime', ...quickly });
      expect(back).toMatchObject({ outcome: 'grafted' });
      expectAsBefore(scene, await scene.named());
    });
  });

  it('is given and taken away thirty times: nothing is left, nothing grows', async () => {
    const engine = await Engine.up(kind, { own: 'rounds' });
    const lines = async (...words: string[]): Promise<string[]> =>
      (await engine.docker(...words)).split('\n').toSorted();
    const all = async () => ({
      containers: await lines('ps', '--all', '--format', '{{.Names}}'),
      volumes: await lines('volume', 'ls', '--quiet'),
      networks: await lines('network', 'ls', '--quiet'),
      images: await lines('images', '--all', '--quiet', '--no-trunc'),
    });
    await play(engine, { run: RUN }, async (scene) => {
      const before = await all();
      for (let round = 0; round < 30; round += 1) {
        const mode = round % 2 === 1 ? 'none' : modesOf[kind][(round / 2) % modesOf[kind].length];
        if (mode === undefined) throw new Error('no mode');
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const report = await scene.graft({ mode, ...quickly });
        expect(report, `round ${round}`).toMatchObject({ outcome: 'grafted', mode, warnings: [] });
      }
      expectAsBefore(scene, await scene.named());
      expect(await all()).toEqual(before);
      expect(scene.runs()).toHaveLength(30);
    });
  });
});
