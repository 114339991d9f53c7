/** Nothing on disk while a run only looks, everything before its first act. */
import { describe, expect, it } from 'vitest';
import type { Journal } from '../../../src/runtime/journal.js';
import type { JournalLine } from '../../../src/runtime/journal-line.js';
import { LazyJournal } from '../../../src/runtime/lazy-journal.js';
import { line } from './lines.js';

function lazy() {
  const written: number[] = [];
  let opened = 0;
  const real: Journal = {
    append: ({ seq }: JournalLine) => {
      written.push(seq);
      return { trouble: seq < 5 ? null : 'a full disk' };
    },
    close: () => void written.push(-1),
  };
  const open = () => {
    opened += 1;
    return real;
  };
  const looks = ({ seq }: JournalLine) => seq <= 2;
  return { journal: new LazyJournal(looks, open), written, times: () => opened };
}

describe('a journal that waits for the first act', () => {
  it('is not opened by looks, and has all of them before the line of an act', () => {
    const { journal, written, times } = lazy();
    expect(journal.append(line(1))).toEqual({ trouble: null });
    journal.append(line(2));
    expect([times(), journal.isOnDisk, written]).toEqual([0, false, []]);
    journal.append(line(3));
    expect([times(), journal.isOnDisk, written]).toEqual([1, true, [1, 2, 3]]);
    expect(journal.append(line(5))).toEqual({ trouble: 'a full disk' });
    journal.close();
    expect([times(), written]).toEqual([1, [1, 2, 3, 5, -1]]);
  });

  it('closes without ever having been opened', () => {
    const { journal, written } = lazy();
    journal.append(line(1));
    journal.close();
    expect(written).toEqual([]);
  });
});
