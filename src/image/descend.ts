/**
 * Finding a file by descriptors: each folder on the way is opened once, and what it holds is reached
 * through it (`/proc/self/fd/N/name` is what Node has for openat). Whoever swaps a folder afterwards
 * swaps a name that is not asked for again.
 */
import * as fs from 'node:fs';

/** Not among Node's constants: a descriptor that only names a file. It opens no device and waits for no FIFO. */
const O_PATH = 0o10_000_000;
const NAMED = O_PATH | fs.constants.O_NOFOLLOW;
/** As the kernel counts. */
const MOST_LINKS = 40;

/** What a descriptor names, as a path. */
export const pathOf = (fd: number): string => `/proc/self/fd/${fd}`;

/** A name in the folder that a descriptor stands for. */
export const inFolder = (folder: number, name: string): string => `${pathOf(folder)}/${name}`;

/** Names what is there without opening it, a symbolic link itself included. @throws Error of the system */
export function nameFile(folder: number, name: string): number {
  return fs.openSync(inFolder(folder, name), NAMED);
}

export interface Place {
  /** Stands for the folder; to be closed. */
  readonly folder: number;
  readonly name: string;
}

/**
 * Nobody but root can put anything into that folder, or take it to another one. Of who is not root
 * nothing is asked: no link leads them to what they may not write to anyway.
 */
function isSafe(folder: number): boolean {
  if (process.geteuid?.() !== 0) return true;
  const { uid, mode } = fs.fstatSync(folder);
  return uid === 0 && (mode & 0o022) === 0;
}

/** Root follows a link only where nobody else can have made it. What others put in the way could lead into folders that are not theirs. */
const trusts = (folder: number, link: fs.Stats): boolean =>
  (process.geteuid?.() !== 0 || link.uid === 0) && isSafe(folder);

/** @throws Error that says what is in the way */
export function descend(file: string): Place {
  const steps = file.split('/').filter((step) => step !== '' && step !== '.');
  const name = steps.pop();
  if (name === undefined || name === '..' || /\/\.?$/.test(file))
    throw new Error('not a regular file');
  const open = [fs.openSync(file.startsWith('/') ? '/' : '.', O_PATH)];
  const last = (): number => open.at(-1) ?? -1;
  try {
    for (let links = 0; steps.length > 0;) {
      const step = steps.shift() ?? '';
      // Where that leads is up to who can move the folder.
      if (step === '..' && !isSafe(last())) {
        throw new Error(
          ".. on its way is not followed: it leads out of a folder that is not root's alone",
        );
      }
      const next = nameFile(last(), step);
      const is = fs.fstatSync(next);
      if (is.isDirectory()) {
        open.push(next);
        continue;
      }
      fs.closeSync(next);
      if (!is.isSymbolicLink()) throw new Error(`${step} on its way is not a folder`);
      if (!trusts(last(), is) || (links += 1) > MOST_LINKS) {
        throw new Error(`${step} on its way is a symbolic link that is not followed`);
      }
      const target = fs.readlinkSync(inFolder(last(), step));
      steps.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
      if (target.startsWith('/')) open.push(fs.openSync('/', O_PATH));
    }
    const folder = open.pop() ?? -1;
    return { folder, name };
  } finally {
    for (const fd of open) fs.closeSync(fd);
  }
}
