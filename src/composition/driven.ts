/** From the driver's rest to the report: what is on disk is put in order, and what stands where is said. */
import type { Context, Failure, Warning } from '../../machines/index.js';
import { summaryEnd } from '../diagnostics/summary.js';
import type { Engine } from '../docker/command.js';
import type { DockerPort } from '../docker/port.js';
import { JournalFailed } from '../errors.js';
import { canBePutBack, emptyReport, reportOf } from '../report.js';
import type { Report, RunFiles } from '../report.js';
import type { DriverParts, Rest } from '../runtime/driver.js';
import { problemOf } from '../runtime/files.js';
import type { Journal } from '../runtime/journal.js';
import { isRunId } from '../runtime/run-id.js';
import { readRun } from '../runtime/runs.js';
import { RunFolder } from '../runtime/store.js';
import { leftBehind } from './joined.js';
import { asSeen, standingFor } from './standing.js';
import type { Standing } from './standing.js';
import type { Workplace } from './workplace.js';

interface Site {
  readonly folder: RunFolder;
  readonly docker: DockerPort;
  readonly engine: Engine;
}

/** Drives a run and reports where it came to rest. A journal that fails leaves the run open where it stood. */
export async function driven(
  place: Workplace,
  drive: (parts: DriverParts) => Promise<Rest>,
  { journal, ...site }: Site & { readonly journal: Journal },
): Promise<Report> {
  let unclosed: string | null = null;
  let report: Report;
  try {
    report = await restOf(place, drive, site);
  } finally {
    // What it reports is on disk by now: closing only gives space back.
    unclosed = problemOf(() => journal.close());
  }
  if (unclosed === null) return report;
  return withWarnings(report, [
    onDisk(
      `the space that ${report.journal ?? 'the journal'} had reserved was not given back`,
      unclosed,
    ),
  ]);
}

async function restOf(
  place: Workplace,
  drive: (parts: DriverParts) => Promise<Rest>,
  site: Site,
): Promise<Report> {
  try {
    return await finish(await drive(place.parts), site);
  } catch (error) {
    if (!(error instanceof JournalFailed)) throw error;
    const last = place.last();
    if (last === null) return emptyReport('refused', error.failure);
    return leftOpen(last.context, error.failure, site);
  }
}

/** The report of a run that is left open where it stands. */
export async function leftOpen(
  context: Context,
  why: Failure,
  { folder, docker }: Pick<Site, 'folder' | 'docker'>,
): Promise<Report> {
  const report = reportOf(context, filesOf(folder), why);
  return asSeen(report, context, await standingFor(report, context, docker), false);
}

/**
 * What is left to do once the machine rests: a rescue goes when no backup needs it, that of a run
 * that was undone too, and a stranded run says what stands where. A file that cannot be removed
 * changes nothing about how the run ended.
 */
export async function finish(
  { snapshot, open }: Rest,
  { folder, docker, engine }: Site,
): Promise<Report> {
  const { context } = snapshot;
  const over = snapshot.status !== 'active';
  const isAtRest = over || context.outcome === 'deferred';
  const why = open ?? (isAtRest ? null : (context.question ?? stillOpen));
  const standing = await standingFor(reportOf(context, filesOf(folder), why), context, docker);
  const needless = over ? withNeedlessRescue(context, standing, folder) : [];
  const kept = needless.flatMap((run) => run.removeRescue());
  const { rescue } = filesOf(folder);
  const { outcome } = reportOf(context, filesOf(folder), why);
  folder.completeSummary(summaryEnd(context, { outcome, rescue, engine }));
  const report = withWarnings(reportOf(context, filesOf(folder), why), [
    ...(outcome === 'rolledBack' ? await leftBehind(context, docker) : []),
    ...kept.map(({ file, why: stuck }) =>
      onDisk(`${file} is not needed any more and could not be removed`, stuck),
    ),
  ]);
  return asSeen(report, context, standing, over);
}

const withWarnings = (report: Report, more: readonly Warning[]): Report => ({
  ...report,
  warnings: [...report.warnings, ...more],
});

const onDisk = (what: string, why: string): Warning => ({
  code: 'state-dir',
  message: `${what}: ${why}`,
});

const stillOpen: Failure = {
  code: 'decision-needed',
  message: 'the run rests as it is',
  hint: 'gpugraft recover shows what is to be decided',
};

/** The runs whose rescue nobody can need any more, once this one is over. */
function withNeedlessRescue(
  context: Context,
  standing: Standing | null,
  folder: RunFolder,
): RunFolder[] {
  const { undoes, outcome } = context;
  return [
    ...(needsRescue(context) && standing?.original?.is !== 'gone' ? [] : [folder]),
    ...(outcome === 'rolledBack' ? undoneBy(undoes, folder.stateDir) : []),
  ];
}

/** The run that was undone, and those whose undoing that run had left half done. */
function undoneBy(runId: string | null, stateDir: string): RunFolder[] {
  if (runId === null || !isRunId(runId)) return [];
  const folder = new RunFolder(stateDir, runId);
  const earlier = readRun(folder).snapshot?.context.undoes ?? null;
  return [folder, ...(earlier === runId ? [] : undoneBy(earlier, stateDir))];
}

const needsRescue = ({ outcome, backup, changed, reason, secondReason }: Context): boolean =>
  changed &&
  (outcome === 'stranded' || (outcome === 'grafted' && backup?.removed === false)) &&
  canBePutBack(backup, secondReason ?? reason);

export const filesOf = (folder: RunFolder): RunFiles => ({
  journal: folder.exists() ? folder.journalFile : null,
  rescue: folder.hasRescue() ? folder.rescueFiles[1] : null,
});
