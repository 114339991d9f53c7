/**
 * The journal of a run: one line for each state entered, on disk before the state's act. Space is
 * reserved ahead by filling the file with empty lines, so that a disk that fills up cannot take
 * the way back away (facts: reserve space at the start).
 */
import * as fs from 'node:fs';
import { JournalFailed } from '../errors.js';
import { syncFolder, writeFully } from './files.js';
import { decodeLine, encodeLine } from './journal-line.js';
import type { JournalLine } from './journal-line.js';
import * as path from 'node:path';

/** Bytes that are always kept free ahead: about forty lines, far more than a rollback writes. */
const RESERVE = 256 * 1024;
const STEP = 256 * 1024;

export interface Appended {
  /** What is wrong with the journal, though the line is written: only the way back may still be. Null: nothing. */
  readonly trouble: string | null;
}

export interface Journal {
  /**
   * Makes the line durable.
   * @throws JournalFailed when it could not be written: nothing may be done after that
   */
  append(line: JournalLine): Appended;
  /** Closes the file. The reserve is given back once the run is over, not before: `recover` needs it. @throws Error of the system; every line is on disk all the same */
  close(): void;
}

export class FileJournal implements Journal {
  #end: number;
  #size: number;
  #over = false;

  private constructor(
    readonly file: string,
    readonly fd: number,
    end: number,
    size: number,
  ) {
    this.#end = end;
    this.#size = size;
  }

  /** @throws JournalFailed when the file is there already, or there is no space for the reserve */
  static create(file: string): FileJournal {
    let fd: number | null = null;
    try {
      fd = fs.openSync(file, 'wx', 0o600);
      const journal = new FileJournal(file, fd, 0, 0);
      journal.#reserve();
      syncFolder(path.dirname(file));
      return journal;
    } catch (error) {
      if (fd !== null) {
        fs.closeSync(fd);
        fs.rmSync(file, { force: true });
      }
      throw new JournalFailed(`cannot write the journal ${file}: ${(error as Error).message}`);
    }
  }

  /** Goes on behind the last whole line, whose end `readJournal` gave. */
  static resume(file: string, end: number): FileJournal {
    try {
      const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NOFOLLOW);
      const size = fs.fstatSync(fd).size;
      // What a crash tore is overwritten with empty lines before anything is written behind it.
      writeFully(fd, Buffer.alloc(size - end, '\n'), end);
      fs.fsyncSync(fd);
      return new FileJournal(file, fd, end, size);
    } catch (error) {
      throw new JournalFailed(`cannot go on with the journal ${file}: ${(error as Error).message}`);
    }
  }

  append(line: JournalLine): Appended {
    const bytes = Buffer.from(encodeLine(line));
    try {
      writeFully(this.fd, bytes, this.#end);
      // The bytes, and the size if it grew; no time stamp is worth a second write.
      fs.fdatasyncSync(this.fd);
    } catch (error) {
      throw new JournalFailed(`cannot write the journal ${this.file}: ${(error as Error).message}`);
    }
    this.#over = line.snapshot['status'] !== 'active';
    this.#end += bytes.length;
    this.#size = Math.max(this.#size, this.#end);
    return { trouble: this.#trouble() };
  }

  /** A file that was deleted under us takes every line, and nobody will ever read one. */
  #trouble(): string | null {
    if (fs.fstatSync(this.fd).nlink === 0) return 'the deletion of its journal';
    return this.#reserve() ? null : 'a full disk under the state folder';
  }

  /** Keeps the reserve whole; answers false where the disk does not give it. */
  #reserve(): boolean {
    if (this.#size - this.#end >= RESERVE) return true;
    try {
      writeFully(this.fd, Buffer.alloc(RESERVE + STEP, '\n'), this.#size);
      fs.fsyncSync(this.fd);
      this.#size += RESERVE + STEP;
      return true;
    } catch (error) {
      if (this.#end === 0) throw error;
      return false;
    }
  }

  close(): void {
    try {
      if (!this.#over) return;
      fs.ftruncateSync(this.fd, this.#end);
      fs.fsyncSync(this.fd);
    } finally {
      fs.closeSync(this.fd);
    }
  }
}

export interface ReadJournal {
  readonly lines: readonly JournalLine[];
  /** Where the last whole line ends, in bytes. */
  readonly end: number;
  /** Why it must not be used; null for a journal of ours. */
  readonly problem: string | null;
}

/**
 * Reads whole lines up to the first torn one. A crash tears the last line only: a whole one behind
 * a torn one was acted upon, and a journal that has lost what came before it is not used.
 */
export function readJournal(file: string): ReadJournal {
  const all = bytesOf(file);
  if (typeof all === 'string') return { lines: [], end: 0, problem: all };
  const read = all.bytes;
  const lines: JournalLine[] = [];
  let end = 0;
  for (;;) {
    const newline = read.indexOf(10, end);
    if (newline < 0 || newline === end) break;
    const decoded = decodeLine(read.toString('utf8', end, newline));
    if (decoded.kind === 'torn') break;
    if (decoded.kind === 'foreign') return { lines, end, problem: decoded.why };
    const { line } = decoded;
    const last = lines.at(-1);
    if (line.seq !== (last?.seq ?? 0) + 1 || (last !== undefined && line.runId !== last.runId)) {
      return { lines, end, problem: 'its lines do not follow each other' };
    }
    lines.push(line);
    end = newline + 1;
  }
  return { lines, end, problem: problemBehind(read.subarray(end), lines.length) };
}

function problemBehind(rest: Buffer, lines: number): string | null {
  // Byte by byte over the reserve: half a million empty lines are slow as texts.
  for (let at = rest.indexOf(10); at >= 0 && at < rest.length;) {
    if (rest[at] === 10) {
      at += 1;
      continue;
    }
    const newline = rest.indexOf(10, at);
    const text = rest.toString('utf8', at, newline < 0 ? rest.length : newline);
    if (decodeLine(text).kind !== 'torn') return 'a line in its middle is damaged';
    at = newline;
  }
  return lines === 0 ? 'it has no whole line' : null;
}

/** Bytes at either end of a journal that are read first: far more than a line has. */
const EDGE = 64 * 1024;

/**
 * The last line of a run that is over. Its reserve is gone, so that line stands at the end of the
 * file, and a list of many runs need not read what each of them did.
 * @returns null where the run is not over or the end is not whole: then {@link readJournal} tells
 */
export function readEnd(file: string): { readonly line: JournalLine; readonly end: number } | null {
  const read = bytesOf(file, -EDGE);
  if (typeof read === 'string' || read.bytes.at(-1) !== 10) return null;
  const before = read.bytes.lastIndexOf(10, -2);
  if (before < 0 && read.from > 0) return null;
  const decoded = decodeLine(read.bytes.toString('utf8', before + 1, read.bytes.length - 1));
  if (decoded.kind !== 'line' || decoded.line.snapshot['status'] === 'active') return null;
  return { line: decoded.line, end: read.from + read.bytes.length };
}

/**
 * Whether a journal has nothing in it but its reserve, or the torn beginning of its first line. Its
 * process died before the first act, so nothing was done and there is nothing to recover.
 */
export function isUnbegun(file: string): boolean {
  if (beginsWhole(file)) return false;
  const all = bytesOf(file);
  if (typeof all === 'string') return false;
  const read = all.bytes;
  const from = read.findIndex((byte) => !isBlank(byte));
  if (from < 0) return true;
  const behind = read.indexOf(10, from);
  const text = read.toString('utf8', from, behind < 0 ? read.length : behind);
  const onlyReserveBehind = behind < 0 || read.subarray(behind).every(isBlank);
  return (
    from === 0 &&
    onlyReserveBehind &&
    /^[0-9a-f]{1,16}( |$)/.test(text) &&
    decodeLine(text).kind === 'torn'
  );
}

/** Of the reserve: an empty line, or what a file system shows where the size came to the disk and the bytes did not. */
const isBlank = (byte: number): boolean => byte === 10 || byte === 0;

/** Nearly every journal does, and a look at its first line tells. */
function beginsWhole(file: string): boolean {
  const read = bytesOf(file, EDGE);
  if (typeof read === 'string') return false;
  const newline = read.bytes.indexOf(10);
  return newline > 0 && decodeLine(read.bytes.toString('utf8', 0, newline)).kind !== 'torn';
}

interface Bytes {
  readonly bytes: Buffer;
  /** Where in the file they begin. */
  readonly from: number;
}

/**
 * A journal is an input: only a file that we alone can write is read.
 * @param most how many bytes, from the beginning, or from the end if negative; without it, all
 * @param start where the beginning is
 * @returns its bytes, or why not
 */
export function bytesOf(file: string, most?: number, start = 0): Bytes | string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  try {
    const fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = fs.fstatSync(fd);
      const uid = process.getuid?.() ?? stat.uid;
      if (!stat.isFile()) return 'it is not a file';
      if (stat.uid !== uid) return `it belongs to uid ${stat.uid}, not to you`;
      if ((stat.mode & 0o022) !== 0) return 'others can write it';
      if (start === 0 && (most === undefined || Math.abs(most) >= stat.size))
        return { bytes: fs.readFileSync(fd), from: 0 };
      const from = most !== undefined && most < 0 ? stat.size + most : start;
      const left = Math.max(0, stat.size - from);
      const bytes = Buffer.alloc(Math.min(Math.abs(most ?? left), left));
      const length = fs.readSync(fd, bytes, 0, bytes.length, from);
      return { bytes: bytes.subarray(0, length), from };
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    return `it cannot be read: ${(error as Error).message}`;
  }
}
