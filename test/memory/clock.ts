/**
 * Virtual time for a driver and the engine beside it. Nothing here waits: when every participant
 * sleeps, time jumps to the next thing that is due, and what the engine has planned up to then
 * happens in order.
 */
import { Timeline, type Happening } from './timeline.js';

export type WakeReason = 'due' | 'settled' | 'aborted';

interface Sleeper {
  readonly wakeAt: number;
  readonly settled: (() => boolean) | null;
  readonly wake: (reason: WakeReason) => void;
}

export class MemoryClock {
  readonly #timeline: Timeline;
  #sleepers: Sleeper[] = [];
  #participants = 1;
  /** How many wakings there have been: tells a pump that somebody has yet to have its turn. */
  #wakings = 0;

  /** @param startMs ms epoch; fixed by default, so that two runs print the same times */
  constructor(startMs = Date.UTC(2026, 0, 5, 9, 0, 0)) {
    this.#timeline = new Timeline(startMs);
  }

  /** Milliseconds since the epoch, in virtual time. An arrow, because it is handed about as `now`. */
  readonly now = (): number => this.#timeline.now;

  /**
   * Resolves `ms` later in virtual time, at once in real time.
   *
   * @throws the signal's reason when it aborts before
   */
  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    const reason = await this.until(null, this.now() + ms, signal);
    if (reason === 'aborted') signal?.throwIfAborted();
  };

  /** Waits in virtual time for `settled`, for `deadlineAt` (ms epoch) or for the signal, whichever comes first. */
  until(
    settled: (() => boolean) | null,
    deadlineAt: number,
    signal?: AbortSignal,
  ): Promise<WakeReason> {
    if (signal?.aborted === true) return Promise.resolve('aborted');
    if (settled?.() === true) return Promise.resolve('settled');
    return new Promise((resolve) => {
      const onAbort = (): void => this.#wake(sleeper, 'aborted');
      const sleeper: Sleeper = {
        wakeAt: deadlineAt,
        settled,
        wake: (reason) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(reason);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#sleepers.push(sleeper);
      const wakings = this.#wakings;
      // Whatever else can go on now does so first: it may have something to do before time does.
      setImmediate(() => this.#pump(sleeper, wakings));
    });
  }

  /** Moves time on by `ms`, with all that is due until then. Also what a call to the engine costs. */
  advance(ms: number): void {
    const target = this.now() + ms;
    while (this.#step(target)) continue;
    this.#timeline.moveTo(target);
  }

  /** Plans something for a time (ms epoch): an outsider's move, a cancel. */
  at(ms: number, label: string, run: () => void): Happening {
    return this.#timeline.plan(ms, label, run);
  }

  cancel(happening: Happening | null): void {
    this.#timeline.cancel(happening);
  }

  planned(): readonly Happening[] {
    return this.#timeline.planned();
  }

  /** One more driver shares this clock: time jumps only when all of them sleep. The first one is counted already. */
  join(): void {
    this.#participants++;
  }

  /** A driver has ended, or was killed: the others do not wait for it any more. */
  leave(): void {
    this.#participants--;
    const last = this.#sleepers.at(-1);
    if (last !== undefined) setImmediate(() => this.#pump(last, this.#wakings));
  }

  /** Lets time jump while all sleep, until this sleeper wakes or another one has to have its turn first. */
  #pump(sleeper: Sleeper, wakings: number): void {
    while (this.#sleepers.includes(sleeper) && this.#sleepers.length >= this.#participants) {
      if (this.#wakings !== wakings) {
        // What woke has not run yet: it may sleep again, abort this sleeper, or call the engine.
        setImmediate(() => this.#pump(sleeper, this.#wakings));
        return;
      }
      if (!this.#step(Infinity)) return;
    }
  }

  /** The next happening or waking up to `limit`; false when there is none. */
  #step(limit: number): boolean {
    let wakeAt = Infinity;
    for (const sleeper of this.#sleepers) wakeAt = Math.min(wakeAt, sleeper.wakeAt);
    const nextAt = this.#timeline.nextAt();
    if (Math.min(wakeAt, nextAt) > limit || (wakeAt === Infinity && nextAt === Infinity)) {
      return false;
    }
    if (nextAt <= wakeAt) {
      this.#timeline.runNext();
      for (const sleeper of this.#sleepers) {
        if (sleeper.settled?.() === true) this.#wake(sleeper, 'settled');
      }
      return true;
    }
    this.#timeline.moveTo(wakeAt);
    for (const sleeper of this.#sleepers) {
      if (sleeper.wakeAt <= wakeAt) this.#wake(sleeper, 'due');
    }
    return true;
  }

  #wake(sleeper: Sleeper, reason: WakeReason): void {
    if (!this.#sleepers.includes(sleeper)) return;
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    this.#wakings++;
    sleeper.wake(reason);
  }
}
