/** What proves a GPU, and what only seems to disprove it. */
import { describe, expect, it } from 'vitest';
import { proveGpu } from '../../../src/actors/gpu.js';
import type { Hooks, Verdict } from '../../memory/index.js';
import { at, stage } from './stage.js';

const nvidiaSmi = { exitCode: 0, output: 'GPU 0: H100 (UUID: GPU-1)\nGPU 1: H100\n' };
const auto = { kind: 'auto' } as const;

function set(hooks: Hooks = {}, exec: { exitCode: number; output: string } | null = nvidiaSmi) {
  const staged = stage(hooks);
  const id = staged.engine.run(
    { name: 'box', gpu: 'gpus', env: { KEY: 'canary-in-the-output' } },
    exec === null ? {} : { exec: () => exec },
  );
  const input = { id, epoch: '1', mode: 'gpus' as const, devices: 'all', gpuProof: auto };
  return { ...staged, id, input };
}

describe('the proof of the GPU', () => {
  it('is shown by nvidia-smi', async () => {
    const { scope, input } = set();
    expect(await proveGpu(input, scope)).toEqual({
      verdict: 'proven',
      proof: { level: 'shown', detail: 'nvidia-smi -L: GPU 0: H100 (UUID: GPU-1)' },
      warnings: [],
    });
  });

  it('is the request where there is no nvidia-smi, and a warning says so', async () => {
    const { scope, input } = set({}, null);
    expect(await proveGpu(input, scope)).toMatchObject({
      verdict: 'proven',
      proof: { level: 'requested' },
      warnings: [
        {
          code: 'gpu-unshown',
          message: expect.stringMatching(/^the image brings no nvidia-smi, so only/) as string,
        },
      ],
    });
  });

  it('is not looked for where that is not wanted', async () => {
    const { engine, scope, input } = set();
    const proof = await proveGpu({ ...input, gpuProof: { kind: 'none' } }, scope);
    expect(proof).toMatchObject({ verdict: 'proven', proof: { level: 'skipped' } });
    expect(engine.calls.some(({ method }) => method === 'exec')).toBe(false);
  });

  it('fails with nvidia-smi, in its words but for the environment', async () => {
    const { scope, input } = set({}, { exitCode: 9, output: 'no: canary-in-the-output' });
    const proof = await proveGpu(input, scope);
    expect(proof).toMatchObject({ verdict: 'disproven', reason: { code: 'gpu-not-proven' } });
    expect(JSON.stringify(proof)).toContain('exit code 9 in the replacement: no: <redacted>');
  });

  it('keeps a value whole out of a line that is cut', async () => {
    const output = `${'x'.repeat(190)}canary-in-the-output`;
    const { scope, input } = set({}, { exitCode: 9, output });
    expect(JSON.stringify(await proveGpu(input, scope))).not.toContain('canary');
  });

  it('fails where a command that was asked for is not there', async () => {
    const { scope, input } = set({}, null);
    const gpuProof = { kind: 'command' as const, argv: ['probe'] };
    expect(await proveGpu({ ...input, gpuProof }, scope)).toMatchObject({ verdict: 'disproven' });
  });

  it('fails where the request is another one', async () => {
    const { scope, input } = set();
    const proof = await proveGpu({ ...input, devices: '1' }, scope);
    expect(proof).toMatchObject({ verdict: 'disproven' });
  });

  it('of none is that nothing asks for one, and that nvidia-smi sees none', async () => {
    const exec = { exitCode: 9, output: 'no driver' };
    const noGpu = { verdict: 'proven', proof: { level: 'absent' }, warnings: [] };
    for (const answer of [exec, null]) {
      const { engine, scope, input } = set({}, answer);
      const id = engine.run({ name: 'plain' }, answer === null ? {} : { exec: () => answer });
      // oxlint-disable-next-line no-await-in-loop -- one stage at a time
      expect(await proveGpu({ ...input, id, mode: 'none' }, scope)).toMatchObject(noGpu);
    }
    const { engine, scope, input } = set();
    const id = engine.run({ name: 'plain' }, { exec: () => nvidiaSmi });
    const still = await proveGpu({ ...input, id, mode: 'none' }, scope);
    expect(still).toMatchObject({ verdict: 'disproven', reason: { code: 'gpu-not-proven' } });
    expect(JSON.stringify(still)).toContain('nvidia-smi -L shows a GPU in the replacement');
    expect(await proveGpu({ ...input, mode: 'none' }, scope)).toMatchObject({
      verdict: 'disproven',
      reason: { message: 'the running replacement asks for a GPU all the same' },
    });
  });

  it('of none by a command is its yes', async () => {
    const { engine, scope, input } = set();
    const id = engine.run({ name: 'plain' }, { exec: () => ({ exitCode: 0, output: 'on CPU' }) });
    const gpuProof = { kind: 'command' as const, argv: ['check'] };
    expect(await proveGpu({ ...input, id, mode: 'none', gpuProof }, scope)).toMatchObject({
      verdict: 'proven',
      proof: { level: 'shown', detail: 'check: on CPU' },
    });
  });

  it('of none is no warning where the replacement goes down meanwhile', async () => {
    const { engine, scope, input } = set();
    const id = engine.run({ name: 'plain' });
    engine.outsider.crash(id, 3);
    expect(await proveGpu({ ...input, id, mode: 'none' }, scope)).toMatchObject({
      proof: { level: 'absent' },
      warnings: [],
    });
  });

  const faults: Record<string, Verdict> = {
    'the request is lost': { kind: 'lost-request' },
    'the reply is lost': { kind: 'lost-reply' },
    'the engine cannot be reached': { kind: 'unreachable', calls: 4 },
  };
  it.each(Object.entries(faults))('is asked for again although %s', async (_, verdict) => {
    const { scope, input } = set(at('exec', verdict));
    expect(await proveGpu(input, scope)).toMatchObject({
      verdict: 'proven',
      proof: { level: 'shown' },
    });
  });

  it('fails in the end where nvidia-smi hangs', async () => {
    const { scope, input } = set(at('exec', { kind: 'lost-request', afterMs: 30_000 }, 999));
    const began = scope.clock.now();
    const proof = await proveGpu(input, scope);
    expect(proof).toMatchObject({ verdict: 'disproven' });
    expect(JSON.stringify(proof)).toContain('no answer within 30 s');
    expect(scope.clock.now() - began).toBeLessThan(125_000);
  });

  it('is left to the next start where the engine takes the replacement down', async () => {
    const { engine, scope, input } = set();
    engine.outsider.restartEngine({ kind: 'killed' });
    expect(await proveGpu(input, scope)).toMatchObject({ proof: { level: 'requested' } });
  });

  it('says that nvidia-smi was not run where the engine would not run it', async () => {
    const refused = { kind: 'refuse', status: 409, message: 'is paused' } as const;
    const { scope, input } = set(at('exec', refused, 99));
    expect(await proveGpu(input, scope)).toMatchObject({
      proof: { level: 'requested' },
      warnings: [
        { message: expect.stringMatching(/^the engine did not run nvidia-smi/) as string },
      ],
    });
  });

  it('is left to the poll where the replacement ends meanwhile', async () => {
    const { engine, scope, id, input } = set();
    engine.outsider.crash(id, 3);
    expect(await proveGpu(input, scope)).toMatchObject({ proof: { level: 'requested' } });
  });
});

describe('an engine that restarts in the middle of the proof', () => {
  /** The command takes two seconds, and one second into it the engine goes. */
  function cut(restart: string, downMs: number, kind: 'graceful' | 'killed' = 'graceful') {
    const staged = stage();
    const { engine } = staged;
    let asked = 0;
    const exec = () => {
      asked += 1;
      return { ...nvidiaSmi, tookMs: 2000 };
    };
    const id = engine.run({ name: 'box', gpu: 'gpus', restart }, { exec });
    const began = engine.clock.now();
    engine.clock.at(began + 1000, 'restart', () => engine.outsider.restartEngine({ kind, downMs }));
    const input = { id, epoch: '1', mode: 'gpus' as const, devices: 'all', gpuProof: auto };
    return { ...staged, input, took: () => engine.clock.now() - began, asked: () => asked };
  }

  const downMs = [0, 3000];
  it.each(downMs)('is proven to again once it is back (%i ms)', async (ms) => {
    const { scope, input, asked } = cut('always', ms);
    expect(await proveGpu(input, scope)).toMatchObject({ proof: { level: 'shown' }, warnings: [] });
    expect(asked()).toBe(2);
  });

  it.each(downMs)('never stands in for a command that was asked for (%i ms)', async (ms) => {
    const { scope, input } = cut('always', ms);
    const gpuProof = { kind: 'command' as const, argv: ['probe'] };
    expect(await proveGpu({ ...input, gpuProof }, scope)).toMatchObject({
      proof: { level: 'shown', detail: expect.stringContaining('probe: GPU 0') as string },
    });
  });

  it.each([
    ['no', 'graceful'],
    ['unless-stopped', 'killed'],
  ] as const)(
    'leaves a replacement that it took down for good to the poll, and says so (%s, %s)',
    async (restart, kind) => {
      const { scope, input, took } = cut(restart, 3000, kind);
      expect(await proveGpu(input, scope)).toMatchObject({
        proof: { level: 'requested' },
        warnings: [
          { message: expect.stringMatching(/^the replacement did not stay up/) as string },
        ],
      });
      expect(took()).toBeLessThan(15_000);
    },
  );

  it('is borne no longer than the patience of the step, however often it does so', async () => {
    const { engine, scope, input, took } = cut('always', 0);
    for (let second = 2; second < 200; second += 1)
      engine.clock.at(engine.clock.now() + second * 1000, 'restart', () =>
        engine.outsider.restartEngine({ kind: 'graceful' }),
      );
    expect(await proveGpu(input, scope)).toMatchObject({ proof: { level: 'requested' } });
    expect(took()).toBeLessThan(scope.patienceMs + 5000);
  });
});
