/** The claims that stand on the engine. A list is a hint: the claim's own name decides (`claim.ts`). */
import type { Holder } from '../../../machines/index.js';
import { claimFilter, claimedIds, holderOf } from './labels.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

/** Who else has one of these containers, as original or as replacement; null: nobody. */
export async function holderOfClaimOn(
  scope: ActorScope,
  ids: readonly string[],
): Promise<Holder | null> {
  const claims = await reach(scope, () => scope.docker.listContainers([...claimFilter]));
  for (const { labels } of claims) {
    const holder = holderOf(labels);
    if (holder === null || holder.runId === scope.runId) continue;
    if (claimedIds(labels).some((id) => ids.includes(id))) return holder;
  }
  return null;
}

/** One line about the holder, and whether its process still lives where that can be known. */
export async function describeHolder({ store }: ActorScope, holder: Holder): Promise<string> {
  const who = `run ${holder.runId} (process ${holder.pid} on ${holder.host})`;
  const alive = await store.isHolderAlive(holder);
  return alive === false
    ? `${who} was interrupted and still holds the container`
    : `${who} is working on the container`;
}
