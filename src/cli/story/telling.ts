/** What of a run is worth a line: the same decisions for a terminal and for a log. Pure but for its memory. */
import type { Progress } from '../../progress.js';
import { waitText } from '../render/wait.js';
import { clean } from '../sanitize.js';

/** A wait that shows nothing new is mentioned again after this long, in milliseconds. */
const HEARTBEAT = 30_000;

export interface Telling {
  /** A step that begins; null for one that was told in this phase before (polls go round and round). */
  readonly step: string | null;
  /** Why the run turns away from its way; told once. */
  readonly turn: string | null;
  /** How the wait stands, where that is news. */
  readonly wait: string | null;
}

export class Teller {
  #phase = '';
  #told = new Set<string>();
  #turned = false;
  #standing: string | null = null;
  #waitToldAt = 0;
  /** The polls of a process that died, until one of this one counts; undefined: nothing was told yet. */
  #inherited: number | null | undefined;

  /** @param now milliseconds since the epoch */
  tell({ state, meta, context }: Progress, now: number): Telling {
    const phase = state.split('.')[0] ?? '';
    if (phase !== this.#phase) this.#told = new Set();
    this.#phase = phase;

    const { polls, last } = context.wait;
    if (this.#inherited === undefined) this.#inherited = last === null ? null : polls;
    else if (this.#inherited !== polls) this.#inherited = null;

    const over = meta.onRecover === 'over';
    const step = over || this.#told.has(meta.step) ? null : meta.step;
    this.#told.add(meta.step);

    // A run that is stranded goes nowhere: its report has the reason.
    const turns = context.reason !== null && context.outcome !== 'stranded' && !over;
    const turn = turns && !this.#turned ? clean(context.reason?.message ?? '') : null;
    if (turn !== null) this.#turned = true;
    return { step, turn, wait: turn === null && !over ? this.#news(context, now) : null };
  }

  /** How the wait stands, for as long as it lasts; null where there is none, or none that was seen. */
  standing(context: Progress['context'], now: number): string | null {
    const waits = !context.confirmed && context.reason === null;
    return waits && typeof this.#inherited !== 'number' ? waitText(context, now) : null;
  }

  #news(context: Progress['context'], now: number): string | null {
    const text = this.standing(context, now);
    if (text === null || context.wait.last === null) return null;
    // A reason may differ at every poll (`up for 2.1 s of 5.0 s`): that alone is no news.
    const { errors, last } = context.wait;
    const standing = `${last?.verdict ?? ''} ${errors}`;
    if (standing === this.#standing && now - this.#waitToldAt < HEARTBEAT) return null;
    this.#standing = standing;
    this.#waitToldAt = now;
    return text;
  }
}
