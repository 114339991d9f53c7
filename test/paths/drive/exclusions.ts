/**
 * Paths that no world can bring about, as rules over the path. The model lets every actor give
 * each of its answers in every state; a real one is bound to what it was given.
 */
import type { Path, PathSet, Step } from '../../../src/model/index.js';

interface Exclusion {
  readonly reason: string;
  readonly applies: (path: Path, set: PathSet) => boolean;
}

/** Where something comes last before a step; -1: nowhere. */
const lastBefore = (path: Path, end: number, is: (step: Step) => boolean): number =>
  path.steps.slice(0, end).findLastIndex(is);
const answered =
  (actor: string, outcome: string) =>
  (step: Step): boolean =>
    step.actor === actor && step.outcome === outcome;
/** The replacement that lacks files was removed, and no other one was made yet. */
const removedUnfit = answered('removeUnfit', 'done');

export const exclusions: readonly Exclusion[] = [
  {
    reason: 'nothing is waited for whose start was never asked for: assessRecovery was told so',
    applies: (path, { setting }) => {
      const waits = path.steps.findIndex(answered('assessRecovery', 'wait'));
      const asked = lastBefore(path, waits, ({ state }) => state === 'cutover.startingReplacement');
      return (
        setting.intent === 'graft' && waits >= 0 && asked <= lastBefore(path, waits, removedUnfit)
      );
    },
  },
  {
    reason: 'nobody is asked about a replacement that was not made: assessRecovery was told so',
    applies: (path, { setting }) => {
      const asks = path.steps.findIndex(
        (step) =>
          answered('assessRecovery', 'ask')(step) || answered('assessRecovery', 'restored')(step),
      );
      const made = lastBefore(
        path,
        asks,
        ({ actor, outcome }) => outcome === 'created' && actor !== 'createProbe',
      );
      return (
        setting.intent === 'graft' && asks >= 0 && made <= lastBefore(path, asks, removedUnfit)
      );
    },
  },
  {
    reason: 'a layer that was written to is not clean again',
    applies: ({ steps }) => {
      const written = steps.findIndex(answered('checkLayer', 'dirty'));
      const clean = steps.findLastIndex(answered('checkLayer', 'clean'));
      return written >= 0 && clean > written;
    },
  },
];

/** Why a path cannot be driven; null: it can. */
export const exclusionOf = (path: Path, set: PathSet): string | null =>
  exclusions.find(({ applies }) => applies(path, set))?.reason ?? null;
