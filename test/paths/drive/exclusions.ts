/**
 * Paths that no world can bring about, as rules over the path. The model lets every actor give
 * each of its answers in every state; a real one is bound to what it was given.
 */
import type { Path, PathSet } from '../../../src/model/index.js';

interface Exclusion {
  readonly reason: string;
  readonly applies: (path: Path, set: PathSet) => boolean;
}

export const exclusions: readonly Exclusion[] = [
  {
    reason: 'nothing is waited for whose start was never asked for: assessRecovery was told so',
    applies: ({ steps }, { setting }) => {
      const waits = steps.findIndex(
        ({ actor, outcome }) => actor === 'assessRecovery' && outcome === 'wait',
      );
      const asked = steps.findIndex(({ state }) => state === 'cutover.startingReplacement');
      return setting.intent === 'graft' && waits >= 0 && (asked < 0 || asked > waits);
    },
  },
];

/** Why a path cannot be driven; null: it can. */
export const exclusionOf = (path: Path, set: PathSet): string | null =>
  exclusions.find(({ applies }) => applies(path, set))?.reason ?? null;
