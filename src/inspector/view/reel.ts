/** A film as it is wound and rewound: what held at any of its frames. Pure but for what is added to it. */
import type { Call, Film, Frame, Json, News, Standing } from '../film/film.js';

export class Reel {
  readonly frames: Frame[] = [];
  readonly #calls = new Map<number, Call[]>();
  /** Of each part of the context: at which frames it changed, and into what. */
  readonly #values = new Map<string, { readonly at: number[]; readonly is: Json[] }>();
  standing: Standing = { holder: 'unknown', problem: null };
  machine: string | null = null;

  constructor(readonly runId: string) {}

  static of(film: Film): Reel {
    const reel = new Reel(film.runId);
    reel.machine = film.machine;
    reel.add(film);
    return reel;
  }

  get length(): number {
    return this.frames.length;
  }
  get lastSeq(): number {
    return this.frames.at(-1)?.seq ?? 0;
  }
  get isOver(): boolean {
    return this.frames.at(-1)?.over === true;
  }

  /** Frames that it has already are left out: a connection that was lost tells some twice. */
  add({ frames, calls, standing }: News): void {
    for (const frame of frames) {
      if (frame.seq <= this.lastSeq) continue;
      const at = this.frames.push(frame) - 1;
      for (const [key, value] of Object.entries(frame.changes)) {
        const values = this.#values.get(key) ?? { at: [], is: [] };
        values.at.push(at);
        values.is.push(value);
        this.#values.set(key, values);
      }
    }
    for (const call of calls) {
      this.#calls.set(call.seq, [...(this.#calls.get(call.seq) ?? []), call]);
    }
    this.standing = standing;
  }

  /** Part of the context at a frame, by its index; undefined: there is none of that name yet. */
  valueAt(key: string, index: number): Json | undefined {
    const values = this.#values.get(key);
    if (values === undefined) return undefined;
    let [low, high] = [0, values.at.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values.at[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : values.is[low - 1];
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  callsAt(index: number): readonly Call[] {
    return this.#calls.get(this.frames[index]?.seq ?? 0) ?? [];
  }

  /** Milliseconds since the first frame. */
  sinceBegin(index: number): number {
    return (this.frames[index]?.at ?? 0) - (this.frames[0]?.at ?? 0);
  }

  /** How long a frame lasted, in milliseconds; null: it is the last, and what comes is not known. */
  durationAt(index: number): number | null {
    const [frame, next] = [this.frames[index], this.frames[index + 1]];
    if (frame === undefined || next === undefined) return null;
    return Math.max(0, next.at - frame.at);
  }

  /** The frames at which a state was entered. */
  visitsOf(state: string): number[] {
    return this.frames.flatMap((frame, at) => (frame.state === state ? [at] : []));
  }
}

/** Reads into values that may be anything: a journal is an input. */
export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const at = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
export const textIn = (value: Json | undefined): string | null =>
  typeof value === 'string' ? value : null;
export const numberIn = (value: Json | undefined): number | null =>
  typeof value === 'number' ? value : null;
