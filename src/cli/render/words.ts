/** What outcomes and states are called for people. */
import type { Outcome } from '../../../machines/index.js';

/** An outcome in a word and what it means for the container. */
export const OUTCOMES: Readonly<
  Record<Outcome, { word: string; means: (name: string) => string }>
> = {
  grafted: { word: 'grafted', means: (name) => `${name} runs with the GPU` },
  unchanged: { word: 'unchanged', means: (name) => `${name} has that GPU access already` },
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

/** A run that ended a while ago is not what is true now. @param at when, as its journal has it */
export const endedText = (outcome: Outcome, name: string, at: string): string =>
  `${name}: ended ${OUTCOMES[outcome].word} at ${at}; nothing to recover`;
