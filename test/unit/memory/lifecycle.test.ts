/** Start, stop, exit, health and removal, as time goes on. */
import { describe, expect, it } from 'vitest';
import { EngineAmbiguous } from '../../../src/docker/errors.js';
import { MemoryEngine } from '../../memory/index.js';

const BODY = { Image: 'busybox', Cmd: ['true'] };

describe('stop', () => {
  it('takes the signal, the grace, or says that it cannot', async () => {
    const engine = new MemoryEngine({ callMs: 0 });
    const port = engine.port();
    const cases = [
      [{ kind: 'exits', afterMs: 0, code: 0 }, 10, 0, 0],
      [{ kind: 'exits', afterMs: 3000, code: 143 }, 10, 3000, 143],
      [{ kind: 'exits', afterMs: 3000, code: 143 }, 2, 2000, 137],
      [{ kind: 'ignores' }, 10, 10_000, 137],
      [{ kind: 'exits', afterMs: 0, code: 143 }, 0, 0, 137],
    ] as const;
    for (const [stop, graceS, tookMs, code] of cases) {
      const id = engine.run({ name: 'web' }, { stop });
      const from = engine.clock.now();
      await port.stopContainer(id, graceS);
      const document = await port.inspectContainer(id);
      expect([engine.clock.now() - from, document?.State.ExitCode]).toEqual([tookMs, code]);
      await port.removeContainer(id, false);
    }
    const id = engine.run({ name: 'stuck' }, { stop: { kind: 'unkillable' } });
    await expect(port.stopContainer(id, 5)).rejects.toMatchObject({ status: 500 });
    expect((await port.inspectContainer(id))?.State.Running).toBe(true);
    await expect(port.removeContainer(id, true)).rejects.toMatchObject({ status: 500 });
  });

  it('uses the grace of the container, and counts being down as done', async () => {
    const engine = new MemoryEngine({ callMs: 0 });
    const id = engine.run({ name: 'web', stopTimeoutS: 77 }, { stop: { kind: 'ignores' } });
    const from = engine.clock.now();
    await engine.port().stopContainer(id, null);
    expect(engine.clock.now() - from).toBe(77_000);
    await engine.port().stopContainer(id, null);
    expect(engine.clock.now() - from).toBe(77_000);
  });

  it('goes on when the waiting ends, whatever is called meanwhile', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart: 'always' }, { stop: { kind: 'ignores' } });
    const port = engine.port();
    const cancel = new AbortController();
    engine.clock.at(engine.clock.now() + 1000, 'cancel', () => cancel.abort());
    await expect(port.stopContainer(id, 12, { signal: cancel.signal })).rejects.toThrow(
      EngineAmbiguous,
    );
    await port.startContainer(id);
    expect((await port.inspectContainer(id))?.State.Running).toBe(true);
    engine.clock.advance(20_000);
    expect((await port.inspectContainer(id))?.State).toMatchObject({
      Status: 'exited',
      ExitCode: 137,
    });
  });

  it('works on a paused one, and on one between two restarts', async () => {
    const engine = new MemoryEngine();
    const paused = engine.run({ name: 'paused', state: 'paused' });
    const looping = engine.run(
      { name: 'looping', restart: 'always' },
      { exit: { afterMs: 1, code: 3 } },
    );
    const port = engine.port();
    await port.stopContainer(paused, 1);
    await port.stopContainer(looping, 1);
    await engine.clock.sleep(600_000);
    expect(engine.find(paused)).toMatchObject({ status: 'exited', exitCode: 143 });
    expect(engine.find(looping)).toMatchObject({ status: 'exited', exitCode: 3 });
  });
});

describe('an exit', () => {
  const crash = { exit: { afterMs: 1000, code: 3 } };
  const after = async (restart: string, code: number): Promise<string> => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart }, { exit: { afterMs: 1000, code } });
    await engine.clock.sleep(60_000);
    const { status, restartCount } = engine.find(id)!;
    return `${status === 'exited' ? 'down' : 'up'} ${restartCount > 3 ? 'many' : restartCount}`;
  };

  it('is what the policy makes of it', async () => {
    expect(await after('no', 3)).toBe('down 0');
    expect(await after('always', 0)).toBe('up many');
    expect(await after('unless-stopped', 0)).toBe('up many');
    expect(await after('on-failure', 3)).toBe('up many');
    expect(await after('on-failure', 0)).toBe('down 0');
    expect(await after('on-failure:2', 3)).toBe('down 2');
  });

  it('is followed by restarts further and further apart; a start by hand counts anew', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart: 'on-failure:3' }, crash);
    await engine.clock.sleep(60_000);
    const starts = engine.events.filter(({ action }) => action === 'start').map(({ at }) => at);
    expect(starts.slice(1).map((at, place) => at - starts[place]!)).toEqual([1100, 1200, 1400]);
    await engine.port().startContainer(id);
    expect(engine.find(id)?.restartCount).toBe(0);
  });

  it('reads as restarting between two runs, and as unhealthy once it is down', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart: 'always', health: { cmd: 'true' } }, crash);
    engine.clock.advance(1000);
    const document = await engine.port().inspectContainer(id);
    expect(document?.State).toMatchObject({
      Status: 'restarting',
      Running: true,
      Restarting: true,
      Pid: 0,
      ExitCode: 3,
      Health: { Status: 'unhealthy' },
    });
  });

  it('takes an auto-remove container and its anonymous volumes with it', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', autoRemove: true, volumes: ['/data', 'kept:/k'] });
    expect(engine.core.volumes.size).toBe(2);
    await engine.port().stopContainer(id, 1);
    expect(engine.find(id)).toBeNull();
    expect([...engine.core.volumes.keys()]).toEqual(['kept']);
  });
});

it('counts a start as done where it runs already, or is about to by policy', async () => {
  const engine = new MemoryEngine({ callMs: 0 });
  const id = engine.run({ name: 'web', restart: 'always' }, { exit: { afterMs: 1000, code: 3 } });
  const port = engine.port();
  await port.startContainer(id);
  expect(engine.find(id)?.starts).toBe(1);
  engine.clock.advance(1000);
  await port.startContainer(id);
  expect(engine.find(id)).toMatchObject({ status: 'restarting', starts: 1 });
});

it('follows the scripted health, from each start anew', async () => {
  const engine = new MemoryEngine({ callMs: 0 });
  const health = [
    { afterMs: 2000, status: 'healthy' },
    { afterMs: 5000, status: 'unhealthy' },
  ] as const;
  const id = engine.run({ name: 'web', health: { cmd: 'true' } }, { health });
  const port = engine.port();
  const status = async () => (await port.inspectContainer(id))?.State.Health?.Status;
  expect(await status()).toBe('starting');
  await engine.clock.sleep(2000);
  expect(await status()).toBe('healthy');
  await engine.clock.sleep(3000);
  expect(await status()).toBe('unhealthy');
  await port.stopContainer(id, 1);
  await port.startContainer(id);
  expect(await status()).toBe('starting');
});

it('asks the scripts at every start: one for each start, the last one wins', async () => {
  const engine = new MemoryEngine();
  const id = engine.run({ name: 'web', state: 'created' }, ({ starts }) => ({
    startError: starts === 1 ? { status: 500, message: 'first' } : null,
    logs: `start ${starts}\n`,
  }));
  const port = engine.port();
  await expect(port.startContainer(id)).rejects.toThrow('first');
  expect((await port.inspectContainer(id))?.State).toMatchObject({
    Status: 'created',
    ExitCode: 128,
    Error: 'first',
  });
  await port.startContainer(id);
  expect((await port.inspectContainer(id))?.State.Error).toBe('');
  engine.script('web', { exec: (argv) => ({ exitCode: 7, output: argv.join(' ') }) });
  expect((await port.exec(id, ['x'])).exitCode).toBe(127);
  await port.stopContainer(id, 1);
  await port.startContainer(id);
  expect(await port.exec(id, ['a', 'b'])).toEqual({ exitCode: 7, output: 'a b' });
  expect(await port.logs(id, 1)).toBe('start 3\n');
});

it('ends a slow command with its container, or at the deadline', async () => {
  const engine = new MemoryEngine();
  const exec = () => ({ exitCode: 0, output: 'done', tookMs: 8000 });
  const id = engine.run({ name: 'web' }, { exec });
  const port = engine.port();
  await expect(port.exec(id, ['slow'], { timeoutMs: 5000 })).rejects.toThrow(EngineAmbiguous);
  expect(await port.exec(id, ['slow'])).toEqual({ exitCode: 0, output: 'done' });
  engine.clock.at(engine.clock.now() + 100, 'crash', () => engine.outsider.crash(id));
  expect((await port.exec(id, ['slow'])).exitCode).toBe(137);
});

describe('names', () => {
  it('can be changed while it runs, and are found before IDs', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web' });
    const port = engine.port();
    await port.renameContainer(id, 'aside');
    expect(await port.inspectContainer('web')).toBeNull();
    expect((await port.inspectContainer(id.slice(0, 12)))?.Name).toBe('/aside');
    const { id: thief } = await port.createContainer(id.slice(0, 12), BODY);
    expect((await port.inspectContainer(id.slice(0, 12)))?.Id).toBe(thief);
    expect((await port.inspectContainer(id))?.Name).toBe('/aside');
  });

  it('are free only when the removal has ended', async () => {
    const engine = new MemoryEngine({ removeMs: 3000 });
    const id = engine.run({ name: 'web', state: 'exited' });
    // Two processes: time stands still while the second one is awake.
    engine.clock.join();
    const removing = engine.port().removeContainer(id, false);
    const port = engine.port();
    engine.clock.advance(100);
    expect((await port.inspectContainer(id))?.State.Status).toBe('removing');
    await expect(port.createContainer('web', BODY)).rejects.toMatchObject({ status: 409 });
    await expect(port.startContainer(id)).rejects.toThrow('marked for removal');
    await expect(port.removeContainer(id, true)).rejects.toThrow('already in progress');
    engine.clock.leave();
    await removing;
    await expect(port.createContainer('web', BODY)).resolves.toMatchObject({ warnings: [] });
  });

  it('are taken while a slow create goes on that nobody can see', async () => {
    const engine = new MemoryEngine();
    engine.image('busybox');
    engine.core.createMs = 6700;
    engine.clock.join();
    const creating = engine.port().createContainer('web', BODY);
    const port = engine.port();
    expect(await port.inspectContainer('web')).toBeNull();
    await expect(port.createContainer('web', BODY)).rejects.toMatchObject({ status: 409 });
    engine.clock.leave();
    const { id } = await creating;
    expect((await port.inspectContainer('web'))?.Id).toBe(id);
  });
});
