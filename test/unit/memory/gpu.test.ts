/** A request is taken at create and decided at start; the texts are the engine's. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/docker/raw.js';
import { asksForGpu, MemoryEngine } from '../../memory/index.js';

const GPUS = { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };
const CDI = { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] };

const start = async (engine: MemoryEngine, hostConfig: JsonObject): Promise<string> => {
  if (engine.core.findImage('busybox') === null) engine.image('busybox');
  const port = engine.port();
  const { id } = await port.createContainer('probe', {
    Image: 'busybox',
    Entrypoint: ['/sbin/docker-init', '--version'],
    HostConfig: { Init: true, NetworkMode: 'none', ...hostConfig },
  });
  return port
    .startContainer(id)
    .then(() => {
      engine.clock.advance(60_000);
      return port.inspectContainer(id);
    })
    .then(
      (raw) => `exit ${raw?.State.ExitCode}`,
      (error: Error) => error.message,
    );
};

describe('a GPU request', () => {
  const UNKNOWN = 'could not select device driver "" with capabilities: [[gpu]]';
  it.each([
    ['1.51', 'ok', GPUS, 'exit 0'],
    ['1.51', 'none', GPUS, UNKNOWN],
    ['1.41', 'none', GPUS, UNKNOWN],
    ['1.51', 'failing', GPUS, /^failed to create task for container: .*hook #0.*exit status 1/],
    [
      '1.41',
      'failing',
      GPUS,
      /^failed to create shim task: .*hook #0: error running hook: exit status 1/,
    ],
    ['1.51', 'ok', CDI, 'exit 0'],
    [
      '1.51',
      'none',
      CDI,
      'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all',
    ],
    ['1.41', 'ok', CDI, 'could not select device driver "cdi" with capabilities: []'],
    [
      '1.51',
      'ok',
      { ...CDI, DeviceIDs: ['nvidia.com/gpu=9'] },
      'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=9',
    ],
    [
      '1.51',
      'ok',
      { ...GPUS, DeviceIDs: ['0'] },
      'cannot set both Count and DeviceIDs on device request',
    ],
    [
      '1.51',
      'ok',
      { ...GPUS, Driver: 'zip' },
      'could not select device driver "zip" with capabilities: [[gpu]]',
    ],
  ] as const)('at API %s where GPUs are %s: %j', async (apiVersion, gpu, request, outcome) => {
    const engine = new MemoryEngine({ apiVersion, gpu });
    const text = await start(engine, { DeviceRequests: [request as unknown as JsonObject] });
    const matches = outcome instanceof RegExp ? outcome.test(text) : outcome === text;
    expect({ text, matches }).toEqual({ text, matches: true });
    const failed = text !== 'exit 0';
    expect(engine.find('probe')).toMatchObject({
      status: failed ? 'created' : 'exited',
      exitCode: failed ? 128 : 0,
      error: failed ? text : '',
    });
  });

  it.each([
    ['ok', 'exit 0'],
    ['failing', /hook #0/],
    ['none', /unknown or invalid runtime name: nvidia/],
  ] as const)('for a runtime that is %s', async (gpu, outcome) => {
    const engine = new MemoryEngine({ gpu: { 'nvidia-runtime': gpu } });
    const text = await start(engine, { Runtime: 'nvidia' }).catch((error: Error) => error.message);
    expect(text).toMatch(outcome);
    expect(engine.find('probe') === null).toBe(gpu === 'none');
    expect((await engine.port().engine()).runtimes.includes('nvidia')).toBe(gpu !== 'none');
  });

  it('is seen by scripts, so that a replacement can behave otherwise', async () => {
    const engine = new MemoryEngine();
    engine.script(asksForGpu, { exit: { afterMs: 1000, code: 1 } });
    const plain = engine.run({ name: 'plain' });
    const modes = (['gpus', 'cdi', 'nvidia-runtime'] as const).map((gpu) =>
      engine.run({ name: gpu, gpu }),
    );
    engine.clock.advance(2000);
    expect(engine.find(plain)?.status).toBe('running');
    expect(modes.map((id) => engine.find(id)?.exitCode)).toEqual([1, 1, 1]);
  });
});
