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

/** The same for a sandbox, whose original goes before the wait. */
export const sandboxExclusions: readonly Exclusion[] = [
  {
    reason:
      'an original that is gone neither runs nor outlives the replacement: assessRecovery looks',
    applies: (path) => {
      const looks = path.steps.findIndex(
        (step) =>
          answered('assessRecovery', 'back')(step) || answered('assessRecovery', 'restored')(step),
      );
      return looks >= 0 && lastBefore(path, looks, answered('retireOriginal', 'removed')) >= 0;
    },
  },
  {
    reason:
      'a gateway would start the newest container, so none is asked while a replacement stays',
    applies: ({ steps }, { setting }) =>
      setting.gateway === 'lifecycle' &&
      steps.some(answered('partFromReplacement', 'done')) &&
      steps.some(answered('resumeOriginal', 'done')),
  },
];

/** Why a path cannot be driven; null: it can. */
export const exclusionOf = (path: Path, set: PathSet): string | null =>
  [...exclusions, ...sandboxExclusions].find(({ applies }) => applies(path, set))?.reason ?? null;
