/** From journals to films: whole ones, torn ones, ones that grow, and what others have made. */
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Developer } from '../../../src/inspector/film/develop.js';
import { plain } from '../../../src/inspector/film/plain.js';
import { JournalFootage } from '../../../src/inspector/footage.js';
import { Library } from '../../../src/inspector/library.js';
import type { News } from '../../../src/inspector/film/film.js';
import { encodeLine } from '../../../src/runtime/journal-line.js';
import { JournalTail } from '../../../src/runtime/journal-tail.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { takeLock } from '../../../src/runtime/lock.js';
import {
  HOSTILE_TEXTS,
  line,
  linesOf,
  over,
  runId,
  stateWith,
  textOf,
  writeRun,
} from './support.js';

const footageOf = (state: string): JournalFootage =>
  new JournalFootage(new RunFolder(state, runId));
const active = (context: Record<string, unknown>, children = {}): Record<string, unknown> => ({
  status: 'active',
  value: 'x',
  context,
  children,
});

describe('a frame', () => {
  it('says what moved the machine, what runs, and what has changed', () => {
    const developer = new Developer();
    const first = developer.frame(
      line(1, { snapshot: active({ mode: null, wait: { errors: 0 } }) }),
    );
    expect(first).toMatchObject({
      cause: { kind: 'start' },
      changes: { mode: null, wait: { errors: 0 } },
      over: false,
    });
    const second = developer.frame(
      line(2, {
        at: '2026-01-05T09:00:01.500Z',
        event: { type: 'xstate.done.actor.startProbe', output: { ok: true } },
        snapshot: active(
          { mode: 'cdi', wait: { errors: 0 } },
          { stopOriginal: { src: 'stopOriginal', snapshot: { input: { id: 'a' } } } },
        ),
      }),
    );
    expect(second).toEqual({
      seq: 2,
      at: Date.parse('2026-01-05T09:00:01.500Z'),
      state: 'phase.state2',
      cause: { kind: 'done', name: 'startProbe', data: { ok: true } },
      actor: { name: 'stopOriginal', input: { id: 'a' } },
      over: false,
      changes: { mode: 'cdi' },
    });
  });

  it.each([
    [
      { type: 'xstate.error.actor.x', error: { code: 'no' } },
      { kind: 'error', name: 'x', data: { code: 'no' } },
    ],
    [
      { type: 'CANCEL', by: 'SIGINT' },
      { kind: 'cancel', data: { by: 'SIGINT' } },
    ],
    [{ type: 'RECOVER', choice: null }, { kind: 'recover' }],
    [{ type: 'else' }, { kind: 'other', name: 'else' }],
  ])('of %j', (event, cause) => {
    expect(new Developer().frame(line(2, { event })).cause).toMatchObject(cause);
  });

  it('never goes back in time, and shows no words of a command', () => {
    const developer = new Developer();
    const options = {
      readyCommand: ['curl', '-H', 'canary-1'],
      gpuProof: { kind: 'command', argv: ['check', 'canary-2'] },
      errorDebounce: 15,
    };
    const children = {
      p: {
        src: 'proveGpu',
        snapshot: { input: { argv: ['canary-3'], readyCommand: ['canary-4'] } },
      },
    };
    const first = developer.frame(line(1, { snapshot: active({ options }, children) }));
    const second = developer.frame(line(2, { at: '2020-01-01T00:00:00Z' }));
    const third = developer.frame(line(3, { at: 'no time' }));
    expect(JSON.stringify(first)).not.toContain('canary');
    expect(first.changes['options']).toMatchObject({
      errorDebounce: 15,
      readyCommand: '<3 words, not shown>',
    });
    expect([second.at, third.at]).toEqual([first.at, first.at]);
  });

  it.each([
    ['a context that is none', { status: 'active', context: 'x', children: null }],
    ['actors that are none', { context: {}, children: { a: { src: 4 }, b: null } }],
    ['nothing at all', {}],
    ['a status that is none', { status: {}, context: { a: [undefined] } }],
  ])('is made of a snapshot with %s', (_, snapshot) => {
    expect(new Developer().frame(line(1, { snapshot }))).toMatchObject({ seq: 1, over: false });
  });
});

describe('a value that is shown', () => {
  it('is bounded in depth, breadth and length', () => {
    let deep: unknown = 'bottom';
    for (let at = 0; at < 50_000; at += 1) deep = [deep];
    expect(JSON.stringify(plain(deep))).toBe(`${'['.repeat(12)}"…"${']'.repeat(12)}`);
    expect(plain(Array.from({ length: 10_000 }, () => 0))).toHaveLength(501);
    expect((plain('x'.repeat(1_000_000)) as string).length).toBe(10_001);
    expect(plain(Number.NaN)).toBe('NaN');
    const wide = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`k${at}`, at]));
    expect(Object.keys(plain(wide) as object)).toHaveLength(501);
  });

  it('keeps hostile texts as they are: they are text', () => {
    for (const text of HOSTILE_TEXTS) expect(plain({ a: text })).toEqual({ a: text });
  });
});

describe('the tail of a journal', () => {
  const [one, two, three] = [line(1), line(2), line(3)].map(encodeLine) as [string, string, string];
  const reserve = '\n'.repeat(2000);
  const at = (text: string): { file: string; tail: JournalTail } => {
    const file = writeRun(stateWith(''), text);
    return { file, tail: new JournalTail(file) };
  };
  const seqs = (tail: JournalTail): number[] => tail.read().lines.map(({ seq }) => seq);

  it('reads each line once, over the reserve', () => {
    const { file, tail } = at(one + reserve);
    expect(seqs(tail)).toEqual([1]);
    expect(seqs(tail)).toEqual([]);
    fs.writeFileSync(file, one + two + three + reserve);
    expect(seqs(tail)).toEqual([2, 3]);
    fs.truncateSync(file, (one + two + three).length + 1);
    expect(tail.read()).toEqual({ lines: [], problem: null });
  });

  it.each([1, 10, 17, 40, two.length - 2])(
    'waits for a line of which %i bytes are written, whoever writes it whole',
    (bytes) => {
      const { file, tail } = at(one + two.slice(0, bytes) + reserve);
      expect(seqs(tail)).toEqual([1]);
      expect(seqs(tail)).toEqual([]);
      fs.writeFileSync(file, one + two + reserve);
      expect(tail.read()).toMatchObject({ lines: [{ seq: 2 }], problem: null });
    },
  );

  it('reads lines that are longer than what it reads at a time', () => {
    const long = line(2, { snapshot: { context: { text: 'ü'.repeat(1_500_000) } } });
    const { tail } = at(one + encodeLine(long) + three);
    expect(seqs(tail)).toEqual([1, 2, 3]);
  });

  it('reads many lines at once', () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      encodeLine(line(index + 1, { snapshot: { context: { text: 'x'.repeat(1000) } } })),
    );
    const { tail } = at(many.join('') + reserve);
    expect(seqs(tail)).toHaveLength(3000);
  });

  it.each([
    ['a gap', one + encodeLine(line(3)), 'its lines do not follow each other'],
    [
      'another run',
      one + encodeLine(line(2, { runId: 'other' })),
      'its lines do not follow each other',
    ],
    [
      'a newer form',
      one + encodeLine(line(2, { format: 2 })),
      'it was written by a newer gpugraft (format 2)',
    ],
    [
      'something else',
      `${one}${encodeLine({ no: 'line' } as never)}`,
      'a line of it is not a journal line',
    ],
  ])('ends at %s, with what came before', (_, text, problem) => {
    const { tail } = at(text);
    expect(tail.read()).toMatchObject({ lines: [{ seq: 1 }], problem });
  });

  it('reads no file that others can write, none that is a link, and none that is gone', () => {
    const { file, tail } = at(one);
    fs.chmodSync(file, 0o622);
    expect(tail.read().problem).toBe('others can write it');
    fs.symlinkSync(file, `${file}.link`);
    expect(new JournalTail(`${file}.link`).read().problem).toMatch(/^it cannot be read: ELOOP/);
    expect(new JournalTail(`${file}.none`).read().problem).toMatch(/^it cannot be read: ENOENT/);
  });
});

describe('a run on record', () => {
  it('is gone where nobody holds its lock, and alive where somebody does', async () => {
    const state = stateWith(textOf(linesOf({}, {})) + '\n'.repeat(100));
    expect((await footageOf(state).film()).standing).toEqual({ holder: 'gone', problem: null });
    const lock = await takeLock(new RunFolder(state, runId).lockFile);
    expect((await footageOf(state).film()).standing).toEqual({ holder: 'alive', problem: null });
    lock?.release();
  });

  it.each([
    ['torn at its end', '0123456789abcdef {"torn', null, 2],
    [
      'damaged in its middle',
      `0123456789abcdef {"torn\n${encodeLine(line(3))}`,
      'a line in its middle is damaged',
      2,
    ],
  ])('that is %s says so, with what is whole', async (_, behind, problem, frames) => {
    const film = await footageOf(stateWith(textOf(linesOf({}, {})) + behind)).film();
    expect(film).toMatchObject({ standing: { holder: 'gone', problem } });
    expect(film.frames).toHaveLength(frames);
  });

  it.each([
    ['nothing', ''],
    ['reserve alone', '\n\n\n'],
    ['rubbish', '\u0000\u0001'.repeat(5000)],
  ])('that holds %s has no frame, and why', async (_, text) => {
    const film = await footageOf(stateWith(text)).film();
    expect(film.frames).toEqual([]);
    expect(film.standing.problem).not.toBeNull();
  });

  it('tells what comes while somebody follows, and looks no more afterwards', async () => {
    const lines = linesOf({}, {}, { state: 'grafted', snapshot: over({}) });
    const state = stateWith(textOf(lines.slice(0, 1)) + '\n'.repeat(5000));
    const footage = footageOf(state);
    await footage.film();
    const heard: News[] = [];
    const stop = footage.follow(1, (news) => heard.push(news));
    fs.writeFileSync(new RunFolder(state, runId).journalFile, textOf(lines));
    await expect
      .poll(() => heard.flatMap(({ frames }) => frames.map(({ seq }) => seq)))
      .toEqual([2, 3]);
    expect(heard.at(-1)?.standing.holder).toBe('gone');
    stop();
  });
});

describe('the list of runs', () => {
  it('has every run, also one that cannot be read, and what this process drives', () => {
    const state = stateWith(textOf(linesOf({ state: 'grafted', snapshot: over({}) })));
    writeRun(state, 'rubbish here, long enough to be something', '20260106-090000-00000b');
    const library = new Library(state);
    library.entered({
      ...line(1),
      runId: '20260107-090000-00000c',
      description: '',
      meta: { step: '', undo: null, cause: '', onRecover: 'resume' },
      context: {} as never,
    });
    expect(library.list().map((run) => [run.runId.slice(-1), run.live])).toEqual([
      ['c', true],
      ['b', false],
      ['a', false],
    ]);
    expect(library.latest()).toBe('20260107-090000-00000c');
    expect(library.footage('../../etc')).toBeNull();
    // A process that drives a run reads no other one's journal, and shows none before its own.
    const driving = new Library(state, true);
    expect([driving.latest(), driving.list()]).toEqual([null, []]);
  });

  it('knows the calls of the step that made them, without what a query may hold', async () => {
    const library = new Library(stateWith(''));
    const entered = (seq: number): void =>
      library.entered({
        ...line(seq),
        description: '',
        meta: { step: '', undo: null, cause: '', onRecover: 'resume' },
        context: {} as never,
      });
    entered(1);
    library.called({ method: 'GET', path: '/v1.41/info', status: 200, ms: 3.4 });
    entered(2);
    library.called({ method: 'POST', path: '/commit?changes=canary', status: null, ms: 12 });
    const film = await library.footage(runId)?.film();
    expect(film?.calls).toMatchObject([
      { seq: 1, method: 'GET', path: '/v1.41/info', status: 200, tookMs: 3 },
      { seq: 2, method: 'POST', path: '/commit', status: null },
    ]);
  });
});
