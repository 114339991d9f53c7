/** Containers of ours that are still on the engine although no living run needs them. */
import { holderOf } from '../actors/support/labels.js';
import { shellWord } from '../../machines/index.js';
import type { DockerPort, ListedContainer } from '../docker/port.js';
import { ROLE_LABEL } from '../docker/spec/manager-labels.js';
import type { RunSummary } from '../graft.js';
import type { Holder } from '../../machines/index.js';
import { isHolderAlive, whereIs } from '../runtime/store.js';
import { conditionOf, isOpen } from './condition.js';
import type { Commands, Leftover } from './diagnosis.js';
import { strays } from './strays.js';

export interface Search {
  readonly docker: DockerPort;
  readonly runs: readonly RunSummary[];
  readonly stateDir: string;
  readonly commands: Commands;
  /** Of doctor itself: its own probes are not left over yet. */
  readonly runId: string;
}

/** Backups that were kept or could not be removed, what carries our labels, then what only its name tells. */
export async function leftovers(search: Search): Promise<Leftover[]> {
  return [...(await backups(search)), ...(await labelled(search)), ...(await strays(search))];
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
  const found = await Promise.all(listed.map((container) => leftover(container, search)));
  return found.filter((one) => one !== null);
}

/** @returns null for what is not left over: a living run has it */
async function leftover(
  { id, names, labels }: ListedContainer,
  search: Search,
): Promise<Leftover | null> {
  const { runs, stateDir } = search;
  const holder = holderOf(labels);
  if (holder === null || holder.runId === search.runId) return null;
  if (runs.find(({ runId }) => runId === holder.runId)?.holder === 'alive') return null;
  if (whereIs(holder, stateDir) === 'otherFolder' && (await isHolderAlive(holder, stateDir)))
    return null;
  return {
    kind: kindOf(labels[ROLE_LABEL]),
    name: names[0] ?? id,
    id,
    runId: holder.runId,
    command: commandFor(id, holder, search),
  };
}

/** Of a run on another machine, or in another folder, only that place knows whether it is over. */
function commandFor(id: string, holder: Holder, { runs, commands, stateDir }: Search): string {
  const run = runs.find(({ runId }) => runId === holder.runId);
  const words = `recover ${holder.runId}`;
  if (run !== undefined && isOpen(run)) return commands.gpugraft(words);
  const where = whereIs(holder, stateDir);
  const isRun = holder.stateDir !== '' && !holder.runId.startsWith('doctor-');
  if (!isRun || where === 'here') return commands.docker(`rm -f ${id}`);
  if (where === 'otherFolder') return commands.gpugraft(words, holder.stateDir);
  return `gpugraft ${words} --state-dir ${shellWord(holder.stateDir)} (on ${holder.host})`;
}

const KINDS = ['probe', 'claim', 'placeholder'] as const;

const kindOf = (role: string | undefined): Leftover['kind'] =>
  KINDS.find((kind) => kind === role) ?? 'other';
