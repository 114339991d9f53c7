/** What a rollback of a container has to do, from the runs on record and what stands on the engine. */
import { layerMark } from '../../machines/index.js';
import type { Context, Failure, Undo } from '../../machines/index.js';
import { failure } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';
import type { Snapshot } from '../runtime/driver.js';
import type { StoredRun } from '../runtime/runs.js';
import type { RunFolder } from '../runtime/store.js';
import type { EngineView } from './backups.js';
import type { Sight } from './sights.js';

/**
 * `goBack`: the last run was interrupted before its decision, and turns back. `completeFirst`: it was
 * confirmed, and its backup is kept or somebody has put the original back, so that it is ended as it
 * can be, and then undone. `undo`: it is over.
 */
export type WayBack =
  | { readonly kind: 'refuse'; readonly report: Report }
  | { readonly kind: 'goBack'; readonly runId: string }
  | { readonly kind: 'completeFirst'; readonly runId: string }
  | { readonly kind: 'undo'; readonly undo: Undo };

/**
 * @param runs those on record, newest first
 * @param view where no engine answers, the run itself will say so
 */
export function wayBackFor(
  target: string,
  runs: readonly StoredRun[],
  { id: engineId, backups }: EngineView,
): WayBack {
  const readable = runs.flatMap((run) =>
    run.snapshot === null ? [] : [{ ...run, snapshot: run.snapshot }],
  );
  const concerned = concerning(target, readable);
  const here = concerned.filter(
    ({ snapshot }) => engineId === null || snapshot.context.engineId === engineId,
  );
  const refuse = (report: Report): WayBack => ({ kind: 'refuse', report });
  const [newest, ...older] = here;
  if (newest === undefined) {
    const begun = readable.find(({ snapshot }) => isBegun(snapshot, target));
    if (begun !== undefined) return { kind: 'goBack', runId: begun.folder.runId };
    return refuse(
      concerned.length > 0
        ? otherEngine(target)
        : nothingToUndo(target, 'no run on it has changed anything'),
    );
  }
  const { context, status } = newest.snapshot;
  const { runId } = newest.folder;
  if (status === 'active') {
    // A confirmed one refuses to go back, but only its lock tells whether it is at work.
    const original = backups.get(runId);
    const isRestored = original?.is === 'there' && !original.isDown;
    const isUndone = context.confirmed && (context.options.keepBackup || isRestored);
    return { kind: isUndone ? 'completeFirst' : 'goBack', runId };
  }
  const undos = undosFrom(
    context,
    older.map(({ snapshot }) => snapshot.context),
  );
  const undo = undos.find((each) => backups.get(each.runId)?.is !== 'gone');
  if (undo !== undefined) return { kind: 'undo', undo: asItStands(undo, backups.get(undo.runId)) };
  const [gone] = undos;
  if (gone !== undefined) return refuse(emptyReport('refused', backupGone(gone), target));
  const end = `its last run ended ${context.outcome ?? 'open'} and left no backup`;
  return refuse(nothingToUndo(target, end));
}

interface Readable extends StoredRun {
  readonly snapshot: Snapshot;
}

/** Less of a container's ID is not told from a name. */
const SHORTEST_ID = 12;

const idsOf = ({ original, replacement }: Context): string[] =>
  [original?.id, replacement?.id].filter((id) => id != null);

/**
 * The runs that have changed something about the container that is meant: by its name, or by the
 * start of an ID. By an ID, those too that went on from there: its place is taken by what they left.
 */
function concerning(target: string, runs: readonly Readable[]): Readable[] {
  const changed = runs.filter(({ snapshot }) => snapshot.context.changed);
  const named = changed.filter(
    ({ snapshot: { context } }) =>
      context.original?.name === target || context.gateway?.sandbox === target,
  );
  if (named.length > 0 || target.length < SHORTEST_ID) return named;
  const known = new Set(
    changed
      .flatMap(({ snapshot }) => idsOf(snapshot.context))
      .filter((id) => id.startsWith(target)),
  );
  // The oldest first: each run goes on from what an earlier one left.
  return changed
    .toReversed()
    .filter(({ snapshot }) => {
      const ids = idsOf(snapshot.context);
      const isMeant = ids.some((id) => known.has(id));
      if (isMeant) for (const id of ids) known.add(id);
      return isMeant;
    })
    .toReversed();
}

/** Interrupted before it changed anything. */
const isBegun = ({ status, context }: Snapshot, target: string): boolean =>
  status === 'active' && !context.changed && (context.original?.name ?? context.target) === target;

/**
 * What can be put back for a container, from the runs on it, newest first. A graft that kept
 * nothing, or that was rolled back, hides no backup that an earlier one kept: what it began with
 * was that one's replacement. Whatever stands there now is what the backup takes the place of.
 * @param newest the last run that changed something; one that has ended
 */
function undosFrom(newest: Context, older: readonly Context[]): Undo[] {
  const { original, replacement, outcome } = newest;
  const current = outcome === 'rolledBack' ? original?.id : replacement?.id;
  if (current === undefined || current === null) return [];
  const found: Undo[] = [];
  let run: Context | undefined = newest;
  for (let left = older; run !== undefined;) {
    const here: Context = run;
    const undo = leftBy(here);
    if (undo !== null) found.push({ ...undo, replacementId: current });
    const undone = left.findIndex(({ runId }) => runId === here.undoes);
    const isOpen = undone >= 0 && here.outcome !== 'rolledBack';
    // What an undoing has put back may have another ID than what it was put back for.
    const origin = (left[undone] ?? here).original?.id;
    const next = isOpen ? undone : left.findIndex(({ replacement: r }) => r?.id === origin);
    run = left[next];
    left = left.slice(next + 1);
  }
  return found;
}

/** An original that was to be retired, and is there all the same, is put back as it is. */
function asItStands(undo: Undo, sight: Sight | undefined): Undo {
  const { snapshot, original, runId } = undo;
  if (snapshot === null || sight?.is !== 'there' || sight.as !== 'container') return undo;
  // Nothing is made from the carried layer then: it goes with the replacement.
  const isCarried = snapshot.imageId !== original.imageId;
  const carriedImage = isCarried ? { mark: layerMark(runId), id: snapshot.imageId } : null;
  return { ...undo, snapshot: null, carriedImage };
}

/** What one finished run left; null: nothing. */
export function leftBy(context: Context): Undo | null {
  const { original, replacement, backup, engineId, outcome, carried, runId } = context;
  const left = outcome === 'stranded' || (outcome === 'grafted' && backup?.removed === false);
  if (!left || original === null || replacement?.id == null || backup === null || engineId === null)
    return null;
  return {
    runId,
    engineId,
    original,
    replacementId: replacement.id,
    backupName: backup.name,
    mode: context.mode,
    // A snapshot needs the image of the carried layer: the original is made again from it.
    carriedImage:
      carried === null || backup.snapshot !== null
        ? null
        : { mark: layerMark(runId), id: carried.imageId },
    snapshot: backup.snapshot,
    gateway: context.gateway,
  };
}

/** What an undoing looks for first: the original, or, where that was retired, what has its place. */
export const targetOf = ({ snapshot, original, replacementId }: Undo): string =>
  snapshot === null ? original.id : replacementId;

/** A rescue holds the environment's values: it goes once its backup was seen to be gone. */
export function clearAfter(runs: readonly StoredRun[], { id, backups }: EngineView): void {
  for (const { snapshot, folder } of runs) {
    if (snapshot === null || snapshot.status === 'active' || snapshot.context.engineId !== id)
      continue;
    if (backups.get(folder.runId)?.is === 'gone') folder.removeRescue();
  }
}

const nothingToUndo = (target: string, why: string): Report =>
  emptyReport(
    'refused',
    failure(
      'nothing-to-roll-back',
      `there is nothing to roll back for ${target}: ${why}`,
      'apply --keep-backup keeps what rollback needs',
    ).failure,
    target,
  );

export const backupGone = ({ backupName, original, snapshot }: Undo): Failure => ({
  code: 'no-way-back',
  message:
    snapshot === null
      ? `the backup ${backupName} (${original.id.slice(0, 12)}) is gone: somebody else removed it; ${original.name} was left alone`
      : `the image of the snapshot (${snapshot.imageId.slice(0, 19)}) is gone: somebody else removed it; ${original.name} was left alone`,
  hint: null,
});

/** What an undoing of a snapshot takes the place of is not there: nothing holds its volumes any more. */
export const placeGone = ({ original, replacementId }: Undo, run: RunFolder): Failure => ({
  code: 'no-such-container',
  message: `the replacement (${replacementId.slice(0, 12)}), which had the place of ${original.name}, is gone: somebody else removed it`,
  hint: run.hasRescue()
    ? `${run.rescueFiles[1]} makes the original again; volumes that were removed as well come back empty`
    : null,
});

const otherEngine = (target: string): Report =>
  emptyReport(
    'refused',
    failure(
      'other-engine',
      `another engine answers than the one on which ${target} was grafted`,
      'use the --context or --host that the graft was made with',
    ).failure,
    target,
  );
