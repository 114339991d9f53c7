/** Virtual time with what is going to happen in it, in order. */

export interface Happening {
  readonly at: number;
  /** Says what it is, for `describe` and for comparing two engine states. */
  readonly label: string;
  readonly run: () => void;
}

export class Timeline {
  #now: number;
  /** Sorted by time; equal times in the order of their being planned. A handful of entries at most. */
  readonly #planned: Happening[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  get now(): number {
    return this.#now;
  }

  /** Plans `run` for the time `at` (ms epoch); a time that has passed means the next step. */
  plan(at: number, label: string, run: () => void): Happening {
    const happening = { at: Math.max(at, this.#now), label, run };
    let place = this.#planned.length;
    while (place > 0 && this.#planned[place - 1]!.at > happening.at) place--;
    this.#planned.splice(place, 0, happening);
    return happening;
  }

  cancel(happening: Happening | null): void {
    if (happening === null) return;
    const place = this.#planned.indexOf(happening);
    if (place >= 0) this.#planned.splice(place, 1);
  }

  /** When the next happening is due; `Infinity` when nothing is planned. */
  nextAt(): number {
    return this.#planned[0]?.at ?? Infinity;
  }

  /** Moves time to the next happening and lets it happen. */
  runNext(): void {
    const next = this.#planned.shift();
    if (next === undefined) return;
    this.#now = Math.max(this.#now, next.at);
    next.run();
  }

  /** Moves time without letting anything happen: only for times before `nextAt`. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  planned(): readonly Happening[] {
    return this.#planned;
  }
}
