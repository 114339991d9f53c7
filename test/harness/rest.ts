/** What must hold once a run is over (facts/reliability.md), as functions that say what does not. */
import {
  atRest,
  baseline,
  nameFollowsTheRunning,
  neverBothRunning,
  type Baseline,
} from '../memory/index.js';
import type { Lab } from './lab.js';
import type { Ended } from './process.js';

/** The original as it was before anything, and eyes that never close. */
export class Watched {
  /** Original and replacements, as they come. */
  readonly ids: Set<string>;
  readonly before: Baseline;
  readonly #policy: { readonly name: string; readonly maximumRetryCount: number };
  readonly #running: boolean;
  readonly #watches;

  constructor(
    readonly lab: Lab,
    readonly originalId: string,
    /** Containers that the run may make again: others hold what has to hold of them. */
    others: readonly string[] = [],
  ) {
    const { engine } = lab;
    const original = engine.find(originalId);
    if (original === null) throw new Error('there is no original to watch');
    const { Name: name, MaximumRetryCount: count } = original.hostConfig.RestartPolicy;
    this.name = original.name;
    this.#policy = { name: name === '' ? 'no' : name, maximumRetryCount: count ?? 0 };
    this.#running = original.status === 'running';
    this.ids = new Set([originalId]);
    this.before = baseline(engine, [originalId, ...others]);
    // A replacement carries no label of ours; its name is what tells it, before and after.
    engine.watch(() => {
      for (const one of engine.core.containers.values()) {
        if (one.name.startsWith(`${this.name}.gpugraft-`)) this.ids.add(one.id);
      }
    });
    this.#watches = [
      neverBothRunning(engine, this.ids),
      nameFollowsTheRunning(engine, this.name, this.ids),
    ];
  }

  /** The name that people use. */
  readonly name: string;

  /** What was wrong at some instant up to now. */
  get violations(): readonly string[] {
    return this.#watches.flatMap(({ violations }) => violations);
  }

  /** What is wrong now: who has the name, runs, which policies stand, what is left over. */
  atRest(kept: readonly string[] = []): string[] {
    return atRest(this.lab.engine, {
      name: this.name,
      ids: [...this.ids],
      policy: this.#policy,
      running: this.#running,
      before: this.before,
      kept,
    });
  }

  /** Everything that is wrong with an end, as one list; empty: nothing. */
  faultsOf({ report }: Ended, kept: readonly string[] = []): string[] {
    const survivor = this.lab.engine.find(this.name);
    const isOriginal = survivor?.id === this.originalId;
    const expected = {
      grafted: false,
      deferred: false,
      rolledBack: true,
      refused: true,
      unchanged: true,
    };
    const outcome = report?.outcome ?? 'stranded';
    const lies =
      outcome === 'stranded' || expected[outcome] === isOriginal
        ? []
        : [`6: ${outcome}, but ${this.name} is the ${isOriginal ? 'original' : 'replacement'}`];
    return [...this.violations, ...this.atRest(kept), ...lies];
  }
}
