/** A run on record, from where it stands to its report. */
import type { Context } from '../../machines/index.js';
import type { PartRuns } from '../actors/support/parts.js';
import { JournalFailed, failure } from '../errors.js';
import { emptyReport } from '../report.js';
import { driveOn } from '../runtime/driver.js';
import { FileJournal } from '../runtime/journal.js';
import type { Journal } from '../runtime/journal.js';
import type { Lock } from '../runtime/lock.js';
import { readRun } from '../runtime/runs.js';
import type { RunFolder } from '../runtime/store.js';
import type { Session } from '../session.js';
import type { Begun } from './begun.js';
import { driven, finish, leftOpen } from './driven.js';
import { livedOn } from './joined.js';
import { misplacedAnswer, refusedIn } from './misplaced.js';
import { obstacleTo } from './obstacle.js';
import { engineOf, gatewayOf, workplace } from './workplace.js';

export interface Held {
  readonly folder: RunFolder;
  readonly lock: Lock;
}

/** Goes on with a run whose lock is held, or says again how it ended. The lock is let go. */
export async function resumed(
  { folder, lock }: Held,
  choice: Context['choice'],
  session: Session,
  parts: PartRuns,
): Promise<Begun> {
  const docker = engineOf(session, [lock.fd]);
  try {
    const { snapshot, last, end, problem } = readRun(folder);
    if (snapshot === null || last === null) {
      const why = problem ?? failure('journal-invalid', 'the journal is empty').failure;
      return { report: emptyReport('refused', why), snapshot: null };
    }
    const { context } = snapshot;
    const misplaced = misplacedAnswer(choice, snapshot);
    if (misplaced !== null) return { report: misplaced, snapshot };
    const site = { folder, docker, engine: session };
    if (snapshot.status !== 'active')
      return { report: await finish({ snapshot, open: null }, site), snapshot };
    const obstacle = await obstacleTo(context, docker, session.stateDir);
    if (obstacle !== null) return { report: await leftOpen(context, obstacle, site), snapshot };
    const inhabited = choice === 'back' ? await livedOn(context, docker) : null;
    if (inhabited !== null) return { report: refusedIn(context, inhabited), snapshot };
    const journal = resumedJournal(folder, end);
    if (journal instanceof JournalFailed) {
      return { report: await leftOpen(context, journal.failure, site), snapshot };
    }
    const openshell = gatewayOf(session, [lock.fd]);
    const place = workplace({ session, folder, journal, docker, openshell, parts });
    const report = await driven(place, (drive) => driveOn(last, choice, drive), {
      ...site,
      journal,
    });
    return { report, snapshot: place.last() ?? snapshot };
  } finally {
    await docker.close();
    lock.release();
  }
}

function resumedJournal(folder: RunFolder, end: number): Journal | JournalFailed {
  try {
    return FileJournal.resume(folder.journalFile, end);
  } catch (error) {
    if (error instanceof JournalFailed) return error;
    throw error;
  }
}
