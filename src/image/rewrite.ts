/**
 * Putting new bytes under the name of a file, so that whoever looks, after a kill or a power cut too,
 * finds the old file or the new one: written beside it, made durable, renamed over it.
 */
import * as fs from 'node:fs';
import { writeFully } from '../runtime/files.js';
import { inFolder } from './descend.js';
import type { Place } from './descend.js';
import type { RcFile } from './read.js';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_DIRECTORY } = fs.constants;

/** Longer than a rewrite takes on the slowest disk. */
const ABANDONED_MS = 30_000;

const temporaryPrefix = (name: string): string => `${name}.nemoclaw-clean-`;

/**
 * Owner, group and permissions are the old file's; setuid, setgid and sticky bits are dropped.
 * What Node cannot read (extended attributes, ACLs) is not carried over: docs/image.md.
 * @throws Error of the system, or that says who came in between; the file is then as it was, unless
 * it is the folder that could not be made durable
 */
export function rewrite(place: Place, old: RcFile, bytes: Buffer): void {
  const { folder, name } = place;
  // Opened first: a folder that cannot be made durable is no place to change anything.
  const folderFile = fs.openSync(inFolder(folder, '.'), O_RDONLY | O_DIRECTORY);
  try {
    sweep(place);
    const temporary = `${temporaryPrefix(name)}${unique()}`;
    try {
      writeNew(inFolder(folder, temporary), old, bytes);
      if (!sameFile(place, old.stat)) throw new Error('it was changed meanwhile');
      fs.renameSync(inFolder(folder, temporary), inFolder(folder, name));
    } catch (error) {
      try {
        removeName(inFolder(folder, temporary));
      } catch {
        // What went wrong first is what is told; the next cleaner takes it along.
      }
      throw error;
    }
    fs.fsyncSync(folderFile);
  } finally {
    fs.closeSync(folderFile);
  }
}

/**
 * Differs from that of any other cleaner, one in another container of the same home included. Nobody
 * needs to be kept from guessing it: a name that is taken is not opened. (The module for true random
 * numbers takes longer to load than all the rest.)
 */
function unique(): string {
  return `${process.pid}-${process.hrtime.bigint()}-${Math.random().toString(36).slice(2)}`;
}

function writeNew(file: string, { stat }: RcFile, bytes: Buffer): void {
  const fd = fs.openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeFully(fd, bytes, 0);
    fs.fchownSync(fd, Number(stat.uid), Number(stat.gid));
    // Last of the three: a change of the owner may take bits away.
    fs.fchmodSync(fd, Number(stat.mode & 0o777n));
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Nobody has put another file there or written to this one since it was read. */
function sameFile({ folder, name }: Place, was: fs.BigIntStats): boolean {
  const is = fs.lstatSync(inFolder(folder, name), { bigint: true, throwIfNoEntry: false });
  return (
    is?.dev === was.dev && is.ino === was.ino && is.size === was.size && is.ctimeNs === was.ctimeNs
  );
}

/** Removes what a cleaner that was killed has left of the same file. */
function sweep({ folder, name }: Place): void {
  const left = fs
    .readdirSync(inFolder(folder, '.'))
    .filter((other) => other.startsWith(temporaryPrefix(name)));
  for (const other of left) {
    const is = fs.lstatSync(inFolder(folder, other), { throwIfNoEntry: false });
    if (is?.isFile() === true && Date.now() - is.mtimeMs > ABANDONED_MS) {
      removeName(inFolder(folder, other));
    }
  }
}

/**
 * One that is not there counts as removed. Not by `fs.rmSync`: that one looks first, and where a folder turns up
 * after its look it removes what is in it, path by path, through links that are put there meanwhile.
 */
function removeName(file: string): void {
  try {
    fs.unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
