/** Each change that is made to a container, against everything that can become of a call. */
import { describe, expect, it } from 'vitest';
import {
  rename,
  renameAtOnce,
  setPolicy,
  startBeside,
  stop,
} from '../../../src/actors/support/acts.js';
import { disarmOriginal, stopOriginal } from '../../../src/actors/cutover.js';
import { disarmReplacement, removeReplacement } from '../../../src/actors/rollback.js';
import type { ActorScope } from '../../../src/actors/support/scope.js';
import { isRunning, type MemoryEngine, type Verdict } from '../../memory/index.js';
import { at, codeOf, stage } from './stage.js';

const box = (id: string) => ({ id, what: 'the box' });
const beside = (id: string) => ({ id, what: 'the other' });
const never = { name: 'no', maximumRetryCount: 0 };

interface Act {
  readonly method: string;
  readonly code: string;
  readonly state: 'running' | 'exited';
  /** It acts before it looks; where it is done, the engine refuses. */
  readonly asksFirst?: true;
  readonly run: (scope: ActorScope, id: string, other: string) => Promise<unknown>;
  readonly isDone: (engine: MemoryEngine, id: string) => boolean;
}

const acts: Record<string, Act> = {
  stop: {
    method: 'stopContainer',
    code: 'stop-failed',
    state: 'running',
    run: (scope, id) => stop(scope, box(id), null),
    isDone: (engine, id) => !isRunning(engine.find(id)!),
  },
  start: {
    method: 'startContainer',
    code: 'start-failed',
    state: 'exited',
    run: (scope, id, other) => startBeside(scope, box(id), beside(other)),
    isDone: (engine, id) => isRunning(engine.find(id)!),
  },
  rename: {
    method: 'renameContainer',
    code: 'rename-failed',
    state: 'running',
    run: (scope, id) => rename(scope, box(id), 'box.backup'),
    isDone: (engine, id) => engine.find('box.backup')?.id === id,
  },
  'rename at once': {
    method: 'renameContainer',
    code: 'rename-failed',
    state: 'running',
    asksFirst: true,
    run: (scope, id) => renameAtOnce(scope, box(id), 'box.backup'),
    isDone: (engine, id) => engine.find('box.backup')?.id === id,
  },
  policy: {
    method: 'setRestartPolicy',
    code: 'policy-failed',
    state: 'exited',
    run: (scope, id) => setPolicy(scope, box(id), never),
    isDone: (engine, id) => engine.find(id)?.hostConfig.RestartPolicy.Name === 'no',
  },
};

/** One call meets each; the act is done all the same. */
const passing: Record<string, Verdict> = {
  'the request is lost': { kind: 'lost-request' },
  'the request is lost and time passes': { kind: 'lost-request', afterMs: 20_000 },
  'the reply is lost': { kind: 'lost-reply' },
  'it lands late': { kind: 'late', calls: 1 },
  'it is done and answered with an error': { kind: 'done-but-error' },
  'the engine cannot be reached for ten calls': { kind: 'unreachable', calls: 10 },
};

const set = (act: Act, hooks: Parameters<typeof stage>[0]) => {
  const { engine, scope } = stage(hooks);
  const id = engine.run({ name: 'box', restart: 'always', state: act.state });
  const other = engine.run({ name: 'other', state: 'exited' });
  return { engine, scope, id, other };
};

describe.each(Object.entries(acts))('%s', (_, act) => {
  it.each(Object.entries(passing))('is done although %s', async (_fault, verdict) => {
    const { engine, scope, id, other } = set(act, at(act.method, verdict));
    await act.run(scope, id, other);
    expect(act.isDone(engine, id)).toBe(true);
    engine.landLate();
    expect(act.isDone(engine, id)).toBe(true);
  });

  it.each(Object.entries(passing))('is done although %s at the look', async (_fault, verdict) => {
    const { engine, scope, id, other } = set(act, at('inspectContainer', verdict, 2));
    await act.run(scope, id, other);
    expect(act.isDone(engine, id)).toBe(true);
  });

  it('fails where the engine refuses it, and says so with its words', async () => {
    const verdict: Verdict = { kind: 'refuse', status: 500, message: 'the disk is gone' };
    const { engine, scope, id, other } = set(act, at(act.method, verdict));
    const failing = act.run(scope, id, other);
    await expect(failing).rejects.toThrow(/^could not .*: the disk is gone$/);
    expect(await codeOf(failing)).toBe(act.code);
    expect(act.isDone(engine, id)).toBe(false);
  });

  it('fails in the end when no request is ever answered', async () => {
    const { scope, id, other } = set(
      act,
      at(act.method, { kind: 'lost-request', afterMs: 1000 }, 9999),
    );
    const began = scope.clock.now();
    expect(await codeOf(act.run(scope, id, other))).toBe(act.code);
    expect(scope.clock.now() - began).toBeLessThan(75_000);
  });

  it('changes nothing where it is done already', async () => {
    const { engine, scope, id, other } = set(act, {});
    await act.run(scope, id, other);
    const made = engine.calls.filter(({ changing }) => changing).length;
    const before = await scope.docker.inspectContainer(id);
    await act.run(scope, id, other);
    expect(await scope.docker.inspectContainer(id)).toEqual(before);
    const asked = engine.calls.filter(({ changing }) => changing).length - made;
    expect(asked).toBe(act.asksFirst === true ? 1 : 0);
  });
});

const looking = Object.entries(acts).filter(([, act]) => act.asksFirst !== true);

describe.each(looking)('%s, whose look decides', (_, act) => {
  it('fails where it is answered and has no effect, after a few times', async () => {
    let made = 0;
    const { scope, id, other } = set(act, {
      before: ({ method }) => {
        if (method !== act.method) return undefined;
        made += 1;
        return { kind: 'lost-request' };
      },
    });
    const deaf: ActorScope['docker'] = new Proxy(scope.docker, {
      get: (port, key) => {
        const real = Reflect.get(port, key) as (...args: unknown[]) => Promise<unknown>;
        if (key !== act.method) return real.bind(port);
        return (...args: unknown[]) => real.apply(port, args).catch(() => undefined);
      },
    });
    const failing = act.run({ ...scope, docker: deaf }, id, other);
    await expect(failing).rejects.toThrow('it had no effect');
    expect(made).toBe(3);
  });

  it('gives up, and knows nothing, when the engine is gone for longer than its patience', async () => {
    const { scope, id, other } = set(
      act,
      at('inspectContainer', { kind: 'unreachable', calls: 9999 }),
    );
    const began = scope.clock.now();
    expect(await codeOf(act.run(scope, id, other))).toBe('engine-unreachable');
    expect(scope.clock.now() - began).toBeLessThan(62_000);
  });
});

it('believes an answered rename, and looks at the names before it starts one of the two', async () => {
  const { engine, scope } = stage();
  const id = engine.run({ name: 'box.new', state: 'exited' });
  const other = engine.run({ name: 'box', state: 'exited' });
  await renameAtOnce(scope, beside(other), 'box.backup');
  expect(engine.calls.map(({ method }) => method)).toEqual(['renameContainer']);
  const named = { ...box(id), name: 'box' };
  const aside = { ...beside(other), name: 'box.backup' };
  const failing = startBeside(scope, named, aside);
  expect(await codeOf(failing)).toBe('rename-failed');
  await expect(failing).rejects.toThrow('the box is called box.new, not box');
  engine.outsider.rename(id, 'box');
  engine.outsider.rename(other, 'moved');
  await expect(startBeside(scope, named, aside)).rejects.toThrow('is called moved, not box.backup');
  expect(engine.calls.some(({ method }) => method === 'startContainer')).toBe(false);
  engine.outsider.rename(other, 'box.backup');
  await startBeside(scope, named, aside);
  expect(isRunning(engine.find('box')!)).toBe(true);
});

describe('starting one beside another', () => {
  it('does not, while the other runs', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', state: 'exited' });
    const other = engine.run({ name: 'other' });
    expect(await codeOf(startBeside(scope, box(id), beside(other)))).toBe('both-would-run');
    expect(engine.calls.some(({ changing }) => changing)).toBe(false);
  });

  it('does not, while the other is between two restarts of its policy', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', state: 'exited' });
    const other = engine.run({ name: 'other', restart: 'always' });
    engine.outsider.crash(other);
    expect(engine.find(other)?.status).toBe('restarting');
    expect(await codeOf(startBeside(scope, box(id), beside(other)))).toBe('both-would-run');
  });

  it('counts one that ran and ended at once as started', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', state: 'exited' }, { exit: { afterMs: 0, code: 3 } });
    const other = engine.run({ name: 'other', state: 'exited' });
    const raw = await startBeside(scope, box(id), beside(other));
    expect(raw.State).toMatchObject({ Running: false, ExitCode: 3 });
    expect(engine.calls.filter(({ method }) => method === 'startContainer')).toHaveLength(1);
  });

  it('keeps environment values out of the refusal', async () => {
    const { engine, scope } = stage();
    const startError = { status: 400, message: 'exec: "canary-in-error": not found' };
    const id = engine.run({ name: 'box', state: 'exited', env: { KEY: 'canary-in-error' } });
    engine.script(id, { startError });
    const other = engine.run({ name: 'other', state: 'exited' });
    const failing = startBeside(scope, box(id), beside(other));
    await expect(failing).rejects.toThrow('exec: "<redacted>": not found');
  });

  it('says who is gone', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', state: 'exited' });
    engine.outsider.remove(id);
    expect(await codeOf(startBeside(scope, box(id), beside(id)))).toBe('container-gone');
  });
});

describe('stopping', () => {
  it('waits out a process that takes its time, and one that has to be killed', async () => {
    for (const manner of [
      { kind: 'exits', afterMs: 7000, code: 0 } as const,
      { kind: 'ignores' } as const,
    ]) {
      const { engine, scope } = stage();
      const id = engine.run({ name: 'box', stopTimeoutS: 77 }, { stop: manner });
      const raw = await stop(scope, box(id), null);
      expect(raw?.State.ExitCode).toBe(manner.kind === 'exits' ? 0 : 137);
    }
  });

  it('fails where it cannot be killed', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box' }, { stop: { kind: 'unkillable' } });
    expect(await codeOf(stop(scope, box(id), 1))).toBe('stop-failed');
  });

  it('waits for one whose client was cut off in the middle of the grace', async () => {
    const { engine, scope } = stage(at('stopContainer', { kind: 'cut' }));
    const id = engine.run({ name: 'box' }, { stop: { kind: 'exits', afterMs: 4000, code: 5 } });
    expect((await stop(scope, box(id), null))?.State.ExitCode).toBe(5);
  });

  it('takes one that is gone for stopped', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box' });
    engine.outsider.remove(id);
    expect(await stop(scope, box(id), null)).toBeNull();
  });
});

describe('renaming', () => {
  it('fails where somebody has the name, and leaves both as they are', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box' });
    const holder = engine.run({ name: 'box.backup' });
    expect(await codeOf(rename(scope, box(id), 'box.backup'))).toBe('rename-failed');
    expect([engine.find('box')?.id, engine.find('box.backup')?.id]).toEqual([id, holder]);
  });
});

describe('setting a policy', () => {
  it('takes an empty name for no, and a count only where it means something', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', restart: 'on-failure:3', state: 'exited' });
    await setPolicy(scope, box(id), { name: 'on-failure', maximumRetryCount: 3 });
    expect(engine.calls.some(({ changing }) => changing)).toBe(false);
    await setPolicy(scope, box(id), { name: 'on-failure', maximumRetryCount: 4 });
    expect(engine.find(id)?.hostConfig.RestartPolicy.MaximumRetryCount).toBe(4);
  });
});

describe('keeping one down', () => {
  it('asks nothing about one whose policy the look that ended its stop has shown', async () => {
    const { engine, scope } = stage();
    const stopping = { id: engine.run({ name: 'box' }), graceS: null };
    const armed = { id: engine.run({ name: 'armed', restart: 'unless-stopped' }), graceS: null };
    expect(await stopOriginal(stopping, scope)).toMatchObject({ policy: never });
    const always = { name: 'unless-stopped', maximumRetryCount: 0 };
    expect(await stopOriginal(armed, scope)).toMatchObject({ policy: always });
    const asked = engine.calls.length;
    await disarmOriginal({ id: stopping.id, policy: never }, scope);
    expect(engine.calls).toHaveLength(asked);
    await disarmOriginal({ id: armed.id, policy: always }, scope);
    expect(engine.find('armed')?.hostConfig.RestartPolicy.Name).toBe('no');
  });

  const actors = { disarmOriginal, disarmReplacement };
  const updates = (engine: MemoryEngine): number =>
    engine.calls.filter(({ method }) => method === 'setRestartPolicy').length;

  it.each(Object.entries(actors))('takes its policy (%s)', async (_, actor) => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', restart: 'always', state: 'exited' });
    expect(await codeOf(actor({ id, policy: null }, scope))).toBe('done');
    expect(engine.find(id)?.hostConfig.RestartPolicy.Name).toBe('no');
  });

  it.each(Object.entries(actors))('touches none that runs again (%s)', async (name, actor) => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', restart: 'always' });
    const failed = name === 'disarmOriginal';
    expect(await codeOf(actor({ id, policy: null }, scope))).toBe(
      failed ? 'both-would-run' : 'done',
    );
    expect(updates(engine)).toBe(0);
    expect(engine.find(id)?.hostConfig.RestartPolicy.Name).toBe('always');
  });

  it('leaves a replacement that the engine brought back to its removal', async () => {
    const { engine, scope } = stage();
    const id = engine.run({ name: 'box', restart: 'always' });
    const originalId = engine.run({ name: 'box.backup', state: 'exited' });
    await stop(scope, box(id), null);
    engine.outsider.restartEngine({ kind: 'graceful' });
    expect(isRunning(engine.find(id)!)).toBe(true);
    await disarmReplacement({ id }, scope);
    await removeReplacement({ id, originalId }, scope);
    expect(engine.find(id)).toBeNull();
    expect(updates(engine)).toBe(0);
  });
});
