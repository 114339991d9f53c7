import type { Appended, Journal } from './journal.js';
import type { JournalLine } from './journal-line.js';

/**
 * A journal that touches the disk only when the run does more than look: a run that is refused
 * or unchanged at a glance leaves nothing behind. Until then its lines wait in memory; they are
 * all on disk before the first act.
 */
export class LazyJournal implements Journal {
  #waiting: JournalLine[] = [];
  #opened: Journal | null = null;

  constructor(
    readonly onlyLooks: (line: JournalLine) => boolean,
    readonly open: () => Journal,
  ) {}

  append(line: JournalLine): Appended {
    if (this.#opened === null && this.onlyLooks(line)) {
      this.#waiting.push(line);
      return { trouble: null };
    }
    this.#opened ??= this.#materialize();
    return this.#opened.append(line);
  }

  get isOnDisk(): boolean {
    return this.#opened !== null;
  }

  close(): void {
    this.#opened?.close();
  }

  #materialize(): Journal {
    const journal = this.open();
    for (const line of this.#waiting) journal.append(line);
    this.#waiting = [];
    return journal;
  }
}
