/**
 * What the play without a fault did, in order: enough to come to any of its lines again without the machine,
 * the journal and the looks. Whatever is broken later need not live through all that came before.
 */
import type { Undo } from '../../machines/index.js';
import type { OpenShellPort } from '../../src/openshell/port.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import type { StoredRun } from '../harness/index.js';
import type { Call } from '../memory/index.js';
import type { Moment } from './schedule.js';
import type { Stage } from './stage.js';

/** A call to the gateway. */
export interface Told {
  readonly method: keyof OpenShellPort;
  readonly args: readonly unknown[];
  /** Virtual ms epoch. */
  readonly at: number;
}

/** A line as it was about to be written, and all that stood then. */
export interface Mark {
  /** Its moment. */
  readonly n: number;
  readonly line: JournalLine;
  readonly text: string;
  readonly at: number;
  readonly process: number;
  /** How often a person was asked. */
  readonly asked: number;
  readonly step: string;
  readonly runs: readonly StoredRun[];
  /** The world, as text. */
  readonly world: string;
}

export type Entry =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'gateway'; readonly told: Told }
  | { readonly kind: 'line'; readonly mark: Mark };

export class Recording {
  /** Of a graft that was made before the play, to be undone in it. */
  readonly before: Entry[] = [];
  readonly entries: Entry[] = [];
  undo: Undo | null = null;
  /** The moments of the play, once it is over. */
  moments: readonly Moment[] = [];

  /** Told of what a graft before the play asks. @param clock whose time it is */
  hearing(clock: { now(): number }, entries = this.before) {
    return {
      call: (call: Call): void => void entries.push({ kind: 'call', call }),
      gateway: (method: keyof OpenShellPort, args: readonly unknown[]): undefined =>
        void entries.push({ kind: 'gateway', told: { method, args, at: clock.now() } }),
    };
  }

  /** The line from which a play can begin whose first fault is at this moment; null: from its beginning. */
  markBefore(n: number): Mark | null {
    let found: Mark | null = null;
    for (const entry of this.entries) {
      if (entry.kind !== 'line') continue;
      if (entry.mark.n > n) break;
      found = entry.mark;
    }
    return found;
  }

  get marks(): Mark[] {
    return this.entries.flatMap((entry) => (entry.kind === 'line' ? [entry.mark] : []));
  }
}

/** A run of the state folder, to be written on by another play. */
export const copyOf = (run: StoredRun): StoredRun => ({
  ...run,
  held: false,
  lines: [...run.lines],
  logs: new Map(run.logs),
});

/** Equal where all that a play goes on from is. */
export function worldOf({ lab, asked }: Stage): string {
  const { gateway } = lab.gateway;
  // It makes up for its polls when it is asked, and does so at once.
  void gateway.advance();
  const parts = [lab.clock.now(), lab.engine.fingerprint(), gateway.registry.fingerprint()];
  return JSON.stringify([...parts, asked.count]);
}

/** What changes a world, done again as it was: a look at the engine does not, being told something by a gateway may. */
export class Redoing {
  /** A start that a gateway goes on with, while its client listens. */
  #listens: AbortController | null = null;

  constructor(readonly stage: Stage) {}

  async redo(entry: Entry): Promise<void> {
    if (entry.kind === 'line') return;
    const { lab } = this.stage;
    if (entry.kind === 'gateway') {
      await this.until(entry.told.at);
      const { method, args } = entry.told;
      if (method === 'startSandbox') {
        this.#listens = new AbortController();
        const { signal } = this.#listens;
        void ask(
          lab.gateway.port(() => false),
          method,
          [...args, { signal }],
        );
        // It sleeps before we do: time does not go on over what it still has to do.
        await turn();
      } else
        await ask(
          lab.gateway.port(() => false),
          method,
          args,
        );
    } else if (entry.call.changing || entry.call.method === 'exec') {
      await this.until(entry.call.at);
      await ask(lab.engine.port(), entry.call.method, entry.call.args);
    }
  }

  /** Time goes on to then. */
  async until(at: number): Promise<void> {
    const { clock } = this.stage.lab;
    if (this.#listens === null) return clock.advance(at - clock.now());
    await clock.sleep(at - clock.now());
    this.#listens.abort();
    this.#listens = null;
    return undefined;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

type Port = Record<string, (...given: readonly unknown[]) => Promise<unknown>>;

/** What was refused then is refused now; that the world is the same is looked at in the end. */
const ask = (port: object, method: string, args: readonly unknown[]): Promise<unknown> =>
  Promise.resolve((port as Port)[method]?.(...args)).catch(() => undefined);
