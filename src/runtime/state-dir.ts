/** The state folder: ours alone, or not used at all (facts: security checklist, State). */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { GraftError, failure } from '../errors.js';
import { problemOf, syncFolder } from './files.js';

const hint = '--state-dir names another folder';

/**
 * Makes the folder if it is missing and checks that nobody else can write or read it.
 * @throws GraftError `state-dir` when it is a symlink, not a folder, someone else's, open to others, or cannot be made
 */
export function secureFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    const why = (error as Error).message;
    throw failure('state-dir', `cannot make the state folder ${folder}: ${why}`, hint);
  }
  checkOurs(folder, fs.lstatSync(folder));
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw refusal(folder, 'is not writable');
  }
}

/**
 * What a reading command asks before it believes what is there; it makes nothing.
 * @returns the names in the folder; null where there is none
 * @throws GraftError `state-dir` as {@link secureFolder}, and when it cannot be listed
 */
export function namesIn(folder: string): string[] | null {
  try {
    const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    checkOurs(folder, stat);
    return fs.readdirSync(folder);
  } catch (error) {
    if (error instanceof GraftError) throw error;
    throw refusal(folder, `cannot be read: ${(error as Error).message}`);
  }
}

function checkOurs(folder: string, stat: fs.Stats): void {
  if (stat.isSymbolicLink()) throw refusal(folder, 'is a symbolic link');
  if (!stat.isDirectory()) throw refusal(folder, 'is not a folder');
  const uid = process.getuid?.();
  if (uid !== undefined && stat.uid !== uid)
    throw refusal(folder, `belongs to uid ${stat.uid}, not to you`);
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8);
    throw refusal(folder, `is open to others (mode ${mode}; it must be 700)`);
  }
}

const refusal = (folder: string, what: string): GraftError =>
  failure('state-dir', `the state folder ${folder} ${what}`, hint);

/** One at a time: Node's own `recursive` never ends where the system says ENOENT, as below /proc. */
function makeFolders(folder: string): void {
  if (isThere(folder)) return;
  makeFolders(path.dirname(folder));
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another run may have made it meanwhile; what it is, is looked at by the caller.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // A journal is as durable as the names that lead to it. A folder that we may not read cannot be synced.
  problemOf(() => syncFolder(path.dirname(folder)));
}

/** Also a link that leads nowhere is there. @throws Error of the system */
const isThere = (file: string): boolean =>
  fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
