/** Durable file operations: complete or failed, never half. See facts in docs/journal.md. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

/** Writes all of `bytes` at `position`, or where the file stands if that is null. A single write may be short without an error; this one is not. @throws Error of the system, ENOSPC above all */
export function writeFully(fd: number, bytes: Uint8Array, position: number | null): void {
  let done = 0;
  while (done < bytes.length) {
    const at = position === null ? null : position + done;
    const written = fs.writeSync(fd, bytes, done, bytes.length - done, at);
    if (written === 0) throw new Error('the file system takes no more bytes');
    done += written;
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** A file that must not exist yet, 0600 unless told otherwise, complete and durable when this returns. */
export function writeNewFile(file: string, text: string, mode = 0o600): void {
  const fd = fs.openSync(file, 'wx', mode);
  try {
    writeFully(fd, Buffer.from(text), 0);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  syncFolder(path.dirname(file));
}

const syncFile = /* @__PURE__ */ promisify(fs.fsync);

/**
 * Writes a file, 0600, of pieces as they come, in a folder that is made, 0700, if it is missing. It
 * is there whole and durable, or stays as it was; where no piece comes, none is made.
 * @throws what `fill` throws, and Error of the system
 */
export async function writeInPieces<T>(
  file: string,
  fill: (take: (bytes: Uint8Array) => void) => Promise<T>,
): Promise<T> {
  const temporary = unfinished(file);
  let fd: number | null = null;
  try {
    const filled = await fill((bytes) => writeFully((fd ??= openNew(temporary)), bytes, null));
    if (fd === null) {
      // Nor does what an earlier process has begun stay.
      fs.rmSync(temporary, { force: true });
      return filled;
    }
    await syncFile(fd);
    fs.renameSync(temporary, file);
    const folder = path.dirname(file);
    syncFolder(folder);
    syncFolder(path.dirname(folder));
    return filled;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  } finally {
    if (fd !== null) fs.closeSync(fd);
  }
}

/** Whatever an earlier process has left under this name was never whole. */
function openNew(file: string): number {
  const folder = path.dirname(file);
  if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
  fs.rmSync(file, { force: true });
  return fs.openSync(file, 'wx', 0o600);
}

/** Under which name a file is written until it is whole. */
export const unfinished = (file: string): string => `${file}.new`;

/** Replaces a file as a whole: a reader sees the old one or the new one. */
export function replaceFile(file: string, text: string, mode = 0o600): void {
  const temporary = unfinished(file);
  fs.rmSync(temporary, { force: true });
  try {
    writeNewFile(temporary, text, mode);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(path.dirname(file));
}

/** Removes a file durably; one that is not there counts as removed. */
export function removeFile(file: string): void {
  fs.rmSync(file, { force: true });
  if (fs.existsSync(path.dirname(file))) syncFolder(path.dirname(file));
}

/**
 * Does something about files that nothing depends on any more.
 * @returns what the system says against it; null when it is done
 * @throws what is no error of the system
 */
export function problemOf(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return (error as Error).message;
  }
}
