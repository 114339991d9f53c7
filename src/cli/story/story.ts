/** The story of a run as it happens, told on stderr; the result is stdout's. */
import type { Progress } from '../../progress.js';

export interface Story {
  /** A state was entered and journaled. */
  entered(progress: Progress): void;
  /** Something beside the run's states: one cleaned line. */
  say(line: string): void;
  /** What is being done right now, in words; null before the first state. */
  readonly step: string | null;
  /** Nothing is told afterwards, and the terminal is as it was. */
  end(): void;
}
