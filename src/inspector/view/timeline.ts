/** The time line: to scrub through the run, and to let it pass again. */
import { h, set, write } from './dom.js';
import type { Store } from './store.js';
import { clockText, phaseOf, spaced } from './words.js';

/** A replay passes a long wait in a second, and shows each state at least so long. In milliseconds. */
const SHORTEST = 140;
const LONGEST = 900;

export class TimelinePart {
  readonly element: HTMLElement;
  readonly #range = h('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Time line' });
  readonly #segments = h('div', { class: 'segments', 'aria-hidden': 'true' });
  readonly #clock = h('output', { class: 'clock' });
  readonly #play = h('button', { type: 'button', class: 'play' });
  readonly #live = h(
    'button',
    { type: 'button', class: 'head', title: 'Go to the latest event' },
    'Latest',
  );
  #timer = 0;
  #drawn = 0;

  constructor(readonly store: Store) {
    const step = (label: string, text: string, by: number): HTMLButtonElement => {
      const button = h('button', { type: 'button', 'aria-label': label, title: label }, text);
      button.addEventListener('click', () => {
        this.#pause();
        store.seek(store.cursor + by);
      });
      return button;
    };
    this.element = h(
      'footer',
      { class: 'timeline' },
      h(
        'div',
        { class: 'buttons', role: 'toolbar', 'aria-label': 'Replay' },
        step('Event before', '‹', -1),
        this.#play,
        step('Next event', '›', 1),
      ),
      h('div', { class: 'track' }, this.#segments, this.#range),
      this.#clock,
      this.#live,
    );
    this.#range.addEventListener('input', () => {
      this.#pause();
      store.seek(Number(this.#range.value));
    });
    this.#play.addEventListener('click', () => this.toggle());
    this.#live.addEventListener('click', () => {
      this.#pause();
      store.seek(store.reel.length - 1);
    });
    store.on(() => this.update());
  }

  toggle(): void {
    if (this.#timer !== 0) {
      this.#pause();
      return;
    }
    const { store } = this;
    if (store.cursor >= store.reel.length - 1) store.seek(0);
    this.#next();
    this.update();
  }

  #next(): void {
    const { store } = this;
    const lasts = store.reel.durationAt(store.cursor) ?? 0;
    const wait = Math.min(Math.max(lasts, SHORTEST), LONGEST);
    this.#timer = window.setTimeout(() => {
      if (store.cursor >= store.reel.length - 1) this.#pause();
      else {
        store.seek(store.cursor + 1);
        this.#next();
      }
    }, wait);
  }

  #pause(): void {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.store.changed();
  }

  update(): void {
    const { reel, cursor, frame, atHead, atlas } = this.store;
    const last = Math.max(0, reel.length - 1);
    set(this.#range, 'max', last);
    if (this.#range.value !== String(cursor)) this.#range.value = String(Math.max(0, cursor));
    const state = frame === null ? '' : (atlas.state(frame.state)?.step ?? frame.state);
    set(this.#range, 'aria-valuetext', `event ${cursor + 1} of ${reel.length}: ${state}`);
    write(
      this.#clock,
      `${clockText(reel.sinceBegin(cursor))} / ${clockText(reel.sinceBegin(last))}`,
    );
    const isPlaying = this.#timer !== 0;
    write(this.#play, isPlaying ? 'Pause' : 'Replay');
    set(this.#play, 'aria-pressed', String(isPlaying));
    this.#live.disabled = atHead;
    if (reel.length !== this.#drawn) this.#segment();
  }

  /** A stretch of events in one phase is one segment, as wide as it has events. */
  #segment(): void {
    const { frames } = this.store.reel;
    this.#drawn = frames.length;
    const stretches: { phase: string; count: number; turned: boolean }[] = [];
    for (const { state, cause } of frames) {
      const phase = phaseOf(state);
      const last = stretches.at(-1);
      const turned = ['error', 'cancel', 'recover'].includes(cause.kind);
      if (last?.phase === phase) {
        last.count += 1;
        last.turned ||= turned;
      } else stretches.push({ phase, count: 1, turned });
    }
    this.#segments.replaceChildren(
      ...stretches.map(({ phase, count }) => {
        const part = h('span', { 'data-phase': phase, title: spaced(phase) }, spaced(phase));
        part.style.flexGrow = String(count);
        return part;
      }),
    );
  }
}
