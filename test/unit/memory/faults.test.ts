/** What can happen to a call, and what is true afterwards. */
import { describe, expect, it } from 'vitest';
import { EngineAmbiguous } from '../../../src/docker/errors.js';
import { MemoryEngine, ProcessDied, type Hooks, type Verdict } from '../../memory/index.js';

const BODY = { Image: 'busybox', Cmd: ['true'] };

/** Meets the first call of that method with the verdict. */
function once(method: string, verdict: Verdict): Hooks {
  let met = false;
  return {
    before: (call) => {
      if (met || call.method !== method) return undefined;
      met = true;
      return verdict;
    },
  };
}

const faulty = (method: string, verdict: Verdict) => {
  const engine = new MemoryEngine();
  const id = engine.run({ name: 'web' });
  return { engine, id, port: engine.port({ hooks: once(method, verdict) }) };
};

describe('a fault', () => {
  const OUTCOMES: [verdict: Verdict, error: string, status: string][] = [
    [{ kind: 'refuse', status: 500, message: 'no' }, 'EngineRefused', 'running'],
    [{ kind: 'lost-request' }, 'EngineAmbiguous', 'running'],
    [{ kind: 'lost-reply' }, 'EngineAmbiguous', 'exited'],
    [{ kind: 'cut' }, 'EngineAmbiguous', 'exited'],
    [{ kind: 'late', calls: 2 }, 'EngineAmbiguous', 'running'],
    [{ kind: 'unreachable' }, 'EngineUnreachable', 'running'],
    [{ kind: 'done-but-error' }, 'EngineRefused', 'exited'],
  ];
  it.each(OUTCOMES)('%o: %s, and it is %s', async (verdict, name, status) => {
    const { engine, id, port } = faulty('stopContainer', verdict);
    await expect(port.stopContainer(id, 1)).rejects.toMatchObject({ name });
    expect(engine.find(id)?.status).toBe(status);
    expect(engine.calls[0]).toMatchObject({ n: 1, changing: true, fault: verdict.kind });
  });

  it('lets a late call land after so many more, whoever makes them', async () => {
    const { engine, id, port } = faulty('renameContainer', { kind: 'late', calls: 2 });
    await expect(port.renameContainer(id, 'aside')).rejects.toThrow(EngineAmbiguous);
    const next = engine.port();
    expect((await next.inspectContainer(id))?.Name).toBe('/web');
    expect(engine.underWay).toBe(1);
    expect((await next.inspectContainer(id))?.Name).toBe('/web');
    expect((await next.inspectContainer(id))?.Name).toBe('/aside');
    expect(engine.underWay).toBe(0);
  });

  it('drops what was under way when the engine restarts', async () => {
    const { engine, id, port } = faulty('renameContainer', { kind: 'late', calls: 1 });
    await expect(port.renameContainer(id, 'aside')).rejects.toThrow(EngineAmbiguous);
    engine.outsider.restartEngine({ kind: 'killed' });
    engine.landLate();
    expect(engine.find(id)?.name).toBe('web');
  });

  it('hides a late create that has its name: 404 for a look-up, 409 for a create', async () => {
    const verdict = { kind: 'late', calls: 2, reserves: true } as const;
    const { engine, port } = faulty('createContainer', verdict);
    await expect(port.createContainer('new', BODY)).rejects.toThrow(EngineAmbiguous);
    expect(await port.inspectContainer('new')).toBeNull();
    await expect(port.createContainer('new', BODY)).rejects.toMatchObject({ status: 409 });
    expect((await port.inspectContainer('new'))?.State.Status).toBe('created');
    expect(engine.underWay).toBe(0);
  });

  it('keeps the engine out of reach for some calls, or for some time', async () => {
    const { engine, id, port } = faulty('inspectContainer', {
      kind: 'unreachable',
      calls: 2,
      reason: 'permission',
    });
    const unreachable = { name: 'EngineUnreachable', kind: 'permission' };
    await expect(port.inspectContainer(id)).rejects.toMatchObject(unreachable);
    await expect(port.inspectContainer(id)).rejects.toMatchObject(unreachable);
    await expect(port.inspectContainer(id)).resolves.not.toBeNull();
    const untilMs = engine.clock.now() + 60_000;
    const later = engine.port({
      hooks: once('inspectContainer', { kind: 'unreachable', untilMs }),
    });
    await expect(later.inspectContainer(id)).rejects.toMatchObject({ kind: 'down' });
    await engine.clock.sleep(59_000);
    await expect(later.inspectContainer(id)).rejects.toMatchObject({ kind: 'down' });
    await engine.clock.sleep(1000);
    await expect(later.inspectContainer(id)).resolves.not.toBeNull();
  });

  it('costs the deadline that passes before a lost request shows', async () => {
    const { engine, id, port } = faulty('startContainer', {
      kind: 'lost-request',
      afterMs: 30_000,
    });
    const from = engine.clock.now();
    await expect(port.startContainer(id)).rejects.toThrow(EngineAmbiguous);
    expect(engine.clock.now() - from).toBeGreaterThanOrEqual(30_000);
  });

  it('can give another answer than the engine has', async () => {
    const { port } = faulty('listContainers', { kind: 'alter', answer: () => [] });
    expect(await port.listContainers([])).toEqual([]);
    expect(await port.listContainers([])).toHaveLength(1);
  });
});

describe('kill -9', () => {
  it.each([
    ['die-before', 'running'],
    ['die-during', 'exited'],
    ['die-after', 'exited'],
  ] as const)('%s: nothing answers any more, and it is %s', async (kind, status) => {
    const { engine, id, port } = faulty('stopContainer', { kind });
    let answered = false;
    const settle = (): void => {
      answered = true;
    };
    void port.stopContainer(id, 1).then(settle, settle);
    const death = await port.died;
    expect(death).toBeInstanceOf(ProcessDied);
    expect(death.call?.method).toBe('stopContainer');
    void port.inspectContainer(id).then(settle, settle);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    expect(engine.calls).toHaveLength(1);
    expect(engine.calls[0]?.outcome).toBe('died');
    expect((await engine.port().inspectContainer(id))?.State.Status).toBe(status);
  });

  it('in the middle of a grace: the stop goes on', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart: 'always' }, { stop: { kind: 'ignores' } });
    const port = engine.port({ hooks: once('stopContainer', { kind: 'die-during' }) });
    void port.stopContainer(id, 12);
    await port.died;
    const next = engine.port();
    expect((await next.inspectContainer(id))?.State.Status).toBe('running');
    await next.startContainer(id);
    await engine.clock.sleep(12_000);
    expect((await next.inspectContainer(id))?.State).toMatchObject({
      Status: 'exited',
      ExitCode: 137,
    });
  });

  it('can be thrown instead, for drivers that must see it', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web' });
    const hooks = once('startContainer', { kind: 'die-after' });
    const port = engine.port({ hooks, death: 'throw' });
    await expect(port.startContainer(id)).rejects.toBeInstanceOf(ProcessDied);
    await expect(port.inspectContainer(id)).rejects.toBeInstanceOf(ProcessDied);
  });

  it('from outside, between two calls', async () => {
    const engine = new MemoryEngine();
    const port = engine.port({ death: 'throw' });
    await port.engine();
    port.kill();
    await expect(port.engine()).rejects.toBeInstanceOf(ProcessDied);
    expect(engine.calls).toHaveLength(1);
  });
});

it('numbers the calls of all ports, and lets the hooks see the state between them', async () => {
  const engine = new MemoryEngine();
  const id = engine.run({ name: 'web' });
  const seen: string[] = [];
  const hooks: Hooks = {
    before: (call) => void seen.push(`${call.n} ${call.method} ${engine.find(id)?.status}`),
    after: (call) => void seen.push(`${call.n} ${call.outcome} ${engine.find(id)?.status}`),
  };
  await engine.port().engine();
  const port = engine.port({ hooks });
  await port.stopContainer(id, 1);
  await expect(port.startContainer('nope')).rejects.toThrow('No such container');
  expect(seen).toEqual([
    '2 stopContainer running',
    '2 ok exited',
    '3 startContainer exited',
    '3 refused exited',
  ]);
  expect(engine.calls.map(({ port: number, changing }) => [number, changing])).toEqual([
    [1, false],
    [2, true],
    [2, true],
  ]);
});
