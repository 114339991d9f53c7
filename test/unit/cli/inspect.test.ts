/** `gpugraft inspect`, and `--inspect` beside a run. */
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/cli/backend.js';
import { main } from '../../../src/cli/main.js';
import type { OpenInspector } from '../../../src/inspector/index.js';
import { Library } from '../../../src/inspector/library.js';
import { FakeIo, fakeBackend, progress, report, run, summary } from './fake.js';

const BASE = 'http://127.0.0.1:4711/?token=t';

class Opened {
  readonly library = new Library('/nowhere');
  closed = 0;
  keepsAlive: boolean | null = null;
  readonly inspect: Backend['inspect'] = (_, { keepsAlive, stately }) => {
    this.keepsAlive = keepsAlive;
    const opened: OpenInspector = {
      library: this.library,
      inspector: {
        url: BASE,
        urlOf: (runId) => `${BASE}&run=${runId}`,
        statelyUrlOf: (runId) => (stately ? `${BASE}&to=stately&run=${runId}` : null),
        close: () => {
          this.closed += 1;
          return Promise.resolve();
        },
      },
    };
    return Promise.resolve(opened);
  };
}

/** Runs the command until it listens for signals, and sends one. */
async function interrupted(words: string, parts: Partial<Backend>) {
  const io = new FakeIo();
  const done = main(words.split(' '), io, fakeBackend(parts));
  await expect.poll(() => io.signal).not.toBeNull();
  const before = io.stdout.text;
  io.signal?.('SIGINT');
  return { exit: await done, before, io };
}

describe('gpugraft inspect', () => {
  const [web, db] = [summary({}), summary({ runId: '20260102-000000-000001', name: 'db' })];
  const listRuns: Backend['listRuns'] = () => Promise.resolve([db, web]);

  it.each([
    ['inspect', db.runId],
    ['inspect web', web.runId],
    [`inspect ${web.runId}`, web.runId],
  ])('%s tells the address at once, and ends with the first signal', async (words, runId) => {
    const opened = new Opened();
    const { exit, before, io } = await interrupted(words, { listRuns, inspect: opened.inspect });
    expect(before).toBe(`${BASE}&run=${runId}\n`);
    expect([exit, io.stdout.text, opened.closed, opened.keepsAlive]).toEqual([0, before, 1, true]);
    expect(io.signal).toBeNull();
  });

  it('tells it as one document too, and shows a page where no run is on record', async () => {
    const opened = new Opened();
    const { exit, io } = await interrupted('inspect --json', {
      listRuns: () => Promise.resolve([]),
      inspect: opened.inspect,
    });
    expect(exit).toBe(0);
    expect(JSON.parse(io.stdout.text)).toEqual({
      schema: 1,
      url: BASE,
      stately: null,
      runId: null,
    });
  });

  it("tells the address of Stately's page only where that is asked for, and what it does", async () => {
    const opened = new Opened();
    const { before, io } = await interrupted('inspect web --stately', {
      listRuns,
      inspect: opened.inspect,
    });
    expect(before).toBe(`${BASE}&run=${web.runId}\n${BASE}&to=stately&run=${web.runId}\n`);
    expect(io.stderr.text).toContain(
      'loads https://stately.ai and hands it what the run remembers',
    );
  });

  it('refuses a name that no run has', async () => {
    const { exit, stderr } = await run('inspect nobody', { listRuns });
    expect(exit).toBe(3);
    expect(stderr).toBe('gpugraft: there is no run of nobody\n  hint: gpugraft runs lists them\n');
  });

  it('writes a file instead', async () => {
    const written: unknown[] = [];
    const exportRun: Backend['exportRun'] = (...given) => {
      written.push(given);
      return Promise.resolve();
    };
    const { exit, stdout } = await run('inspect web --export /there/run.html', {
      listRuns,
      exportRun,
    });
    expect([exit, stdout]).toEqual([0, `run ${web.runId} is in /there/run.html\n`]);
    expect(written).toEqual([[expect.any(String), web.runId, '/there/run.html']]);
    const none = await run('inspect --export run.html', {
      listRuns: () => Promise.resolve([]),
      exportRun,
    });
    expect(none.exit).toBe(3);
  });
});

describe('gpugraft apply --inspect', () => {
  it('shows what the run tells, calls and all, and ends with it', async () => {
    const opened = new Opened();
    const { exit, stderr } = await run('apply web --inspect', {
      inspect: opened.inspect,
      graft: async (_name, _options, session) => {
        session.onProgress?.(progress('cutover.quiescingOriginal', 'stopping the original'));
        session.onCall?.({ method: 'POST', path: '/stop', status: 204, ms: 3 });
        const film = await opened.library.footage('run-1')?.film();
        expect(film).toMatchObject({
          frames: [{ state: 'cutover.quiescingOriginal' }],
          calls: [{ path: '/stop' }],
        });
        expect(film?.standing.holder).toBe('alive');
        return report({});
      },
    });
    expect(exit).toBe(0);
    expect(stderr).toContain(`inspector: ${BASE}\n`);
    expect(stderr).toContain('stopping the original');
    expect([opened.closed, opened.keepsAlive]).toEqual([1, false]);
    expect((await opened.library.footage('run-1')?.film())?.standing.holder).toBe('gone');
  });

  it('tells its address to programs as one line more of --events', async () => {
    const opened = new Opened();
    const { stderr } = await run('apply web --inspect --events', {
      inspect: opened.inspect,
      graft: (_name, _options, session) => {
        session.onProgress?.(progress('cutover.quiescingOriginal', 'stopping the original'));
        return Promise.resolve(report({}));
      },
    });
    const told = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(told).toEqual([
      { schema: 1, inspector: BASE, stately: null },
      expect.objectContaining({ state: 'cutover.quiescingOriginal' }),
    ]);
  });

  it('grafts all the same where there is no port', async () => {
    const { exit, stderr } = await run('apply web --inspect', {
      inspect: () => Promise.reject(new Error('listen EACCES')),
      graft: () => Promise.resolve(report({})),
    });
    expect([exit, stderr]).toEqual([0, 'no inspector: listen EACCES\n']);
  });

  it('ends the page also where the run ends in an error', async () => {
    const opened = new Opened();
    const { exit } = await run('apply web --inspect', {
      inspect: opened.inspect,
      graft: () => Promise.reject(new Error('a bug')),
    });
    expect([exit, opened.closed]).toEqual([1, 1]);
  });
});
