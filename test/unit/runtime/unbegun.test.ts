/** A run that was killed before its first line was whole has done nothing: it is no run to recover. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUnbegun, FileJournal } from '../../../src/runtime/journal.js';
import { encodeLine } from '../../../src/runtime/journal-line.js';
import { RunFolder, runIds } from '../../../src/runtime/store.js';
import { folder, line, runId } from './lines.js';

function fileWith(text: string): string {
  const file = path.join(folder(), 'journal.jsonl');
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}
const first = encodeLine(line(1));
const reserve = '\n'.repeat(4096);

describe('a journal without a whole line', () => {
  it('has not begun when it holds its reserve alone, as a crash leaves it', () => {
    expect(isUnbegun(fileWith(''))).toBe(true);
    expect(isUnbegun(fileWith(reserve))).toBe(true);
    const file = path.join(folder(), 'journal.jsonl');
    FileJournal.create(file);
    expect(isUnbegun(file)).toBe(true);
  });

  it('has not begun when its first line is torn, at whichever byte', () => {
    for (let bytes = 1; bytes < first.length - 1; bytes += 1) {
      expect(isUnbegun(fileWith(first.slice(0, bytes) + reserve)), `${bytes} bytes`).toBe(true);
    }
  });

  it('has begun with its first whole line, and is never taken for empty when it is none of ours', () => {
    expect(isUnbegun(fileWith(first + reserve))).toBe(false);
    expect(isUnbegun(fileWith('somebody else wrote this\n'))).toBe(false);
    expect(isUnbegun(fileWith(`${first.slice(0, 40)}\n${first}`))).toBe(false);
  });

  it('is not among the runs', async () => {
    const run = new RunFolder(path.join(folder(), 'state'), runId);
    const lock = await run.create();
    const journal = run.createJournal();
    expect(runIds(run.stateDir)).toEqual([]);
    journal.append(line(1));
    expect(runIds(run.stateDir)).toEqual([runId]);
    lock.release();
  });
});
