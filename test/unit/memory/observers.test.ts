/** Those who watch: lists by label, observers after each change, states as text. */
import { expect, it } from 'vitest';
import { EngineAmbiguous } from '../../../src/docker/errors.js';
import { MemoryEngine } from '../../memory/index.js';

it('lists by label as the engine does, newest first', async () => {
  const engine = new MemoryEngine();
  const first = engine.run({ name: 'first', labels: { app: 'a', empty: '' } });
  const second = engine.run({ name: 'second', labels: { app: 'a' }, state: 'exited' });
  engine.run({ name: 'third', labels: { app: 'b' } });
  const port = engine.port();
  const ids = async (...labels: string[]) =>
    (await port.listContainers(labels)).map(({ id }) => id);
  expect(await ids('app=a')).toEqual([second, first]);
  expect(await ids('app')).toHaveLength(3);
  expect(await ids('empty')).toEqual([first]);
  expect(await ids('empty=x')).toEqual([]);
  expect(await ids('app=a', 'empty=')).toEqual([first]);
  expect((await port.listContainers(['empty']))[0]).toEqual({
    id: first,
    names: ['first'],
    labels: { app: 'a', empty: '' },
    state: 'running',
  });
});

it('tells a label watcher after every change, and stops when told', () => {
  const engine = new MemoryEngine();
  const seen: string[] = [];
  const stop = engine.watchLabels(['app=a'], (containers) => {
    seen.push(containers.map(({ name, status }) => `${name} ${status}`).join(', '));
  });
  engine.run({ name: 'web', labels: { app: 'a' } }, { exit: { afterMs: 1000, code: 0 } });
  engine.clock.advance(1000);
  engine.outsider.rename('web', 'aside');
  stop();
  engine.outsider.remove('aside');
  expect(seen).toEqual(['web created', 'web running', 'web exited', 'aside exited']);
});

it('lets a watcher act itself, as a manager would', () => {
  const engine = new MemoryEngine();
  engine.watchLabels(['managed'], (containers) => {
    const down = containers.find(({ status }) => status === 'exited');
    if (down !== undefined) engine.outsider.start(down.id);
  });
  const id = engine.run({ name: 'web', labels: { managed: '' } });
  engine.outsider.crash(id);
  expect(engine.find(id)?.status).toBe('running');
});

it('is the same engine in every run, and another with another seed', async () => {
  const play = async (seed: number) => {
    const engine = new MemoryEngine({ seed });
    const id = engine.run({ name: 'web', restart: 'always', networks: ['n1'], ports: ['80'] });
    engine.outsider.crash(id);
    await engine.clock.sleep(100);
    return JSON.stringify([engine.events, await engine.port().inspectContainer(id)]);
  };
  expect(await play(1)).toBe(await play(1));
  expect(await play(2)).not.toBe(await play(1));
});

it('has one fingerprint for states that go on alike, whenever they are reached', async () => {
  const reach = async (waitMs: number, stop: boolean) => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web' }, { stop: { kind: 'ignores' } });
    await engine.clock.sleep(waitMs);
    engine.outsider.stop(id, 10);
    if (stop) await engine.clock.sleep(5000);
    return engine.fingerprint();
  };
  expect(await reach(10, false)).toBe(await reach(7777, false));
  expect(await reach(10, true)).not.toBe(await reach(10, false));
});

it('describes what is there, line by line', () => {
  const engine = new MemoryEngine();
  engine.run({
    name: 'web',
    restart: 'on-failure:3',
    gpu: 'gpus',
    networks: ['back'],
    volumes: ['/data', 'v:/v'],
  });
  engine.run({ name: 'aside', state: 'exited', written: ['/a', '/b'] });
  expect(engine.describe()).toBe(
    [
      'container aside #2 exited code=137 restart=no written=2',
      'container web #1 running restart=on-failure:3 gpu',
      'network back',
      'volume (anonymous)',
      'volume v',
      'image busybox:latest',
      '',
    ].join('\n'),
  );
});

it('tells whoever listens of starts by label, as the engine does, until that ends', async () => {
  const engine = new MemoryEngine();
  const port = engine.port();
  const cancel = new AbortController();
  let heard = 0;
  const watching = port.watchStarts(['app=a'], () => (heard += 1), { signal: cancel.signal });
  const ended = watching.catch((error: unknown) => error);
  expect(heard).toBe(1);
  engine.run({ name: 'web', labels: { app: 'a' } });
  engine.run({ name: 'other', labels: { app: 'b' } });
  engine.run({ name: 'made', labels: { app: 'a' }, state: 'created' });
  expect(heard).toBe(2);
  engine.outsider.start('made');
  expect(heard).toBe(3);
  cancel.abort();
  expect(await ended).toBeInstanceOf(EngineAmbiguous);
  engine.run({ name: 'late', labels: { app: 'a' } });
  expect(heard).toBe(3);
});
