/** From the driver's rest to the report: what is on disk is put in order, and what stands where is said. */
import type { Context, Failure } from '../../machines/index.js';
import { standing } from '../diagnostics/standing.js';
import { summaryEnd } from '../diagnostics/summary.js';
import type { DockerPort } from '../docker/port.js';
import { JournalFailed } from '../errors.js';
import { emptyReport, reportOf } from '../report.js';
import type { Report, RunFiles } from '../report.js';
import type { DriverParts, Rest } from '../runtime/driver.js';
import type { Journal } from '../runtime/journal.js';
import type { RunFolder } from '../runtime/store.js';
import type { Workplace } from './workplace.js';

interface Site {
  readonly folder: RunFolder;
  readonly docker: DockerPort;
  readonly journal: Journal;
}

/** Drives a run and reports where it came to rest. A journal that fails leaves the run open where it stood. */
export async function driven(
  place: Workplace,
  drive: (parts: DriverParts) => Promise<Rest>,
  { folder, docker, journal }: Site,
): Promise<Report> {
  try {
    const rest = await drive(place.parts);
    return await finish(rest, folder, docker);
  } catch (error) {
    if (!(error instanceof JournalFailed)) throw error;
    const last = place.last();
    if (last === null) return emptyReport('refused', error.failure);
    return reportOf(last.context, filesOf(folder), error.failure);
  } finally {
    journal.close();
  }
}

/** What is left to do once the machine rests: the rescue goes when no backup needs it, and a stranded run says what stands where. */
export async function finish(
  { snapshot, open }: Rest,
  folder: RunFolder,
  docker: DockerPort,
): Promise<Report> {
  const { context } = snapshot;
  const over = snapshot.status !== 'active';
  if (over && !needsRescue(context)) folder.removeRescue();
  if (over) folder.completeSummary(summaryEnd(context, filesOf(folder).rescue));
  const report = reportOf(
    context,
    filesOf(folder),
    open ?? (over ? null : (context.question ?? stillOpen)),
  );
  if (report.outcome !== 'stranded') return report;
  return { ...report, warnings: [...report.warnings, ...(await standing(context, docker))] };
}

const stillOpen: Failure = {
  code: 'decision-needed',
  message: 'the run rests as it is',
  hint: 'gpugraft recover shows what is to be decided',
};

const needsRescue = ({ outcome, backup, changed }: Context): boolean =>
  changed && (outcome === 'stranded' || (outcome === 'grafted' && backup?.removed === false));

export const filesOf = (folder: RunFolder): RunFiles => ({
  journal: folder.exists() ? folder.journalFile : null,
  rescue: folder.hasRescue() ? folder.rescueFiles[1] : null,
});
