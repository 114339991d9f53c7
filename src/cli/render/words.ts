/** What outcomes and states are called for people. */
import type { Attempt, Outcome } from '../../../machines/index.js';

/** An outcome in a word and what it means for the container. @param mode that of the report */
export const OUTCOMES: Readonly<
  Record<Outcome, { word: string; means: (name: string, mode: string | null) => string }>
> = {
  grafted: {
    word: 'grafted',
    means: (name, mode) => `${name} runs ${mode === 'none' ? 'without a GPU' : 'with the GPU'}`,
  },
  unchanged: {
    word: 'unchanged',
    means: (name, mode) =>
      mode === 'none' ? `${name} asks for no GPU` : `${name} has that GPU access already`,
  },
  deferred: {
    word: 'deferred',
    means: (name, mode) =>
      `${name} runs ${mode === 'none' ? 'without a GPU' : 'with the GPU'}, and nobody has waited for its supervisor yet`,
  },
  refused: { word: 'refused', means: () => 'nothing was changed' },
  rolledBack: {
    word: 'rolled back',
    means: (name) => `the original ${name} is back as it was before`,
  },
  stranded: {
    word: 'stranded',
    means: (name) => `${name} needs you: neither the graft nor the way back is complete`,
  },
};

/** Of a container that did not run, and was not started. @param mode that of the report */
export const graftedStopped = (name: string, mode: string | null): string =>
  `${name} has ${mode === 'none' ? 'no GPU any more' : 'the GPU'}; it was not started, for it did not run before`;

/** How the modes that were tried went; empty: none was. */
export const attemptsText = (attempts: readonly Attempt[]): string =>
  attempts
    .map(({ mode, ok, reason }) => {
      // "none works" would say the opposite.
      const what = mode === 'none' ? 'a container without a GPU' : mode;
      return ok ? `${what} works` : `${what} fails (${reason ?? 'no reason given'})`;
    })
    .join('; ');

/** A run that ended a while ago is not what is true now. @param at when, as its journal has it */
export const endedText = (outcome: Outcome, name: string, at: string): string =>
  `${name}: ended ${OUTCOMES[outcome].word} at ${at}; nothing to recover`;
