import type { Context, StateMeta } from '../machines/index.js';

/** What a watcher of a run hears each time a state was entered and journaled. */
export interface Progress {
  readonly runId: string;
  /** Counts the journal's lines from 1. */
  readonly seq: number;
  /** ISO time of the journal's line. */
  readonly at: string;
  /** Such as `cutover.quiescingOriginal`. */
  readonly state: string;
  readonly description: string;
  readonly meta: StateMeta;
  readonly context: Context;
  /** What moved the machine, as the journal's line has it; null in the first. */
  readonly event: Readonly<Record<string, unknown>> | null;
  /** XState's persisted snapshot, as the journal's line has it. */
  readonly snapshot: Readonly<Record<string, unknown>>;
}
