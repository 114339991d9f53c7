/** An engine that is going down still answers, with 500s: on the way back that is no verdict. */
import { expect, it } from 'vitest';
import {
  proveWayBack,
  restartOriginal,
  stopReplacement,
  verifyOriginal,
} from '../../../src/actors/rollback.js';
import { EngineAnswerInvalid, EngineRefused } from '../../../src/docker/errors.js';
import type { Hooks, MemoryEngine } from '../../memory/index.js';
import { at, codeOf, stage } from './stage.js';

const refused = { kind: 'refuse', status: 500, message: 'failed to update store' } as const;
const replacementId = 'e'.repeat(64);

it('starts the original once the engine that refused it is back', async () => {
  const { engine, scope } = stage(at('startContainer', refused));
  const originalId = engine.run({ name: 'box' });
  engine.outsider.stop(originalId);
  engine.clock.at(engine.clock.now() + 1500, 'restart', () =>
    engine.outsider.restartEngine({ kind: 'graceful', downMs: 3000 }),
  );
  expect(await codeOf(restartOriginal({ originalId, replacementId }, scope))).toBe('done');
  expect((await scope.docker.inspectContainer(originalId))?.State.Running).toBe(true);
});

it('asks an engine that stays up once more, and then takes its refusal for what it is', async () => {
  const { engine, scope } = stage(at('startContainer', refused, 9));
  const originalId = engine.run({ name: 'box' });
  engine.outsider.stop(originalId);
  const began = engine.clock.now();
  expect(await codeOf(restartOriginal({ originalId, replacementId }, scope))).toBe('start-failed');
  expect(engine.calls.filter(({ method }) => method === 'startContainer')).toHaveLength(2);
  expect(engine.clock.now() - began).toBeLessThan(scope.patienceMs);
});

it('has one refusal of an engine that stays up be no end of the way back', async () => {
  const noExit = 'tried to kill container, but did not receive an exit event';
  const { engine, scope } = stage(at('stopContainer', { ...refused, message: noExit }));
  const originalId = engine.run({ name: 'box.backup', state: 'created' });
  const id = engine.run({ name: 'box' });
  expect(await codeOf(stopReplacement({ id, originalId, graceS: 1 }, scope))).toBe('done');
  expect(engine.find(id)?.status).toBe('exited');
});

it('says what helps against a start that an engine was killed in', async () => {
  const { engine, scope } = stage({
    before: ({ method, args }) =>
      method === 'startContainer'
        ? { kind: 'refuse', status: 500, message: `task ${String(args[0])}: already exists` }
        : undefined,
  });
  const originalId = engine.run({ name: 'box' });
  engine.outsider.stop(originalId);
  await expect(restartOriginal({ originalId, replacementId }, scope)).rejects.toThrow(
    `pkill -f 'containerd-shim.*${originalId.slice(0, 12)}'`,
  );
});

/** The engine answers whatever it is asked with 500s, and after so long it restarts. */
function goingDown(afterMs: number) {
  let isGoing = false;
  const hooks: Hooks = { before: () => (isGoing ? refused : undefined) };
  const staged = stage(hooks);
  const { engine } = staged;
  const id = engine.run({ name: 'box', restart: 'always' });
  const begin = (): void => {
    isGoing = true;
    engine.clock.at(engine.clock.now() + afterMs, 'restart', () => {
      engine.outsider.restartEngine({ kind: 'graceful', downMs: 3000 });
      isGoing = false;
    });
  };
  return { ...staged, id, begin };
}

const factsOf = (engine: MemoryEngine, id: string) => ({
  id,
  name: 'box',
  digest: '',
  imageId: engine.find(id)!.imageId,
  policy: { name: 'always', maximumRetryCount: 0 },
  running: true,
  healthy: false,
  startedAt: '',
});

it('outlasts an engine that answers every look with 500s for seconds, the first one included', async () => {
  const { engine, scope, id, begin } = goingDown(5000);
  engine.outsider.stop(id);
  begin();
  expect(await codeOf(restartOriginal({ originalId: id, replacementId }, scope))).toBe('done');
  expect((await scope.docker.inspectContainer(id))?.State.Running).toBe(true);
});

it('watches for more seconds where a look has met nothing but 500s', async () => {
  const { engine, scope, id, begin } = goingDown(17_000);
  engine.outsider.stop(id);
  begin();
  expect(await codeOf(restartOriginal({ originalId: id, replacementId }, scope))).toBe('done');
});

it('outlasts it when it only looks: at the beginning of the way back, and at its end', async () => {
  const { engine, scope, id, begin } = goingDown(17_000);
  const original = factsOf(engine, id);
  begin();
  expect(
    await proveWayBack({ snapshot: null, replacementId, original, gateway: null }, scope),
  ).toEqual({
    proven: true,
    from: 'original',
  });
  const input = { original, replacementId, gateway: null, healthyWithinMs: 1000 };
  begin();
  expect(await verifyOriginal(input, scope)).toEqual({ verdict: 'verified' });
});

it('reads an answer cut short as what it is at an engine that goes down', async () => {
  const { engine, scope, id } = goingDown(0);
  const original = factsOf(engine, id);
  let cut = 1;
  const inspectContainer: typeof scope.docker.inspectContainer = (ref) => {
    if (cut-- <= 0) return scope.docker.inspectContainer(ref);
    engine.outsider.restartEngine({ kind: 'graceful', downMs: 3000 });
    throw new EngineAnswerInvalid('inspect: the answer is not JSON');
  };
  const docker = new Proxy(scope.docker, {
    get: (port, key) =>
      key === 'inspectContainer'
        ? inspectContainer
        : (Reflect.get(port, key) as () => void).bind(port),
  });
  expect(
    await proveWayBack(
      { snapshot: null, replacementId, original, gateway: null },
      { ...scope, docker },
    ),
  ).toEqual({
    proven: true,
    from: 'original',
  });
});

it('believes an engine that stumbles for good, in its own words', async () => {
  const { scope, id } = stageOf500s();
  await expect(restartOriginal({ originalId: id, replacementId }, scope)).rejects.toThrow(
    new EngineRefused(500, refused.message),
  );
});

function stageOf500s() {
  let isDone = false;
  const staged = stage({ before: () => (isDone ? refused : undefined) });
  const id = staged.engine.run({ name: 'box' });
  isDone = true;
  return { ...staged, id };
}

it('waits for a silent engine once, and no longer', async () => {
  const { engine, scope } = stage(at('inspectContainer', { kind: 'unreachable', calls: 9999 }));
  const originalId = engine.run({ name: 'box' });
  const began = engine.clock.now();
  expect(await codeOf(restartOriginal({ originalId, replacementId }, scope))).toBe(
    'engine-unreachable',
  );
  expect(engine.clock.now() - began).toBeLessThanOrEqual(scope.patienceMs);
});
