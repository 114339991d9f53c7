/** A run from its first look to its report. */
import * as os from 'node:os';
import type { Input, Options, Undo } from '../../machines/index.js';
import { systemClock } from '../clock.js';
import { orFailure } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';
import { driveNew } from '../runtime/driver.js';
import { problemOf } from '../runtime/files.js';
import { LazyJournal } from '../runtime/lazy-journal.js';
import { newRunId } from '../runtime/run-id.js';
import type { Lock } from '../runtime/lock.js';
import { RunFolder } from '../runtime/store.js';
import { sweepUnbegun } from '../runtime/sweep.js';
import type { Session } from '../session.js';
import { driven } from './driven.js';
import { engineOf, workplace } from './workplace.js';

export interface NewRun {
  readonly target: string;
  readonly options: Options;
  readonly undo: Undo | null;
}

export function inputFor({ target, options, undo }: NewRun, { runId, stateDir }: RunFolder): Input {
  return {
    runId,
    target,
    options,
    undo,
    holder: { runId, host: os.hostname(), pid: process.pid, stateDir },
    beganAt: systemClock.now(),
  };
}

async function beginIn(folder: RunFolder): Promise<Lock> {
  await sweepUnbegun(folder.stateDir);
  return folder.create();
}

/** Runs it, and leaves no folder behind where it only looked. */
export async function runNew(run: NewRun, session: Session): Promise<Report> {
  const folder = new RunFolder(session.stateDir, newRunId(systemClock.now()));
  const lock = await orFailure(() => beginIn(folder));
  if (!('fd' in lock)) return emptyReport('refused', lock, run.target);
  const docker = engineOf(session, [lock.fd]);
  const journal = new LazyJournal(
    ({ state }) => /^(discovery\.|refused$|unchanged$)/.test(state),
    () => folder.createJournal(),
  );
  try {
    const place = workplace({ session, folder, journal, docker });
    const input = inputFor(run, folder);
    return await driven(place, (parts) => driveNew(input, parts), {
      folder,
      docker,
      engine: session,
      journal,
    });
  } finally {
    await docker.close();
    lock.release();
    // An empty folder that stays is no run, and changes nothing about what was found.
    if (!journal.isOnDisk) problemOf(() => folder.remove());
  }
}
