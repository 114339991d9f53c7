/**
 * What stands after the engine restarts. The table is what 20.10.24 and 28.5.2 did, both alike,
 * with containers of each kind; facts/reliability.md has a part of it.
 */
import { describe, expect, it } from 'vitest';
import { MemoryEngine } from '../../memory/index.js';
import type { Behaviour } from '../../memory/behaviour.js';
import type { EngineRestart } from '../../memory/restart.js';

const POLICIES = ['always', 'unless-stopped', 'on-failure', 'no'] as const;
type Policy = (typeof POLICIES)[number];

interface Kind {
  readonly behaviour?: Behaviour;
  /** Brings a container that runs under policy `no` into its state. */
  readonly prepare: (engine: MemoryEngine, id: string, policy: Policy) => void;
}

const policyOf = (name: string) => ({ name, maximumRetryCount: 0 });
const ZERO: Behaviour = { stop: { kind: 'exits', afterMs: 0, code: 0 } };
const arm = (engine: MemoryEngine, id: string, policy: Policy): void =>
  engine.outsider.setPolicy(id, policyOf(policy));

const KINDS: Record<string, Kind> = {
  'running, 143 on SIGTERM': { prepare: arm },
  'running, 0 on SIGTERM': { behaviour: ZERO, prepare: arm },
  paused: {
    prepare: (engine, id, policy) => {
      arm(engine, id, policy);
      engine.outsider.pause(id);
    },
  },
  'stopped by hand': {
    prepare: (engine, id, policy) => {
      arm(engine, id, policy);
      engine.outsider.stop(id);
    },
  },
  'killed by hand': {
    prepare: (engine, id, policy) => {
      arm(engine, id, policy);
      engine.outsider.kill(id);
    },
  },
  'exited by itself with 3': {
    prepare: (engine, id, policy) => {
      engine.outsider.crash(id, 3);
      arm(engine, id, policy);
    },
  },
  'exited by itself with 0': {
    prepare: (engine, id, policy) => {
      engine.outsider.crash(id, 0);
      arm(engine, id, policy);
    },
  },
  'stopped by hand, then policy no': {
    prepare: (engine, id, policy) => {
      arm(engine, id, policy);
      engine.outsider.stop(id);
      arm(engine, id, 'no');
    },
  },
};

/** U up, D down; always, unless-stopped, on-failure, no. */
const TABLE: [kind: string, restart: EngineRestart['kind'], liveRestore: boolean, up: string][] = [
  ['running, 143 on SIGTERM', 'graceful', false, 'UUUD'],
  ['running, 143 on SIGTERM', 'killed', false, 'UDUD'],
  ['running, 143 on SIGTERM', 'killed', true, 'UUUU'],
  ['running, 0 on SIGTERM', 'graceful', false, 'UUDD'],
  ['running, 0 on SIGTERM', 'killed', false, 'UDDD'],
  ['paused', 'graceful', false, 'UUUD'],
  ['paused', 'killed', false, 'UDUD'],
  ['stopped by hand', 'graceful', false, 'UDUD'],
  ['stopped by hand', 'killed', false, 'UDUD'],
  ['killed by hand', 'graceful', false, 'UDUD'],
  ['killed by hand', 'killed', false, 'UDUD'],
  ['exited by itself with 3', 'graceful', false, 'UUUD'],
  ['exited by itself with 3', 'killed', false, 'UUUD'],
  ['exited by itself with 0', 'graceful', false, 'UUDD'],
  ['exited by itself with 0', 'killed', false, 'UUDD'],
  ['stopped by hand, then policy no', 'graceful', false, 'DDDD'],
  ['stopped by hand, then policy no', 'killed', false, 'DDDD'],
];

describe('after the engine has restarted', () => {
  it.each(TABLE)('%s, %s, live-restore %s: %s', (kind, restart, liveRestore, up) => {
    const { behaviour, prepare } = KINDS[kind]!;
    const states = POLICIES.map((policy) => {
      const engine = new MemoryEngine({ liveRestore });
      const id = engine.run({ name: 'web' }, behaviour);
      prepare(engine, id, policy);
      engine.outsider.restartEngine({ kind: restart });
      const container = engine.find(id)!;
      expect(['running', 'exited']).toContain(container.status);
      return container.status === 'running' ? 'U' : 'D';
    });
    expect(states.join('')).toBe(up);
  });

  it.each(['graceful', 'killed'] as const)('what never ran stays down (%s)', (kind) => {
    for (const restart of POLICIES) {
      const engine = new MemoryEngine();
      const created = engine.run({ name: 'created', restart, state: 'created' });
      const failed = engine.run({ name: 'failed', restart, state: 'created' });
      engine.script(failed, { startError: { status: 400, message: 'no such file' } });
      expect(() => engine.outsider.start(failed)).toThrow('no such file');
      engine.outsider.restartEngine({ kind });
      expect([engine.find(created)?.status, engine.find(failed)?.status]).toEqual([
        'created',
        'created',
      ]);
    }
  });

  it('unless-stopped stays down for good once a killed engine has stopped it', () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart: 'unless-stopped' });
    engine.outsider.restartEngine({ kind: 'killed' });
    engine.outsider.restartEngine({ kind: 'graceful' });
    expect(engine.find(id)?.status).toBe('exited');
    engine.outsider.start(id);
    engine.outsider.restartEngine({ kind: 'graceful' });
    expect(engine.find(id)?.status).toBe('running');
  });

  it('has another epoch, and cannot be reached while it is down', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({ name: 'web', restart: 'always' });
    const port = engine.port();
    const { epoch } = await port.engine();
    engine.outsider.restartEngine({ kind: 'graceful', downMs: 5000 });
    await expect(port.inspectContainer(id)).rejects.toMatchObject({
      name: 'EngineUnreachable',
      kind: 'down',
    });
    expect(engine.find(id)?.status).toBe('exited');
    await engine.clock.sleep(5000);
    expect((await port.inspectContainer(id))?.State.Running).toBe(true);
    expect((await port.engine()).epoch).not.toBe(epoch);
  });

  it('ends a call in flight without an answer, and forgets a create that had not ended', async () => {
    const engine = new MemoryEngine({ createMs: 0 });
    const id = engine.run({ name: 'web' }, { stop: { kind: 'ignores' } });
    engine.clock.at(engine.clock.now() + 2000, 'killed', () =>
      engine.outsider.restartEngine({ kind: 'killed' }),
    );
    await expect(engine.port().stopContainer(id, 30)).rejects.toMatchObject({
      name: 'EngineAmbiguous',
    });
    engine.core.createMs = 5000;
    const body = { Image: 'busybox', Cmd: ['true'] };
    engine.clock.at(engine.clock.now() + 2000, 'killed', () =>
      engine.outsider.restartEngine({ kind: 'killed' }),
    );
    const creating = engine.port().createContainer('slow', body);
    await expect(creating).rejects.toMatchObject({ name: 'EngineAmbiguous' });
    await engine.clock.sleep(10_000);
    expect([...engine.core.containers.values()].map(({ name }) => name)).toEqual(['web']);
    engine.core.createMs = 0;
    await expect(engine.port().createContainer('slow', body)).resolves.toMatchObject({
      warnings: [],
    });
  });
});
