/** The journal's file: what a crash can leave of it, and what is none of ours. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileJournal, readEnd, readJournal } from '../../../src/runtime/journal.js';
import { decodeLine, encodeLine } from '../../../src/runtime/journal-line.js';
import { folder, line, runId } from './lines.js';

const three = [1, 2, 3].map((seq) => line(seq));

function written(lines = three, closed = false): string {
  const file = path.join(folder(), 'journal.jsonl');
  const journal = FileJournal.create(file);
  for (const one of lines) journal.append(one);
  if (closed) journal.close();
  return file;
}
const seqs = (file: string): number[] => readJournal(file).lines.map(({ seq }) => seq);
const problemOf = (text: string | Buffer): string | null => {
  const file = path.join(folder(), 'journal.jsonl');
  fs.writeFileSync(file, text, { mode: 0o600 });
  return readJournal(file).problem;
};

describe('a journal', () => {
  it('reads as it was written, 0600', () => {
    const file = written();
    expect(readJournal(file)).toEqual({
      lines: three,
      end: three.map(encodeLine).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      problem: null,
    });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('parses to the state before, torn at any byte of its last line', () => {
    const file = written();
    const whole = fs.readFileSync(file);
    const { end } = readJournal(file);
    const start = end - Buffer.byteLength(encodeLine(line(3)));
    for (const [name, rest] of Object.entries({
      'nothing behind': Buffer.alloc(0),
      'the reserve behind': Buffer.alloc(2000, '\n'),
      'zeros behind': Buffer.alloc(2000),
    })) {
      for (let size = start; size < end; size++) {
        fs.writeFileSync(file, Buffer.concat([whole.subarray(0, size), rest]));
        // The last byte is the line's end: behind it comes one of the reserve's, and it is whole.
        const expected = size === end - 1 && name === 'the reserve behind' ? 3 : 2;
        const { lines, problem } = readJournal(file);
        expect([name, size, lines.length, problem]).toEqual([name, size, expected, null]);
      }
    }
  });

  it('parses to the state before when bytes of its last line never reached the disk', () => {
    const file = written();
    const whole = fs.readFileSync(file);
    const { end } = readJournal(file);
    const start = end - Buffer.byteLength(encodeLine(line(3)));
    for (let hole = start; hole < end; hole++) {
      const torn = Buffer.from(whole.subarray(0, end + 50));
      torn[hole] = torn[hole] === 10 ? 0 : 10;
      fs.writeFileSync(file, torn);
      expect([hole, seqs(file)]).toEqual([hole, [1, 2]]);
    }
  });

  it('parses to nothing when nothing reached the disk, and says so', () => {
    for (const text of ['', '\n\n\n', '\0\0\0', encodeLine(line(1)).slice(0, -2)]) {
      expect(problemOf(text)).toBe('it has no whole line');
    }
  });

  it('goes on behind what was torn, and nothing of that comes back', () => {
    const file = written();
    const { end } = readJournal(file);
    const torn = encodeLine(line(4)).slice(0, -5);
    fs.truncateSync(file, end);
    fs.appendFileSync(file, `${torn}\n${'x'.repeat(500)}`);
    const { lines, end: from, problem } = readJournal(file);
    expect([lines.length, from, problem]).toEqual([3, end, null]);
    const journal = FileJournal.resume(file, from);
    journal.append(line(4, { state: 'phase.other' }));
    expect(readJournal(file).lines.map(({ state }) => state)).toEqual([
      'phase.state1',
      'phase.state2',
      'phase.state3',
      'phase.other',
    ]);
    expect(fs.readFileSync(file, 'utf8')).not.toContain('xxx');
  });

  it('keeps its reserve when it is closed while the run is open, and gives it back when it is over', () => {
    const open = written(three, true);
    expect(fs.statSync(open).size).toBeGreaterThan(readJournal(open).end + 200_000);
    const over = written([...three, line(4, { snapshot: { status: 'done' } })], true);
    expect(fs.statSync(over).size).toBe(readJournal(over).end);
  });

  it('is not made over another one', () => {
    const file = written();
    expect(() => FileJournal.create(file)).toThrow('cannot write the journal');
    expect(seqs(file)).toEqual([1, 2, 3]);
  });
});

describe('the end of a journal', () => {
  const last = line(4, { snapshot: { status: 'done' } });
  const over = () => written([...three, last], true);

  it('is its last line, once the run is over', () => {
    const file = over();
    expect(readEnd(file)).toEqual({ line: last, end: readJournal(file).end });
    // However long what stands before it is, and whatever became of it.
    const long = Array.from({ length: 400 }, (_, i) => line(i + 1));
    const journal = written([...long, line(401, { snapshot: { status: 'done' } })], true);
    const bytes = fs.readFileSync(journal);
    expect(bytes.length).toBeGreaterThan(70_000);
    expect(readEnd(journal)?.line.seq).toBe(401);
    fs.writeFileSync(journal, bytes.fill('x', 0, 100));
    expect(readEnd(journal)?.line.seq).toBe(401);
  });

  it('is not told of a run that is open, torn at any byte, or not ours', () => {
    expect(readEnd(written())).toBeNull();
    expect(readEnd(written(three, true))).toBeNull();
    const file = over();
    const whole = fs.readFileSync(file);
    for (let size = 0; size < whole.length; size++) {
      fs.writeFileSync(file, whole.subarray(0, size));
      expect([size, readEnd(file)]).toEqual([size, null]);
    }
    fs.writeFileSync(file, whole);
    fs.chmodSync(file, 0o622);
    expect(readEnd(file)).toBeNull();
  });
});

describe('a journal that is refused', () => {
  const sealed = (body: unknown) => encodeLine(body as never);

  it('is of a newer format', () => {
    const text = sealed({ format: 2, something: 'new' });
    expect(problemOf(text)).toBe('it was written by a newer gpugraft (format 2)');
    expect(problemOf(encodeLine(line(1)) + text)).toMatch(/newer gpugraft/);
  });

  it('is another file', () => {
    expect(problemOf('{"a":1}\n')).toBe('it has no whole line');
    expect(problemOf(sealed({ a: 1 }))).toBe('a line of it is not a journal line');
    expect(problemOf(sealed(line(1)).replace(/^.{16}/, (sum) => sum.toUpperCase()))).not.toBeNull();
  });

  it('has lines that do not follow each other', () => {
    const gap = 'its lines do not follow each other';
    expect(problemOf(encodeLine(line(2)))).toBe(gap);
    expect(problemOf(encodeLine(line(1)) + encodeLine(line(3)))).toBe(gap);
    expect(problemOf(encodeLine(line(1)) + encodeLine(line(1)))).toBe(gap);
    const other = line(2, { runId: '20260105-090000-00000b' });
    expect(problemOf(encodeLine(line(1)) + encodeLine(other))).toBe(gap);
  });

  it('is damaged in the middle: the lines behind were acted upon', () => {
    const [one = '', two = '', last = ''] = three.map(encodeLine);
    const damaged = 'a line in its middle is damaged';
    expect(problemOf(one + two.replace('phase', 'pHase') + last)).toBe(damaged);
    expect(problemOf(one + '\n'.repeat(two.length) + last)).toBe(damaged);
    expect(problemOf(`${one}${two.slice(0, 40)}${last}`)).toBeNull();
  });

  it('is a link, a folder, a pipe, someone else’s or open to others', () => {
    const at = folder();
    const real = written();
    fs.symlinkSync(real, path.join(at, 'link'));
    fs.mkdirSync(path.join(at, 'folder'));
    execFileSync('mkfifo', [path.join(at, 'pipe')]);
    fs.copyFileSync(real, path.join(at, 'theirs'));
    fs.chownSync(path.join(at, 'theirs'), 65_534, 65_534);
    fs.copyFileSync(real, path.join(at, 'open'));
    fs.chmodSync(path.join(at, 'open'), 0o622);
    const problem = (name: string) => readJournal(path.join(at, name)).problem;
    expect(problem('link')).toMatch(/cannot be read/);
    expect(problem('missing')).toMatch(/cannot be read/);
    expect(problem('folder')).toBe('it is not a file');
    expect(problem('pipe')).toBe('it is not a file');
    expect(problem('theirs')).toBe('it belongs to uid 65534, not to you');
    expect(problem('open')).toBe('others can write it');
    expect(() => FileJournal.resume(path.join(at, 'link'), 0)).toThrow('cannot go on');
  });
});

describe('a line', () => {
  it('survives with every character', () => {
    const state = 'a\nb\r\u2028"\\ü🧪\0';
    const text = encodeLine(line(1, { state }));
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(decodeLine(text.slice(0, -1))).toEqual({ kind: 'line', line: line(1, { state }) });
  });

  it('is torn with any byte changed', () => {
    const text = encodeLine(line(1)).slice(0, -1);
    for (let at = 0; at < text.length; at++) {
      const changed = text.slice(0, at) + (text[at] === 'q' ? 'r' : 'q') + text.slice(at + 1);
      expect([at, decodeLine(changed).kind]).toEqual([at, 'torn']);
    }
  });

  it('is foreign when it is sealed but no JSON', async () => {
    const { createHash } = await import('node:crypto');
    const body = 'not json';
    const sum = createHash('sha256').update(body).digest('hex').slice(0, 16);
    expect(decodeLine(`${sum} ${body}`).kind).toBe('foreign');
    expect(runId).toHaveLength(22);
  });
});
