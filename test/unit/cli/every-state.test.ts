/**
 * Signals, and readers that go away, in every state: the whole command line on the engine in memory. The
 * container is brought to a safe end, and the exit code says to which.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { begin, failsAfterStart, world } from '../graft/root.js';
import { realBackend, type Backend } from '../../../src/cli/backend.js';
import { EXIT } from '../../../src/cli/exit-codes.js';
import type { Io } from '../../../src/cli/io.js';
import { afterLoss } from '../../../src/cli/loss.js';
import { main } from '../../../src/cli/main.js';
import { sinkOn } from '../../../src/cli/write.js';
import { listRuns } from '../../../src/graft.js';
import { asksForGpu, isRunning } from '../../memory/index.js';
import { folder } from '../runtime/lines.js';
import { FakeIo } from './fake.js';

type Way = 'forward' | 'back';
const FORWARD: Readonly<Record<string, number>> = {
  discovery: EXIT.refused,
  selection: EXIT.refused,
  preparation: EXIT.refused,
  cutover: EXIT.rolledBack,
  confirmation: EXIT.rolledBack,
  completion: EXIT.ok,
  grafted: EXIT.ok,
};

interface Ran {
  readonly exit: number;
  readonly states: readonly string[];
  readonly stderr: string;
  readonly stateDir: string;
}

/** `apply box` once more from the beginning, with something that happens as a state is entered. */
async function apply(
  way: Way,
  where: string | null,
  deed: (io: FakeIo) => void,
  streams: (io: FakeIo) => Partial<Io> = () => ({}),
): Promise<Ran> {
  const id = begin();
  if (way === 'back') failsAfterStart(id);
  const stateDir = path.join(folder(), 'state');
  const io = new FakeIo();
  const states: string[] = [];
  const graft: Backend['graft'] = (target, options, session) =>
    realBackend.graft(target, options, {
      ...session,
      onProgress: (progress) => {
        session.onProgress?.(progress);
        if (progress.state === where && !states.includes(where)) deed(io);
        states.push(progress.state);
      },
    });
  const argv = ['apply', 'box', '--gpu-proof', 'none', '--state-dir', stateDir];
  const whole: Io = Object.assign(io, streams(io));
  const exit = await main(argv, whole, { ...realBackend, graft });
  // Whatever listened listens no more: a signal now means what it means to any process.
  expect(io.signal).toBeNull();
  return { exit: afterLoss(exit, whole, argv), states, stderr: io.stderr.text ?? '', stateDir };
}

/** One has the name and runs, nothing else is there, and the journal tells of the same end. */
async function expectSafe(exit: number, stateDir: string): Promise<void> {
  const all = [...world.engine.core.containers.values()];
  expect(all.map(({ name }) => name)).toEqual(['box']);
  expect(all.every(isRunning)).toBe(true);
  expect(all.map((one) => asksForGpu(one))).toEqual([exit === EXIT.ok]);
  const [run] = fs.existsSync(stateDir) ? await listRuns(stateDir) : [];
  const outcome = {
    [EXIT.ok]: 'grafted',
    [EXIT.refused]: 'refused',
    [EXIT.rolledBack]: 'rolledBack',
  };
  // One that only looked has left no run.
  if (run !== undefined) expect(run.outcome).toBe(outcome[exit as keyof typeof outcome]);
}

const known = new Map<Way, readonly string[]>();
async function statesOf(way: Way): Promise<readonly string[]> {
  if (!known.has(way))
    known.set(way, [...new Set((await apply(way, null, () => undefined)).states)]);
  return known.get(way) ?? [];
}

const signals: Readonly<Record<string, readonly string[]>> = {
  SIGINT: ['SIGINT'],
  'SIGINT, and again': ['SIGINT', 'SIGINT'],
  SIGTERM: ['SIGTERM'],
  'SIGHUP, then SIGTERM': ['SIGHUP', 'SIGTERM'],
};

describe.each(Object.entries(signals))('%s', (_, sent) => {
  it('in every state of a run that succeeds', async () => {
    const states = await statesOf('forward');
    expect(states.length).toBeGreaterThan(25);
    for (const where of states) {
      const { exit, stderr, stateDir } = await apply('forward', where, (io) => {
        for (const signal of sent) io.signal?.(signal);
      });
      expect([where, exit]).toEqual([where, FORWARD[where.split('.')[0] ?? '']]);
      await expectSafe(exit, stateDir);
      expect(stderr).toContain(`${sent[0]}: cancelling while`);
      if (sent.length > 1) {
        expect(stderr).toContain(`${sent[1]} again: still`);
        expect(stderr).toMatch(
          /kill -9 4711 ends this process now; gpugraft recover .*then goes on/,
        );
      }
    }
  });

  it('in every state of a rollback', async () => {
    const rollback = (await statesOf('back')).filter((state) =>
      /^(rollback|rolledBack)/.test(state),
    );
    expect(rollback.length).toBeGreaterThan(6);
    for (const where of rollback) {
      const { exit, stateDir } = await apply('back', where, (io) => {
        for (const signal of sent) io.signal?.(signal);
      });
      expect([where, exit]).toEqual([where, EXIT.rolledBack]);
      await expectSafe(exit, stateDir);
    }
  });
});

/** A stream whose reader is there until it is told to go, and then answers like this. */
function leaving(code: string) {
  let gone = false;
  const stream = new Writable({
    write: (_chunk, _encoding, done) =>
      done(gone ? Object.assign(new Error(`${code}: write`), { code }) : null),
  });
  const sink = sinkOn(
    Object.assign(stream, {
      fd: fs.openSync('/dev/null', 'w'),
      isTTY: code === 'EIO',
      columns: 0,
    }) as never,
  );
  return { sink, go: () => (gone = true) };
}

describe.each([
  ['is closed', 'EPIPE', EXIT.ok],
  ['was a terminal that is gone', 'EIO', EXIT.ok],
  ['is full', 'ENOSPC', EXIT.bug],
])('stdout and stderr, whose other end %s', (_, code, expected) => {
  it('in every state: the run goes on to its end, and the exit code tells', async () => {
    for (const where of await statesOf('forward')) {
      const stdout = leaving(code);
      const stderr = leaving(code);
      const { exit, stateDir } = await apply(
        'forward',
        where,
        () => {
          stdout.go();
          stderr.go();
        },
        () => ({ stdout: stdout.sink, stderr: stderr.sink }),
      );
      expect([where, exit]).toEqual([where, expected]);
      await expectSafe(EXIT.ok, stateDir);
    }
  });
});
