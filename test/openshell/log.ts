/** What a gateway saw and said, in order: for tests that ask afterwards what could be seen meanwhile. */
import type { Phase } from './phase.js';

export type LogEntry = { readonly at: number; readonly sandbox: string } & (
  | {
      /** A poll or a sweep: how many labelled containers there were, and the phase it left. */
      readonly kind: 'poll' | 'sweep';
      readonly labelled: number;
      readonly phase: Phase;
    }
  | {
      readonly kind: 'phase';
      readonly from: Phase | null;
      readonly to: Phase;
      readonly reason: string;
    }
  | { readonly kind: 'deleted' }
  /** What somebody who asked was told: the phase, by `list` or `get`; of an `exec`, whether it was let in. */
  | { readonly kind: 'list' | 'get' | 'exec'; readonly phase: Phase }
  | { readonly kind: 'stop' | 'start' | 'delete'; readonly accepted: boolean }
);

export class GatewayLog {
  readonly entries: LogEntry[] = [];

  add(entry: LogEntry): void {
    this.entries.push(entry);
  }

  /** @param name of one sandbox */
  of(name: string): LogView {
    return new LogView(this.entries.filter(({ sandbox }) => sandbox === name));
  }
}

/** One sandbox's part. */
export class LogView {
  constructor(readonly entries: readonly LogEntry[]) {}

  after(at: number): LogView {
    return new LogView(this.entries.filter((entry) => entry.at > at));
  }

  /** The phases it had, one after the other. */
  phases(): Phase[] {
    return this.entries.flatMap((entry) => (entry.kind === 'phase' ? [entry.to] : []));
  }

  /** How many polls left it in this phase. */
  pollsIn(phase: Phase): number {
    return this.entries.filter((entry) => entry.kind === 'poll' && entry.phase === phase).length;
  }

  /** How often somebody was told this phase. */
  told(phase: Phase): number {
    return this.entries.filter(
      (entry) => (entry.kind === 'list' || entry.kind === 'get') && entry.phase === phase,
    ).length;
  }

  /** The fewest and the most labelled containers that polls and sweeps have met, since the first one was there. */
  labelled(): { readonly least: number; readonly most: number } {
    const counts = this.entries.flatMap((entry) =>
      entry.kind === 'poll' || entry.kind === 'sweep' ? [entry.labelled] : [],
    );
    const since = counts.slice(
      Math.max(
        0,
        counts.findIndex((count) => count > 0),
      ),
    );
    return { least: Math.min(...since), most: Math.max(...since) };
  }

  /** From each loss of Ready to the next Ready, in milliseconds; the last is null while it lasts. */
  gaps(): (number | null)[] {
    const gaps: (number | null)[] = [];
    let lostAt: number | null = null;
    for (const entry of this.entries) {
      if (entry.kind !== 'phase') continue;
      if (entry.to === 'Ready' && lostAt !== null) {
        gaps.push(entry.at - lostAt);
        lostAt = null;
      } else if (entry.from === 'Ready' && entry.to !== 'Ready') lostAt = entry.at;
    }
    return lostAt === null ? gaps : [...gaps, null];
  }

  /** Whether the gateway has forgotten it. */
  wasDeleted(): boolean {
    return this.entries.some(({ kind }) => kind === 'deleted');
  }
}
