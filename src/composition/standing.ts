/** What a report says of what stands where: a look after the last act says it, never the journal. */
import type { Context, Warning } from '../../machines/index.js';
import type { DockerPort } from '../docker/port.js';
import { canBePutBack } from '../report.js';
import type { Report } from '../report.js';
import { sightOf, sightOfBackup } from './sights.js';
import type { Sight } from './sights.js';

/** Null: there is none. */
export interface Standing {
  readonly original: Sight | null;
  readonly replacement: Sight | null;
}

/** Looks at both where the report speaks of either; null where it does not: all was seen then. */
export async function standingFor(
  { outcome, backup }: Report,
  { engineId, original, replacement, backup: left }: Context,
  docker: DockerPort,
): Promise<Standing | null> {
  const speaksOfBackup = backup.kind !== null && backup.removed !== true;
  if (outcome !== 'stranded' && !speaksOfBackup) return null;
  const look = async (id: string | null | undefined): Promise<Sight | null> =>
    id == null ? null : sightOf(docker, engineId, id);
  const snapshot = left?.snapshot ?? null;
  const [one, other] = await Promise.all([
    original === null ? null : sightOfBackup(docker, engineId, original.id, snapshot),
    look(outcome === 'stranded' ? replacement?.id : null),
  ]);
  return { original: one, replacement: other };
}

/** @param over the run has ended: then it is undone, not recovered */
export function asSeen(
  report: Report,
  context: Context,
  standing: Standing | null,
  over: boolean,
): Report {
  if (standing === null) return report;
  const backup = backupAsSeen(report, standing.original);
  const isStranded = report.outcome === 'stranded';
  return {
    ...report,
    backup,
    reason: isStranded && over ? withWayOn({ ...report, backup }, standing) : report.reason,
    warnings: [
      ...report.warnings,
      ...(isStranded ? sentences(context, standing) : goneBackup(report, standing)),
    ],
  };
}

/** One that has its own name again is no backup any more. */
function backupAsSeen({ backup, container }: Report, original: Sight | null): Report['backup'] {
  if (backup.kind === null || original === null) return backup;
  if (original.is === 'gone') return { ...backup, removed: true };
  if (original.is === 'unseen') return { ...backup, removed: null };
  if (original.as === 'snapshot') return { ...backup, removed: false };
  if (original.name === container.name) {
    return { kind: null, name: null, image: null, removed: null };
  }
  return { kind: 'container', name: original.name, image: null, removed: false };
}

/** The command that ends what the run could not, where there is an original to put back. */
function withWayOn(report: Report, { original }: Standing): Report['reason'] {
  const { reason, backup, container } = report;
  if (reason === null || original?.is === 'gone' || !canBePutBack(backup, reason)) return reason;
  // Its container stands, and no rollback makes the gateway forgive it.
  if (reason.code === 'sandbox-error') return reason;
  const way = `gpugraft rollback ${container.name ?? ''} puts the original back`;
  return { ...reason, hint: reason.hint === null ? way : `${reason.hint}; ${way}` };
}

function goneBackup({ backup }: Report, { original }: Standing): Warning[] {
  if (original?.is !== 'gone') return [];
  const what = backup.kind === 'snapshot' ? 'image of the snapshot' : 'backup';
  const message = `the ${what} ${backup.name ?? backup.image ?? ''} is gone: somebody else removed it`;
  return [{ code: 'backup-gone', message }];
}

/** One sentence for each container. */
function sentences({ original, replacement, backup }: Context, standing: Standing): Warning[] {
  const snapshot = backup?.snapshot ?? null;
  return [
    ...(snapshot === null || isItself(standing.original)
      ? sentence('the original', original?.id ?? '', standing.original)
      : snapshotSentence(original?.id ?? '', snapshot, standing.original)),
    ...sentence('the replacement', replacement?.id ?? '', standing.replacement),
  ].map((message) => ({ code: 'stands', message }));
}

const isItself = (sight: Sight | null): boolean =>
  sight !== null && sight.is === 'there' && sight.as === 'container';

function snapshotSentence(
  id: string,
  { imageId }: { readonly imageId: string },
  sight: Sight | null,
): string[] {
  const found = { there: 'is there', gone: 'is gone', unseen: 'could not be looked at' };
  const image = sight === null ? '' : `; its image ${imageId} ${found[sight.is]}`;
  return [`the original (${id}) was removed, and its snapshot kept${image}`];
}

function sentence(what: string, id: string, sight: Sight | null): string[] {
  if (sight === null) return [];
  if (sight.is === 'gone') return [`${what} (${id}) is gone`];
  if (sight.is === 'unseen') return [`${what} (${id}) could not be looked at: ${sight.why}`];
  const { name, status, policy } = sight;
  return [`${what} (${id}) is called ${name} and is ${status}, restart policy ${policy}`];
}
