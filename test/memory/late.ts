/** Requests that the engine carries out later than anybody waits for: they land, whoever has died. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Core } from './core.js';

interface LateAct {
  left: number;
  readonly epoch: number;
  readonly act: () => unknown;
}

export class LateActs {
  #waiting: LateAct[] = [];
  /** IDs of the containers that were made so. */
  readonly landed = new Set<string>();

  constructor(readonly core: Core) {}

  get count(): number {
    return this.#waiting.length;
  }

  /** @param calls how many further calls are carried out before it lands */
  add(calls: number, act: () => unknown): void {
    // The call that is being lost counts as well, when it ends.
    this.#waiting.push({ left: calls + 1, epoch: this.core.epoch, act });
  }

  /** A call has ended: what was to land by now lands. */
  afterCall(): void {
    if (this.#waiting.length === 0) return;
    for (const late of this.#waiting) late.left--;
    this.#land((late) => late.left <= 0);
  }

  /** Everything still under way lands now. */
  landAll(): void {
    this.#land(() => true);
  }

  #land(due: (late: LateAct) => boolean): void {
    const landing = this.#waiting.filter(due);
    this.#waiting = this.#waiting.filter((late) => !due(late));
    // What was sent to an engine that has since been restarted went with it.
    for (const { act, epoch } of landing) {
      if (epoch !== this.core.epoch) continue;
      const before = new Set(this.core.containers.keys());
      this.core.as('us', () => attempt(act));
      for (const id of this.core.containers.keys()) if (!before.has(id)) this.landed.add(id);
    }
  }
}

/** Does it; a refusal is what nobody hears of. */
export function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof EngineRefused) return null;
    throw error;
  }
}
