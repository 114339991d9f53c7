/** What a test has a gateway say of a sandbox, whatever is true of it. */
import type { Phase } from './phase.js';

export interface Script {
  /** One for each `list`; `exec` and `get` read the one that is next. The last one stays. */
  readonly phases: readonly Phase[];
  /**
   * `now`, or `replaced`: from when a container runs that was not there when the script was given,
   * and the gateway does not keep the sandbox stopped.
   */
  readonly from: 'now' | 'replaced';
}

export class Playing {
  readonly #phases: Phase[];
  readonly #from: Script['from'];
  #begun: boolean;

  /** @param known the containers there were when it was given */
  constructor(
    script: Script,
    private readonly known: ReadonlySet<string>,
  ) {
    if (script.phases.length === 0) throw new Error('a script says at least one phase');
    this.#phases = [...script.phases];
    this.#from = script.from;
    this.#begun = script.from === 'now';
  }

  /** @param running the containers that run at this look */
  look(running: readonly string[], truth: Phase): void {
    if (truth === 'Stopped' || truth === 'Stopping') return;
    if (running.some((id) => !this.known.has(id))) this.#begun = true;
  }

  /** @param truth what the gateway would say by itself: one that it keeps stopped is not scripted again */
  phaseFor(truth: Phase): Phase | null {
    const isStopped = truth === 'Stopped' || truth === 'Stopping';
    if (!this.#begun || (isStopped && this.#from === 'replaced')) return null;
    return this.#phases[0] ?? null;
  }

  /** What it will still say; null: it has not begun. */
  get left(): readonly Phase[] | null {
    return this.#begun ? this.#phases : null;
  }

  turn(): void {
    if (this.#begun && this.#phases.length > 1) this.#phases.shift();
  }
}
