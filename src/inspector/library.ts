/** The runs that an inspector can show: those on record, and those that this process drives. */
import { graftMachine } from '../../machines/index.js';
import { GraftError } from '../errors.js';
import type { Progress } from '../progress.js';
import { readRun } from '../runtime/runs.js';
import type { StoredRun } from '../runtime/runs.js';
import { RunFolder, recordedRun, runIds } from '../runtime/store.js';
import type { EngineCall } from '../session.js';
import type { Listed } from './film/film.js';
import { DrivenFootage, JournalFootage } from './footage.js';
import type { Footage } from './footage.js';

/** Runs whose frames are kept in memory at a time. */
const MOST_KEPT = 8;
/** More than that nobody chooses from. */
const MOST_LISTED = 200;

export class Library {
  readonly #kept = new Map<string, Footage>();
  readonly #driven = new Map<string, DrivenFootage>();
  #current: DrivenFootage | null = null;

  /** @param awaitsRun this process is about to drive one, which is what is shown then */
  constructor(
    readonly stateDir: string,
    readonly awaitsRun = false,
  ) {}

  /**
   * Newest first. A process that drives a run lists that one alone: reading what many journals say
   * takes time that the run would miss.
   * @throws GraftError `state-dir`
   */
  list(): Listed[] {
    const ids = this.awaitsRun ? [] : runIds(this.stateDir).slice(0, MOST_LISTED);
    const stored = ids.map((id) => listed(readRun(new RunFolder(this.stateDir, id))));
    const known = new Set(stored.map(({ runId }) => runId));
    const unrecorded = [...this.#driven.keys()]
      .filter((runId) => !known.has(runId))
      .map((runId) => ({ runId, name: null, beganAt: null, outcome: null, live: true }));
    return [...unrecorded, ...stored].toSorted((a, b) => (a.runId < b.runId ? 1 : -1));
  }

  /** The run that is shown where none is named; null: there is none, or it has not begun. @throws GraftError `state-dir` */
  latest(): string | null {
    const [first] = this.#driven.keys();
    return first ?? (this.awaitsRun ? null : (this.list()[0]?.runId ?? null));
  }

  /** @returns null for a run that is not on record. @throws GraftError `state-dir` */
  footage(runId: string): Footage | null {
    const known = this.#driven.get(runId) ?? this.#kept.get(runId);
    if (known !== undefined) return known;
    const folder = recordedRun(this.stateDir, runId);
    if (folder === null) return null;
    const footage = new JournalFootage(folder);
    this.#kept.set(runId, footage);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return footage;
  }

  /** Of a run that this process drives. */
  entered(progress: Progress): void {
    const footage = this.#driven.get(progress.runId) ?? new DrivenFootage(progress.runId);
    this.#driven.set(progress.runId, footage);
    this.#current = footage;
    footage.entered(progress, String(graftMachine.version));
  }

  called(call: EngineCall): void {
    this.#current?.called(call);
  }

  ended(): void {
    for (const footage of this.#driven.values()) footage.ended();
  }
}

function listed({ folder, snapshot, last }: StoredRun): Listed {
  const context = snapshot?.context ?? null;
  const over = last !== null && last.snapshot['status'] !== 'active';
  return {
    runId: folder.runId,
    name: context?.original?.name ?? context?.target ?? null,
    beganAt: context === null ? null : new Date(context.beganAt).toISOString(),
    outcome: context?.outcome ?? (over ? last.state : null),
    live: !over && snapshot !== null && snapshot.context.outcome === null,
  };
}

/** @returns what `make` gives, or null where the state folder cannot be used: then there is nothing to show */
export function orNothing<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof GraftError) return null;
    throw error;
  }
}
