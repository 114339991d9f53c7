/**
 * Containers that a run made without a label and no longer knows of: a create whose answer was lost, that was made
 * again, and that the engine carried out when the run was over (docs/faults.md). Their names tell.
 */
import { holderOf } from '../actors/support/labels.js';
import type { ListedContainer } from '../docker/port.js';
import { ROLE_LABEL } from '../docker/spec/manager-labels.js';
import { conditionOf } from './condition.js';
import type { Leftover } from './diagnosis.js';
import type { Search } from './leftovers.js';

/** As `machines/vocabulary/names.ts` makes them; a part of a run has further letters behind its ID. */
const NAME =
  /(?:\.gpugraft-(?:again-|failed-)?|^gpugraft-rehearsal-)(\d{8}-\d{6}-[\da-f]{6})(?:-[db]\d+-\d+)?$/;

/** Whoever was started once may hold what somebody misses: it is not called litter. */
const NEVER_STARTED = 'created';

export async function strays({ docker, runs, commands }: Search): Promise<Leftover[]> {
  const listed = await docker.listContainers([]);
  const claiming = new Set(listed.flatMap(({ labels }) => holderOf(labels)?.runId ?? []));
  const isNeeded = (runId: string): boolean => {
    const run = runs.find((one) => one.runId === runId);
    // A run of another folder has its claims as long as it is not over.
    if (run === undefined) return claiming.has(runId);
    return !['over', 'backup-kept'].includes(conditionOf(run));
  };
  return listed.flatMap((container) => {
    const { id, state, labels } = container;
    const [name, runId] = named(container);
    const isOurs = runId !== null && labels[ROLE_LABEL] === undefined && state === NEVER_STARTED;
    if (!isOurs || isNeeded(runId)) return [];
    return [{ kind: 'other' as const, name, id, runId, command: commands.docker(`rm ${id}`) }];
  });
}

function named({ id, names }: ListedContainer): readonly [name: string, runId: string | null] {
  for (const name of names) {
    const runId = NAME.exec(name)?.[1];
    if (runId !== undefined) return [name, runId];
  }
  return [id, null];
}
