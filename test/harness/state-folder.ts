/** A state folder in memory: the journals of all runs of one machine, and who lives. */
import type { Holder } from '../../machines/index.js';
import type {
  RescueDocument,
  RunStore,
  Whereabouts,
  SnapshotDocument,
} from '../../src/actors/support/scope.js';
import { rehydrated } from '../../src/runtime/driver.js';
import type { Snapshot } from '../../src/runtime/driver.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';

export interface StoredRun {
  readonly runId: string;
  /** What is durable, in order. */
  readonly lines: JournalLine[];
  /** What a person could restore by; null before it was written. */
  rescue: RescueDocument | null;
  snapshot: SnapshotDocument | null;
  /** The last bundle of diagnostics, by file name; null: none was written. */
  diagnostics: ReadonlyMap<string, string> | null;
  /** The logs that were kept, by file name. */
  readonly logs: Map<string, string>;
  /** A living process works on it. */
  held: boolean;
}

export class StateFolder {
  readonly runs = new Map<string, StoredRun>();

  /** @param stateDir its path, as holders name it: two folders make two users of one engine */
  constructor(
    readonly host: string,
    readonly stateDir: string,
  ) {}

  /** Makes the run, or finds the one that is there. */
  run(runId: string): StoredRun {
    const known = this.runs.get(runId);
    if (known !== undefined) return known;
    const run: StoredRun = {
      runId,
      lines: [],
      rescue: null,
      snapshot: null,
      diagnostics: null,
      logs: new Map(),
      held: false,
    };
    this.runs.set(runId, run);
    return run;
  }

  /** The last line as a new process reads it: through JSON, so that what does not survive JSON shows. */
  lastLine(runId: string): JournalLine | null {
    const line = this.runs.get(runId)?.lines.at(-1);
    return line === undefined ? null : (JSON.parse(JSON.stringify(line)) as JournalLine);
  }

  /** Where the run stands, as a new process reads it; null for one that has no line. */
  snapshot(runId: string): Snapshot | null {
    const line = this.lastLine(runId);
    return line === null ? null : rehydrated(line);
  }

  /** The run's part of the folder, as actors see it. */
  storeOf(runId: string): RunStore {
    const run = this.run(runId);
    return {
      isHolderAlive: (holder) => Promise.resolve(this.#isAlive(holder)),
      whereIs: (holder) => this.#whereIs(holder),
      isRunOver: (holder) => this.#isOver(holder),
      backupOf: (originalId) => this.#backupOf(originalId),
      writeRescue: (document) => {
        run.rescue = document;
      },
      originalAsFound: (of) => this.runs.get(of)?.rescue?.inspect ?? null,
      writeSnapshot: (document) => {
        run.snapshot = document;
      },
      writeDiagnostics: (files) => {
        run.diagnostics = files;
        return `${this.stateDir}/runs/${runId}/diagnostics`;
      },
      writeLog: async (name, fill) => {
        const pieces: Uint8Array[] = [];
        const filled = await fill((bytes) => void pieces.push(bytes));
        if (pieces.length > 0) run.logs.set(name, Buffer.concat(pieces).toString());
        return filled;
      },
    };
  }

  #whereIs({ host, stateDir }: Holder): Whereabouts {
    if (host !== this.host) return 'otherMachine';
    return stateDir === this.stateDir ? 'here' : 'otherFolder';
  }

  /** Another folder in memory is out of sight, as one of another user is. */
  #isAlive(holder: Holder): boolean | null {
    if (this.#whereIs(holder) !== 'here') return null;
    return this.runs.get(holder.runId)?.held ?? false;
  }

  #isOver(holder: Holder): boolean {
    return this.#whereIs(holder) === 'here' && this.snapshot(holder.runId)?.status === 'done';
  }

  /** The same rule as `findKeptBackup`, over what is in memory. */
  #backupOf(originalId: string): string | null {
    for (const runId of [...this.runs.keys()].toReversed()) {
      const context = this.snapshot(runId)?.context;
      if (context?.original?.id !== originalId || !context.changed) continue;
      const kept = context.outcome === 'grafted' && context.backup?.removed === false;
      return kept ? context.original.name : null;
    }
    return null;
  }
}
