/** The runs that are parts of another one, each in a folder of its own beside that one's. */
import type { Context, Failure } from '../../machines/index.js';
import { restOf } from '../actors/support/parts.js';
import type { PartRest, PartRuns } from '../actors/support/parts.js';
import { failure, orFailure } from '../errors.js';
import { readRun } from '../runtime/runs.js';
import { RunFolder, recordedRun } from '../runtime/store.js';
import type { Session } from '../session.js';
import { begun } from './begun.js';
import type { Begun } from './begun.js';
import { resumed } from './resumed.js';

/** A part has none: what depends on a dependent is refused beforehand. */
const none: PartRuns = {
  standing: () => null,
  begin: () => Promise.reject(partless()),
  goOn: () => Promise.reject(partless()),
};
const partless = () => failure('internal', 'a part of a run was to have parts of its own');

export function partRuns(session: Session): PartRuns {
  const { stateDir } = session;
  /** The story is the whole run's: a part tells none. */
  const sessionFor = ({ cancellable }: { readonly cancellable: boolean }): Session => ({
    context: session.context,
    host: session.host,
    stateDir,
    ...(session.openshellBin === undefined ? {} : { openshellBin: session.openshellBin }),
    ...(cancellable && session.signal !== undefined ? { signal: session.signal } : {}),
  });
  return {
    standing(runId) {
      const folder = recordedRun(stateDir, runId);
      if (folder === null) return null;
      const { snapshot, problem } = readRun(folder);
      return snapshot === null ? unusable(problem) : restOf(snapshot);
    },
    async begin({ target, options, rejoin, ...part }) {
      const folder = new RunFolder(stateDir, part.runId);
      const lock = await orFailure(() => folder.create());
      if (!('fd' in lock)) return unusable(lock);
      const run = { target, options, undo: null, rejoin };
      return whereIs(await begun(run, sessionFor(part), { folder, lock, parts: none }));
    },
    async goOn(part, choice: Context['choice']) {
      const folder = new RunFolder(stateDir, part.runId);
      const lock = await folder.lock();
      if (lock === null)
        return unusable(failure('busy', `run ${part.runId} is being worked on`).failure);
      return whereIs(await resumed({ folder, lock }, choice, sessionFor(part), none));
    },
  };
}

const unusable = (open: Failure | null): PartRest => ({
  outcome: null,
  replacementId: null,
  on: null,
  reason: null,
  question: null,
  open,
  warnings: [],
});

/** The report of a run that is not over says why. */
const whereIs = ({ report, snapshot }: Begun): PartRest =>
  snapshot === null
    ? unusable(report.reason)
    : restOf(snapshot, snapshot.status === 'active' ? report.reason : null);
