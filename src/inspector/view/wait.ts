/** The wait for a supervisor: the count of errors in a row, and the time that is left. */
import { h, set, show, write } from './dom.js';
import { at, numberIn, textIn } from './reel.js';
import type { Store } from './store.js';
import { leftText } from './words.js';

/** More could not be told apart. */
const MOST_MARKS = 60;

export class WaitPart {
  readonly element: HTMLElement;
  readonly #count = h('strong');
  readonly #left = h('span', { class: 'left' });
  readonly #marks = h('div', { class: 'marks', 'aria-hidden': 'true' });
  readonly #bar = h('div');
  readonly #last = h('p', { class: 'last' });

  constructor(readonly store: Store) {
    this.element = h(
      'div',
      { class: 'wait', role: 'group', 'aria-label': 'The wait' },
      h('p', { class: 'figures' }, this.#count, this.#left),
      this.#marks,
      h('div', { class: 'bar', 'aria-hidden': 'true' }, this.#bar),
      this.#last,
    );
  }

  update(): void {
    const { reel, cursor, now, frame } = this.store;
    const wait = reel.valueAt('wait', cursor);
    const options = reel.valueAt('options', cursor);
    const deadline = numberIn(at(wait, 'deadlineAt'));
    const isOn =
      deadline !== null &&
      frame !== null &&
      !frame.over &&
      reel.valueAt('confirmed', cursor) !== true &&
      (reel.valueAt('reason', cursor) ?? null) === null;
    show(this.element, isOn);
    if (!isOn) return;
    const errors = numberIn(at(wait, 'errors')) ?? 0;
    const most = numberIn(at(options, 'errorDebounce')) ?? 0;
    const polls = numberIn(at(wait, 'polls')) ?? 0;
    const last = at(wait, 'last');
    const verdict = textIn(at(last, 'verdict')) ?? 'not asked yet';
    write(this.#count, errors > 0 ? `Error ${errors}/${most}` : verdict);
    set(this.element, 'data-errors', errors > 0);
    write(this.#left, `${leftText(deadline - now)} · ${polls} ${polls === 1 ? 'poll' : 'polls'}`);
    this.#mark(errors, Math.min(most, MOST_MARKS));
    const length = numberIn(at(options, 'readyTimeoutMs')) ?? 0;
    const part = length > 0 ? Math.min(Math.max((deadline - now) / length, 0), 1) : 0;
    this.#bar.style.inlineSize = `${(part * 100).toFixed(1)}%`;
    write(this.#last, textIn(at(last, 'reason')) ?? '');
  }

  #mark(errors: number, most: number): void {
    while (this.#marks.childElementCount < most) this.#marks.append(h('i'));
    while (this.#marks.childElementCount > most) this.#marks.lastElementChild?.remove();
    [...this.#marks.children].forEach((mark, index) =>
      set(mark, 'class', index < errors ? 'on' : null),
    );
  }
}
