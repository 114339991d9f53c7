/** A run in a folder that is its own: from its first look to its report. */
import * as os from 'node:os';
import type { Input, Options, Rejoin, Undo } from '../../machines/index.js';
import type { PartRuns } from '../actors/support/parts.js';
import { systemClock } from '../clock.js';
import type { Report } from '../report.js';
import { driveNew } from '../runtime/driver.js';
import type { Snapshot } from '../runtime/driver.js';
import { problemOf } from '../runtime/files.js';
import { LazyJournal } from '../runtime/lazy-journal.js';
import type { Lock } from '../runtime/lock.js';
import type { RunFolder } from '../runtime/store.js';
import type { Session } from '../session.js';
import { driven } from './driven.js';
import { engineOf, gatewayOf, workplace } from './workplace.js';

export interface NewRun {
  readonly target: string;
  readonly options: Options;
  readonly undo: Undo | null;
  /** Given: a part of another run. */
  readonly rejoin: Rejoin | null;
}

export function inputFor(run: NewRun, { runId, stateDir }: RunFolder): Input {
  return {
    ...run,
    runId,
    holder: { runId, host: os.hostname(), pid: process.pid, stateDir },
    beganAt: systemClock.now(),
  };
}

export interface Begun {
  readonly report: Report;
  /** Where it stands; null where it did not even begin. */
  readonly snapshot: Snapshot | null;
}

/** Runs it, and leaves no folder behind where it only looked. The lock is let go. */
export async function begun(
  run: NewRun,
  session: Session,
  { folder, lock, parts }: { folder: RunFolder; lock: Lock; parts: PartRuns },
): Promise<Begun> {
  const docker = engineOf(session, [lock.fd]);
  const journal = new LazyJournal(
    ({ state }) => /^(discovery\.|refused$|unchanged$)/.test(state),
    () => folder.createJournal(),
  );
  try {
    const openshell = gatewayOf(session, [lock.fd]);
    const place = workplace({ session, folder, journal, docker, openshell, parts });
    const input = inputFor(run, folder);
    const report = await driven(place, (drive) => driveNew(input, drive), {
      folder,
      docker,
      engine: session,
      journal,
    });
    return { report, snapshot: place.last() };
  } finally {
    await docker.close();
    lock.release();
    // An empty folder that stays is no run, and changes nothing about what was found.
    if (!journal.isOnDisk) problemOf(() => folder.remove());
  }
}
