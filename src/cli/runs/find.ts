/** Which runs a word on the command line means. Pure. */
import { isOpen } from '../../doctor/condition.js';
import type { RunSummary } from '../../graft.js';

/** Less of a container's ID is not told from a name. */
const SHORTEST_ID = 12;

/** By the run's ID, the container's name or its sandbox's, or at least twelve digits of either container's ID; newest first as given. */
export function runsNamed(word: string, runs: readonly RunSummary[]): RunSummary[] {
  const byRun = runs.filter((run) => run.runId === word);
  if (byRun.length > 0) return byRun;
  const isId = word.length >= SHORTEST_ID && /^[0-9a-f]+$/.test(word);
  return runs.filter(
    (run) => run.name === word || run.sandbox === word || (isId && startsWith(run, word)),
  );
}

const startsWith = ({ originalId, replacementId }: RunSummary, word: string): boolean =>
  [originalId, replacementId].some((id) => id?.startsWith(word) ?? false);

/**
 * The one run that `recover WORD` is about: one that has changed something before one that has
 * not, an open one before one that is over, the newest of those.
 */
export function runToRecover(word: string, runs: readonly RunSummary[]): RunSummary | null {
  const named = runsNamed(word, runs);
  const changed = named.find((run) => isOpen(run) && run.meta?.onRecover !== 'withdraw');
  return changed ?? named.find(isOpen) ?? named[0] ?? null;
}
