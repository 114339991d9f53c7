/** A run that somebody has asked for. */
import { systemClock } from '../clock.js';
import { orFailure } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';
import type { Lock } from '../runtime/lock.js';
import { newRunId } from '../runtime/run-id.js';
import { RunFolder } from '../runtime/store.js';
import { sweepUnbegun } from '../runtime/sweep.js';
import type { Session } from '../session.js';
import { begun } from './begun.js';
import type { NewRun } from './begun.js';
import { partRuns } from './parts.js';

async function beginIn(folder: RunFolder): Promise<Lock> {
  await sweepUnbegun(folder.stateDir);
  return folder.create();
}

export async function runNew(run: Omit<NewRun, 'rejoin'>, session: Session): Promise<Report> {
  const folder = new RunFolder(session.stateDir, newRunId(systemClock.now()));
  const lock = await orFailure(() => beginIn(folder));
  if (!('fd' in lock)) return emptyReport('refused', lock, run.target);
  const parts = partRuns(session);
  return (await begun({ ...run, rejoin: null }, session, { folder, lock, parts })).report;
}
