/** Containers of ours that are still on the engine although no living run needs them. */
import os from 'node:os';
import { holderOf } from '../actors/support/labels.js';
import type { DockerPort, ListedContainer } from '../docker/port.js';
import { ROLE_LABEL } from '../docker/spec/manager-labels.js';
import type { RunSummary } from '../graft.js';
import { conditionOf, isOpen } from './condition.js';
import type { Commands, Leftover } from './diagnosis.js';

export interface Search {
  readonly docker: DockerPort;
  readonly runs: readonly RunSummary[];
  readonly stateDir: string;
  readonly commands: Commands;
  /** Of doctor itself: its own probes are not left over yet. */
  readonly runId: string;
}

/** Backups that were kept or could not be removed, then what carries our labels. */
export async function leftovers(search: Search): Promise<Leftover[]> {
  return [...(await backups(search)), ...(await labelled(search))];
}

/** A backup carries no label of ours: the journal knows it, a look confirms that it is still there. */
async function backups({ docker, runs, commands }: Search): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const run of runs) {
    const { originalId: id, backup } = run;
    const kept = ['backup-kept', 'stranded'].includes(conditionOf(run));
    if (!kept || id === null || backup === null || backup.removed === true) continue;
    // oxlint-disable-next-line no-await-in-loop -- few of them, and looks are quick
    const raw = await docker.inspectContainer(id);
    if (raw?.Name !== `/${backup.name}`) continue;
    const command =
      run.outcome === 'stranded'
        ? commands.gpugraft(`status ${run.runId}`)
        : commands.docker(`rm ${id}`);
    found.push({ kind: 'backup', name: backup.name, id, runId: run.runId, command });
  }
  return found;
}

async function labelled(search: Search): Promise<Leftover[]> {
  const listed = await search.docker.listContainers([ROLE_LABEL]);
  return listed.flatMap((container) => leftover(container, search) ?? []);
}

function leftover(container: ListedContainer, search: Search): Leftover | null {
  const { runs, commands, stateDir } = search;
  const holder = holderOf(container.labels);
  if (holder === null || holder.runId === search.runId) return null;
  const run = runs.find(({ runId }) => runId === holder.runId);
  if (run?.holder === 'alive') return null;
  const elsewhere = holder.host !== os.hostname() || holder.stateDir !== stateDir;
  // Of a run on another machine, or in another folder, only that place knows whether it is over.
  const remove = commands.docker(`rm -f ${container.id}`);
  const whereItBelongs = `gpugraft recover ${holder.runId} --state-dir ${holder.stateDir} (on ${holder.host})`;
  const isRun = holder.stateDir !== '' && !holder.runId.startsWith('doctor-');
  const open = run !== undefined && isOpen(run);
  return {
    kind: kindOf(container.labels[ROLE_LABEL]),
    name: container.names[0] ?? container.id,
    id: container.id,
    runId: holder.runId,
    command: open
      ? commands.gpugraft(`recover ${holder.runId}`)
      : isRun && elsewhere
        ? whereItBelongs
        : remove,
  };
}

const KINDS = ['probe', 'claim', 'placeholder'] as const;

const kindOf = (role: string | undefined): Leftover['kind'] =>
  KINDS.find((kind) => kind === role) ?? 'other';
