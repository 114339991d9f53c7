/** Which of both comes first, the sandbox's container or the command's end, and what becomes of either. */
import { describe, expect, it } from 'vitest';
import { EngineRefused } from '../../../src/docker/errors.js';
import { progress, report } from '../cli/fake.js';
import type { Report } from '../../../src/report.js';
import { World, turn } from './creating.js';

describe('a sandbox that is being made', () => {
  it.each([false, true])(
    'is grafted once it is Ready and the command has ended, lifecycle %s',
    async (lifecycle) => {
      const world = new World({ lifecycle });
      world.phase = 'provisioning';
      const made = world.begin();
      await world.appears();
      await world.pass(2000);
      world.phase = 'ready';
      await world.pass(2000);
      await world.ends({ exitCode: 0 });
      expect(await made).toMatchObject({
        exitCode: 0,
        report: { outcome: 'grafted', warnings: [] },
      });
      expect(world.did).toEqual([
        'runs',
        'asked: provisioning',
        'asked: provisioning',
        'asked: ready',
        'ends',
        'graft box-id, defer true',
        'finalize',
      ]);
      expect(world.heard).toBeNull();
    },
  );

  it('is grafted under a command that goes on, which is said', async () => {
    const world = new World();
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.ends({ exitCode: 0 });
    const { report: said } = await made;
    expect(said).toMatchObject({ outcome: 'grafted', warnings: [{ code: 'command-cut' }] });
    expect(world.did).toEqual([
      'runs',
      'asked: ready',
      'graft box-id, defer true',
      'ends',
      'finalize',
    ]);
  });

  it('is not taken from somebody at a terminal, who may have a session in it', async () => {
    const world = new World({ attached: 'session' });
    const made = world.begin();
    await world.appears();
    await world.pass(3_600_000);
    expect(world.did.at(-1)).toBe('asked: ready');
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted', warnings: [] } });
  });

  it('stays grafted where the command ends of what was cut, which is said', async () => {
    let rest: (said: Report) => void = () => undefined;
    const world = new World({ graft: () => new Promise((resolve) => (rest = resolve)) });
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.ends({ exitCode: 137 });
    rest(report({ outcome: 'deferred' }));
    const { report: said, exitCode } = await made;
    expect(exitCode).toBe(137);
    expect(said).toMatchObject({ outcome: 'grafted', warnings: [{ code: 'command-cut' }] });
    expect(said.warnings[0]?.message).toContain('ended with exit code 137');
    expect(world.did.at(-1)).toBe('finalize');
  });

  it('is not said to cut a command that ended before the containers changed places', async () => {
    let begin: () => void = () => undefined;
    const world = new World({
      graft: async (_target, _options, on) => {
        await new Promise<void>((resolve) => (begin = resolve));
        on.onProgress?.(progress('cutover.beginning', 'swapping', { changed: true }));
        return report({ outcome: 'deferred' });
      },
      isQuiet: true,
    });
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.ends({ exitCode: 0 });
    begin();
    expect(await made).toMatchObject({ report: { outcome: 'grafted', warnings: [] } });
  });

  it('is left until an upload is done, for as long as Ready may take', async () => {
    const world = new World({ attached: 'upload' });
    const made = world.begin();
    await world.appears();
    await world.pass(600_000);
    expect(world.did.at(-1)).toBe('asked: ready');
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted', warnings: [] } });
    const other = new World({ attached: 'upload' });
    const long = other.begin();
    await other.appears();
    await other.pass(900_000);
    expect(other.did.at(-1)).toBe('graft box-id, defer true');
    await other.ends({ exitCode: 0 });
    expect(await long).toMatchObject({ report: { warnings: [{ code: 'command-cut' }] } });
  });

  it('has lost the ports that were forwarded into it, which is said', async () => {
    const world = new World({ forwards: true });
    const made = world.begin();
    await world.appears();
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({
      report: { outcome: 'grafted', warnings: [{ code: 'forward-cut' }] },
    });
  });

  it('is not taken for the one of its name in another workspace', async () => {
    const world = new World({ workspace: 'ours' });
    // Already there, and none of this command's business.
    await world.appears('running', 'theirs');
    const made = world.begin();
    await world.appears('running', 'ours');
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted' } });
    expect(world.did).toEqual([
      'runs',
      'asked of ours: ready',
      'ends',
      'graft box-id-in-ours, defer true',
      'finalize',
    ]);
  });

  it('is asked for in the workspace that its container names', async () => {
    const world = new World();
    const made = world.begin();
    await world.appears('running', 'theirs');
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted' } });
    expect(world.did[1]).toBe('asked of theirs: ready');
  });

  it('is waited for while its gateway does not know it yet', async () => {
    const world = new World();
    world.phase = null;
    const made = world.begin();
    await world.appears();
    world.phase = 'ready';
    await world.pass(2000);
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted' } });
  });

  it('is not grafted where it is in Error for good, or never becomes Ready', async () => {
    const world = new World({ lifecycle: true });
    world.phase = 'error';
    const made = world.begin();
    await world.appears();
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({
      report: { outcome: 'refused', reason: { code: 'sandbox-not-ready' } },
    });
    const other = new World({ lifecycle: true });
    other.phase = 'provisioning';
    const never = other.begin();
    await other.appears();
    await other.ends({ exitCode: 0 });
    await other.pass(15 * 60_000 + 1);
    expect(await never).toMatchObject({
      report: { outcome: 'refused', reason: { code: 'sandbox-not-ready' } },
    });
    expect([...world.did, ...other.did].filter((word) => word.startsWith('graft'))).toEqual([]);
  });

  it('is left alone until it runs', async () => {
    const world = new World();
    const made = world.begin();
    await world.appears('created');
    expect(world.did).toEqual(['runs']);
    await world.appears();
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted' } });
  });

  it('rests with --defer', async () => {
    const world = new World({ defer: true });
    const made = world.begin();
    await world.appears();
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ exitCode: 0, report: { outcome: 'deferred' } });
    expect(world.did).not.toContain('finalize');
  });

  it('is found after a look that failed, and by an engine that went away', async () => {
    const world = new World();
    const made = world.begin();
    await turn();
    world.listError = new EngineRefused(500, 'stumbling');
    await world.appears();
    world.listError = null;
    expect(world.did).toEqual(['runs']);
    await world.pass(500);
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({ report: { outcome: 'grafted' } });
    expect(world.listened).toBe(2);
    const other = new World();
    const again = other.begin();
    await turn();
    other.dropped?.();
    await other.pass(500);
    await other.appears();
    await other.ends({ exitCode: 0 });
    expect(await again).toMatchObject({ report: { outcome: 'grafted' } });
    expect(other.listened).toBe(2);
  });
});

describe('a command that fails', () => {
  it('has the graft taken back, and keeps its exit code', async () => {
    const world = new World();
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.ends({ exitCode: 7 });
    expect(await made).toMatchObject({
      exitCode: 7,
      report: {
        outcome: 'rolledBack',
        warnings: [{ code: 'command-cut' }],
        reason: { code: 'create-failed' },
      },
    });
    expect(world.did.at(-1)).toBe('back, steadily');
  });

  it.each([
    ['has a graft that rests beyond the point of return taken back', 'stranded', 1],
    ['leaves one that failed and is over as it is', 'rolledBack', 0],
  ] as const)('%s', async (_, outcome, times) => {
    const world = new World({ graft: () => Promise.resolve(report({ outcome })) });
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.ends({ exitCode: 7 });
    expect(await made).toMatchObject({ exitCode: 7, report: { outcome: 'rolledBack' } });
    expect(world.did.filter((did) => did.startsWith('back'))).toHaveLength(times);
  });

  it('cancels a graft that is under way', async () => {
    let reason: unknown = null;
    const world = new World({
      graft: (_target, _options, { signal }) =>
        new Promise((resolve) =>
          signal?.addEventListener('abort', () => {
            reason = signal.reason;
            resolve(report({ outcome: 'rolledBack' }));
          }),
        ),
      isQuiet: true,
    });
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.ends({ exitCode: 9 });
    expect(await made).toMatchObject({ exitCode: 9, report: { outcome: 'rolledBack' } });
    expect(reason).toBe('the failure of the command');
  });

  it('before there was a container leaves nothing to graft', async () => {
    const world = new World();
    const made = world.begin();
    await world.ends({ exitCode: 2 });
    expect(await made).toMatchObject({
      exitCode: 2,
      report: { outcome: 'refused', runId: null, reason: { code: 'create-failed' }, warnings: [] },
    });
    expect(world.heard).toBeNull();
  });

  it('ends the wait for Ready', async () => {
    const world = new World();
    world.phase = 'provisioning';
    const made = world.begin();
    await world.appears();
    await world.ends({ exitCode: 2 });
    expect(await made).toMatchObject({
      exitCode: 2,
      report: { reason: { code: 'sandbox-not-ready' } },
    });
  });

  it('right after Ready has nothing grafted', async () => {
    const world = new World();
    const made = world.begin();
    await world.appears();
    await world.ends({ exitCode: 2 });
    expect(await made).toMatchObject({
      exitCode: 2,
      report: { outcome: 'refused', reason: { code: 'create-failed' }, warnings: [] },
    });
    expect(world.did).toEqual(['runs', 'asked: ready', 'ends']);
  });

  it('that cannot be begun is refused', async () => {
    const world = new World();
    const made = world.begin();
    await world.ends({ notBegun: 'ENOENT' });
    expect(await made).toMatchObject({
      exitCode: null,
      report: { outcome: 'refused', reason: { code: 'command-not-begun' } },
    });
  });
});

it('says that no container came, a moment after the end of a command that succeeded', async () => {
  const world = new World();
  const made = world.begin();
  await world.ends({ exitCode: 0 });
  await world.pass(3000);
  expect(await made).toMatchObject({
    exitCode: 0,
    report: { outcome: 'refused', reason: { code: 'no-sandbox' } },
  });
  const other = new World();
  const late = other.begin();
  await other.ends({ exitCode: 0 });
  await other.pass(1000);
  await other.appears();
  expect(await late).toMatchObject({ report: { outcome: 'grafted' } });
});
