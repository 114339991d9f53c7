/** A journal that is read while a run writes it, this process's or another one's. */
import { bytesOf } from './journal.js';
import { decodeLine } from './journal-line.js';
import type { JournalLine } from './journal-line.js';

/** Bytes that are read at a time; a line that is longer is read with as many as it needs. */
const CHUNK = 1024 * 1024;
/** Longer lines are none of ours. */
const LONGEST = 64 * CHUNK;

export interface TailPiece {
  readonly lines: readonly JournalLine[];
  /** Why nothing more will be read; null: nothing is wrong so far. */
  readonly problem: string | null;
}

/**
 * Reads on from where it stopped. A line that is not whole is one that is being written, or one that a
 * crash has torn and that will be written over: it is looked at again the next time.
 */
export class JournalTail {
  #end = 0;
  #last: JournalLine | null = null;
  #problem: string | null = null;

  constructor(readonly file: string) {}

  /** @returns the lines that have come since the last call; never throws for what stands in the file */
  read(): TailPiece {
    const lines: JournalLine[] = [];
    let most = CHUNK;
    while (this.#problem === null) {
      const read = bytesOf(this.file, most, this.#end);
      if (typeof read === 'string') {
        this.#problem = read;
        break;
      }
      const { bytes } = read;
      const taken = this.#take(bytes, lines);
      const isFull = bytes.length === most;
      // A whole chunk without a line's end: the line is longer than that.
      if (isFull && taken === 0 && bytes.indexOf(10) < 0) most *= 4;
      else if (isFull && taken > 0) most = CHUNK;
      else break;
      if (most > LONGEST) this.#problem = 'a line of it is too long';
    }
    return { lines, problem: this.#problem };
  }

  /** @returns how many bytes of whole lines there were */
  #take(bytes: Buffer, lines: JournalLine[]): number {
    let taken = 0;
    for (;;) {
      const newline = bytes.indexOf(10, taken);
      if (newline < 0 || newline === taken) return taken;
      const decoded = decodeLine(bytes.toString('utf8', taken, newline));
      if (decoded.kind === 'torn') return taken;
      if (decoded.kind === 'foreign') {
        this.#problem = decoded.why;
        return taken;
      }
      const { line } = decoded;
      if (line.seq !== (this.#last?.seq ?? 0) + 1 || line.runId !== (this.#last ?? line).runId) {
        this.#problem = 'its lines do not follow each other';
        return taken;
      }
      this.#last = line;
      lines.push(line);
      this.#end += newline + 1 - taken;
      taken = newline + 1;
    }
  }
}
