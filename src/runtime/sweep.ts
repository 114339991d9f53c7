/** What a run leaves that was killed before it began: a folder that no command would ever show. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { systemClock } from '../clock.js';
import { GraftError } from '../errors.js';
import { problemOf } from './files.js';
import { isUnbegun } from './journal.js';
import { takeLock } from './lock.js';
import { isRunId } from './run-id.js';
import { namesIn } from './state-dir.js';
import { runFolders } from './store.js';
import type { RunFolder } from './store.js';

/** Milliseconds: the process of a younger one may be between making its folder and locking it. */
const YOUNG = 60_000;

/**
 * Removes such folders. One that cannot be removed, or that somebody may be at work in, stays: the
 * next command that looks finds it.
 * @throws GraftError `state-dir` where the state folder is not ours alone, or cannot be listed
 */
export async function sweepUnbegun(stateDir: string): Promise<void> {
  const candidates = runFolders(stateDir).filter(
    (run) => isRunId(run.runId) && isOld(run) && holdsNothing(run),
  );
  await Promise.all(candidates.map(sweep));
}

async function sweep(run: RunFolder): Promise<void> {
  const lock = await takeLock(run.lockFile).catch((error: unknown) => {
    if (error instanceof GraftError) return null;
    throw error;
  });
  if (lock === null) return;
  // Nobody else can begin it now: what is seen stays so.
  if (holdsNothing(run)) problemOf(() => run.remove());
  lock.release();
}

const isOld = ({ folder }: RunFolder): boolean => {
  const made = fs.lstatSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && systemClock.now() - made > YOUNG;
};

/** At most its lock, and a journal without a whole line. Whatever else is there, a run has begun with. */
function holdsNothing(run: RunFolder): boolean {
  try {
    const names = namesIn(run.folder) ?? [];
    const ours = [run.lockFile, run.journalFile].map((file) => path.basename(file));
    return (
      names.every((name) => ours.includes(name)) && (!run.exists() || isUnbegun(run.journalFile))
    );
  } catch (error) {
    // It is a link, somebody else's, or not to be read: none that we made.
    if (error instanceof GraftError) return false;
    throw error;
  }
}
