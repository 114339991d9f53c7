/** Real small file systems that fill up, and writes that come up short. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JournalFailed } from '../../../src/errors.js';
import { writeFully, writeNewFile } from '../../../src/runtime/files.js';
import { FileJournal, readJournal } from '../../../src/runtime/journal.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { fill, folder, line, runId, smallDisk } from './lines.js';

vi.mock('node:fs', async (original) => ({ ...(await original<typeof fs>()) }));
afterEach(() => vi.restoreAllMocks());

const padded = (seq: number) => line(seq, { state: 'x'.repeat(4000) });
/** As many lines as a rollback with all its repairs writes, each as long as they come. */
const WAY_BACK = 40;

describe.each([
  ['tmpfs', '1400k'],
  ['ext4', '4M'],
] as const)('on a disk (%s) that is full', (kind, size) => {
  it('no journal is begun, and nothing of it stays', () => {
    const disk = smallDisk(size, kind);
    fill(disk);
    const file = path.join(disk, 'journal.jsonl');
    const open = fs.readdirSync('/proc/self/fd').length;
    expect(() => FileJournal.create(file)).toThrow(JournalFailed);
    expect(fs.existsSync(file)).toBe(false);
    expect(fs.readdirSync('/proc/self/fd').length).toBe(open);
  });

  it('one that was begun before says so in time, and the way back still fits', () => {
    const disk = smallDisk(size, kind);
    const file = path.join(disk, 'journal.jsonl');
    const journal = FileJournal.create(file);
    fill(disk);
    let seq = 0;
    while (journal.append(padded(++seq)).trouble === null) expect(seq).toBeLessThan(200);
    const scarceAt = seq;
    for (let more = 0; more < WAY_BACK; more++) journal.append(padded(++seq));
    expect(readJournal(file)).toMatchObject({ problem: null });
    expect(readJournal(file).lines).toHaveLength(scarceAt + WAY_BACK);
  });

  it('one that was left open goes on, because it kept its reserve', () => {
    const disk = smallDisk(size, kind);
    const file = path.join(disk, 'journal.jsonl');
    const journal = FileJournal.create(file);
    journal.append(padded(1));
    journal.close();
    fill(disk);
    const again = FileJournal.resume(file, readJournal(file).end);
    for (let seq = 2; seq < 2 + WAY_BACK; seq++) again.append(padded(seq));
    expect(readJournal(file).lines).toHaveLength(1 + WAY_BACK);
  });

  it('one that can take no more fails, and reads to its last whole line', () => {
    const disk = smallDisk(size, kind);
    const file = path.join(disk, 'journal.jsonl');
    const journal = FileJournal.create(file);
    fill(disk);
    let seq = 0;
    const endless = () => {
      for (;;) journal.append(padded(++seq));
    };
    expect(endless).toThrow(JournalFailed);
    expect(readJournal(file).problem).toBeNull();
    expect(readJournal(file).lines).toHaveLength(seq - 1);
  });
});

describe('a run on a disk without room', () => {
  it('is refused with the reason when there is none for a folder or a lock', async () => {
    for (const inodes of [1, 2, 3, 4]) {
      const disk = smallDisk('64k', 'tmpfs', inodes);
      const making = new RunFolder(path.join(disk, 'state'), runId).create();
      await expect(making).rejects.toMatchObject({ failure: { code: 'state-dir' } });
    }
  });

  it('ends as it ends, also where the summary of its diagnostics cannot be completed', () => {
    const disk = smallDisk('64k');
    const run = new RunFolder(disk, runId);
    fs.mkdirSync(run.folder, { recursive: true });
    run.writeDiagnostics(new Map([['summary.txt', 'run_id=x\n']]));
    fill(disk);
    run.completeSummary('outcome=rolledBack\nrolled_back=yes\n');
    const summary = path.join(run.folder, 'diagnostics', 'summary.txt');
    expect(fs.readFileSync(summary, 'utf8')).toBe('run_id=x\n');
    fs.rmSync(path.join(disk, 'filler'));
    run.completeSummary('outcome=rolledBack\nrolled_back=yes\n');
    expect(fs.readFileSync(summary, 'utf8')).toBe(
      'run_id=x\noutcome=rolledBack\nrolled_back=yes\n',
    );
  });
});

describe('a write that comes up short', () => {
  const short = (bytes: number) => {
    const real = fs.writeSync.bind(fs) as (...args: unknown[]) => number;
    return vi
      .spyOn(fs, 'writeSync')
      .mockImplementation(((
        fd: number,
        buffer: Buffer,
        offset: number,
        length: number,
        at: number,
      ) => real(fd, buffer, offset, Math.min(length, bytes), at)) as never);
  };

  it('is written on until all is there', () => {
    const spy = short(7);
    const file = path.join(folder(), 'file');
    writeNewFile(file, 'one two three four five');
    expect(fs.readFileSync(file, 'utf8')).toBe('one two three four five');
    expect(spy).toHaveBeenCalledTimes(4);
  });

  it('makes no torn line in a journal', () => {
    const file = path.join(folder(), 'journal.jsonl');
    const journal = FileJournal.create(file);
    short(100);
    journal.append(padded(1));
    journal.append(padded(2));
    expect(readJournal(file).lines).toHaveLength(2);
  });

  it('is an error when nothing more goes', () => {
    const fd = fs.openSync(path.join(folder(), 'file'), 'w');
    short(0);
    expect(() => writeFully(fd, Buffer.from('text'), 0)).toThrow('takes no more bytes');
    fs.closeSync(fd);
  });
});
