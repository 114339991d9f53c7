/** Every verdict of every readiness source, and of the container's own evidence. */
import { hasHealthcheck } from '../../../src/docker/spec/healthcheck.js';
import { describe, expect, it } from 'vitest';
import { rawContainer, type RawContainer } from '../../../src/docker/raw.js';
import { judgeEvidence } from '../../../src/readiness/evidence.js';
import { askCommand, askHealth, askRunning } from '../../../src/readiness/sources.js';
import { MemoryEngine, type Verdict } from '../../memory/index.js';
import { at } from '../actors/stage.js';

async function running(health = false): Promise<RawContainer> {
  const engine = new MemoryEngine();
  const id = engine.run({ name: 'box', ...(health ? { health: { cmd: 'true' } } : {}) });
  return rawContainer.parse(await engine.port().inspectContainer(id));
}

async function polled(state: Partial<RawContainer['State']>, upMs = 9000) {
  const raw = await running();
  const docker = new MemoryEngine().port();
  return { raw: { ...raw, State: { ...raw.State, ...state } }, docker, upMs, stableForMs: 5000 };
}

const healthIs = (Status: string) => ({ Health: { Status, FailingStreak: 0, Log: [] } });

describe('the source running', () => {
  it.each([
    [0, 'pending'],
    [4999, 'pending'],
    [5000, 'ready'],
    [90_000, 'ready'],
  ])('says, after %i ms, %s', async (upMs, verdict) => {
    expect(askRunning(await polled({}, upMs)).verdict).toBe(verdict);
  });
});

describe('the source health', () => {
  it.each([
    ['starting', 9000, 'pending'],
    ['unhealthy', 9000, 'error'],
    ['healthy', 4999, 'pending'],
    ['healthy', 5000, 'ready'],
    ['none', 9000, 'error'],
    ['something new', 9000, 'error'],
  ])('makes of %s after %i ms: %s', async (status, upMs, verdict) => {
    expect(askHealth(await polled(healthIs(status), upMs)).verdict).toBe(verdict);
  });
  it('makes an error of a container without a health check', async () => {
    expect(askHealth(await polled({})).verdict).toBe('error');
  });
});

describe('the source command', () => {
  const argv = ['ready', '--quiet'];
  function asked(
    answer: { exitCode: number; output: string },
    verdict: Verdict = { kind: 'pass' },
  ) {
    const engine = new MemoryEngine();
    const env = { KEY: 'canary-in-the-output' };
    const seen: (readonly string[])[] = [];
    const id = engine.run(
      { name: 'box', env },
      {
        exec: (given) => {
          seen.push(given);
          return answer;
        },
      },
    );
    const docker = engine.port({ hooks: at('exec', verdict) });
    return { engine, id, docker, seen };
  }
  async function ask(
    { docker, id }: ReturnType<typeof asked>,
    state: Partial<RawContainer['State']> = {},
  ) {
    const raw = rawContainer.parse(await docker.inspectContainer(id));
    const poll = { raw: { ...raw, State: { ...raw.State, ...state } }, docker };
    return askCommand({ ...poll, upMs: 0, stableForMs: 0 }, argv);
  }

  it('is ready on exit 0, run with the words as they are', async () => {
    const set = asked({ exitCode: 0, output: '' });
    expect((await ask(set)).verdict).toBe('ready');
    expect(set.seen).toEqual([argv]);
  });
  it('makes an error of any other exit, with its last line, without the environment', async () => {
    const verdict = await ask(asked({ exitCode: 3, output: 'one\nkey canary-in-the-output\n' }));
    expect(verdict).toEqual({
      verdict: 'error',
      reason: 'the command ended with exit code 3: key <redacted>',
    });
  });
  it('is not asked while a health check is starting', async () => {
    const set = asked({ exitCode: 0, output: '' });
    expect((await ask(set, healthIs('starting'))).verdict).toBe('pending');
    expect(set.seen).toEqual([]);
  });
  it.each([
    ['no answer', { kind: 'lost-request' }, 'error'],
    ['a refusal', { kind: 'refuse', status: 409, message: 'not running' }, 'error'],
    ['an engine that is away', { kind: 'unreachable' }, 'pending'],
  ] as const)('makes of %s: %s', async (_, fault, verdict) => {
    expect((await ask(asked({ exitCode: 0, output: '' }, fault))).verdict).toBe(verdict);
  });
});

describe('whether there is a health check', () => {
  it('is read from the configuration and from the state', async () => {
    expect(hasHealthcheck(await running(true))).toBe(true);
    const raw = await running();
    expect(hasHealthcheck(raw)).toBe(false);
    const off = { ...raw, Config: { ...raw.Config, Healthcheck: { Test: ['NONE'] } } };
    expect(hasHealthcheck(off)).toBe(false);
    const state = { ...raw.State, ...healthIs('starting') };
    expect(hasHealthcheck({ ...raw, State: state })).toBe(true);
  });
});

describe('the evidence of the container itself', () => {
  const up = { Status: 'running', Running: true, Restarting: false, Paused: false };
  const down = { ...up, Status: 'exited', Running: false };
  it.each([
    ['runs', up, 0, false, null],
    ['runs since an engine restart', up, 0, true, null],
    ['is paused', { ...up, Paused: true }, 0, false, 'pending'],
    ['is removed', { ...down, Status: 'removing' }, 0, true, 'failed'],
    ['ended', down, 0, false, 'failed'],
    ['went down with its engine', down, 0, true, 'interrupted'],
    ['was restarted by its policy', up, 1, false, 'failed'],
    ['was restarted by its policy, and so was the engine', up, 2, true, 'failed'],
    ['keeps restarting', { ...up, Restarting: true }, 0, false, 'failed'],
    ['keeps restarting after an engine restart', { ...up, Restarting: true }, 0, true, 'failed'],
  ])('%s', async (_, state, RestartCount, engineRestarted, verdict) => {
    const raw = await running();
    const found = await judgeEvidence({
      raw: { ...raw, State: { ...raw.State, ...state }, RestartCount },
      acceptedRestarts: 0,
      engineRestarted,
      describeEnd: () => Promise.resolve('how it ended'),
    });
    expect(found?.verdict ?? null).toBe(verdict);
    if (verdict === 'failed' && state.Status !== 'removing') {
      expect(found?.reason).toContain('how it ended');
    }
  });

  it('counts no restart that a person has seen, and each one after it', async () => {
    const raw = { ...(await running()), RestartCount: 2 };
    const judged = (acceptedRestarts: number) =>
      judgeEvidence({
        raw,
        acceptedRestarts,
        engineRestarted: false,
        describeEnd: () => Promise.resolve('how it ended'),
      });
    expect(await judged(2)).toBeNull();
    expect((await judged(1))?.verdict).toBe('failed');
  });
});
