/** Backups that runs on record have left, as the engine has them now. */
import type { Context } from '../../machines/index.js';
import type { DockerPort } from '../docker/port.js';
import { isEngineError } from '../docker/errors.js';
import type { RunSummary, StoredRun } from '../runtime/runs.js';
import type { Session } from '../session.js';
import { sightOfBackup } from './sights.js';
import type { Sight } from './sights.js';
import { engineOf } from './workplace.js';

/**
 * `kept`: it stands by. `restored`: the original has its own name again, so somebody put it back.
 * `gone`: somebody removed it. `unseen`: the engine does not answer, or is another one.
 */
export type BackupSight = 'kept' | 'restored' | 'gone' | 'unseen';

export interface SeenRun extends RunSummary {
  /** Null for a run that has left no backup, as far as its journal knows. */
  readonly seen: BackupSight | null;
}

/** Milliseconds: somebody waits for a list, and it says what could not be looked at. */
const PATIENCE_MS = 3000;

/** Looks at every backup that is on record; where there is none, no engine is asked. */
export async function withBackupsSeen(
  runs: readonly RunSummary[],
  session: Session,
): Promise<SeenRun[]> {
  const looked = await looking(session, runs.some(leftBackup), (docker) =>
    Promise.all(runs.map((run) => backupSeen(run, docker))),
  );
  return runs.map((run, at) => ({
    ...run,
    seen: looked?.[at] ?? (leftBackup(run) ? 'unseen' : null),
  }));
}

const leftBackup = ({ outcome, backup, undoneBy }: RunSummary): boolean =>
  undoneBy === null &&
  backup !== null &&
  ((outcome === 'grafted' && backup.removed === false) ||
    (outcome === 'stranded' && backup.removed !== true));

async function backupSeen(run: RunSummary, docker: DockerPort): Promise<BackupSight | null> {
  const { originalId, engineId, name } = run;
  if (!leftBackup(run) || originalId === null) return null;
  const sight = await sightOfBackup(docker, engineId, originalId, run.backup?.snapshot ?? null);
  if (sight.is !== 'there') return sight.is;
  return sight.name === name ? 'restored' : 'kept';
}

/** The engine that answers (null: none does) and the backups that runs on record may still need. */
export interface EngineView {
  readonly id: string | null;
  /** By the run that has left it: of one original, several may have. One that is not there was not looked at. */
  readonly backups: ReadonlyMap<string, Sight>;
}

export async function viewFor(runs: readonly StoredRun[], session: Session): Promise<EngineView> {
  const view = await looking(session, true, async (docker, id): Promise<EngineView> => {
    const backups = new Map<string, Sight>();
    for (const run of runs) {
      const context = run.snapshot?.context;
      if (context?.original == null || context.engineId !== id || !mayBeNeeded(context)) continue;
      const snapshot = context.backup?.snapshot ?? null;
      // oxlint-disable-next-line no-await-in-loop -- few of them, and looks are quick
      const sight = await sightOfBackup(docker, id, context.original.id, snapshot);
      backups.set(run.folder.runId, sight);
    }
    return { id, backups };
  });
  return view ?? { id: null, backups: new Map() };
}

const mayBeNeeded = ({ changed, outcome, backup }: Context): boolean =>
  changed &&
  outcome !== 'rolledBack' &&
  (outcome === null || outcome === 'stranded' || backup?.removed === false);

/** @returns null where no engine answers in time, or nothing is wanted */
async function looking<T>(
  session: Session,
  isWanted: boolean,
  look: (docker: DockerPort, engineId: string) => Promise<T>,
): Promise<T | null> {
  if (!isWanted) return null;
  const docker = engineOf(session);
  try {
    const { id } = await docker.engine({ signal: AbortSignal.timeout(PATIENCE_MS) });
    return await look(docker, id);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return null;
  } finally {
    await docker.close();
  }
}
