/** The claims that stand on the engine. A list is a hint: the claim's own name decides (`claim.ts`). */
import type { Holder } from '../../../machines/index.js';
import { claimFilter, claimedIds, claimedName, holderOf } from './labels.js';
import type { DockerPort } from '../../docker/port.js';
import { reach } from './reach.js';
import { shellWord } from '../../../machines/index.js';
import type { ActorScope, Whereabouts } from './scope.js';

/** A claim that stands on the engine. */
export interface Claim {
  /** The claim's own container, by its name. */
  readonly name: string;
  readonly holder: Holder;
}

/** Another run's claim on one of these containers, as original or as replacement; null: there is none. */
export async function claimOn(scope: ActorScope, ids: readonly string[]): Promise<Claim | null> {
  const claims = await reach(scope, () => scope.docker.listContainers([...claimFilter]));
  for (const { id, names, labels } of claims) {
    const holder = holderOf(labels);
    if (holder === null || holder.runId === scope.runId) continue;
    if (claimedIds(labels).some((one) => ids.includes(one)))
      return { name: names[0] ?? id, holder };
  }
  return null;
}

/** A claim of a run whose original had this name when it began; null: there is none. */
export async function claimOnName(
  docker: Pick<DockerPort, 'listContainers'>,
  name: string,
): Promise<Claim | null> {
  for (const { id, names, labels } of await docker.listContainers([...claimFilter])) {
    const holder = holderOf(labels);
    if (holder !== null && claimedName(labels) === name) return { name: names[0] ?? id, holder };
  }
  return null;
}

interface Busy {
  readonly message: string;
  readonly hint: string;
}

/** One line about who holds a claim, and what helps: whether its process lives, and its run is over, where that can be known. */
export async function describeClaim(
  { store }: Pick<ActorScope, 'store'>,
  { name, holder }: Claim,
): Promise<Busy> {
  const who = `run ${holder.runId} (process ${holder.pid} on ${holder.host})`;
  const hint = hintAbout(holder, store.whereIs(holder));
  if ((await store.isHolderAlive(holder)) !== false)
    return { message: `${who} is working on the container`, hint };
  if (!store.isRunOver(holder))
    return { message: `${who} was interrupted and still holds the container`, hint };
  return {
    message: `${who} is over, but its claim on the container could not be removed`,
    hint: `docker rm --force ${name} removes it; it was never started and holds nothing`,
  };
}

/** What shows the run that has a container, and ends it: where it is at home, which nobody else would guess. */
export function hintAbout({ runId, host, stateDir }: Holder, where: Whereabouts): string {
  const folder = `--state-dir ${shellWord(stateDir)}`;
  if (where === 'otherMachine')
    return `status and recover know the run on ${host}, with ${folder}: only there can be told whether its process is gone`;
  const [status, recover] =
    where === 'here'
      ? ['gpugraft status', 'gpugraft recover']
      : [`gpugraft status ${folder}`, `gpugraft recover ${runId} ${folder}`];
  return `${status} shows the run; if its process is gone, ${recover} ends it`;
}
