/** Every event, as a list of which only what is seen is made: thousands weigh no more than thirty. */
import { h, set, write } from './dom.js';
import type { Cause } from '../film/film.js';
import type { Store } from './store.js';
import { clockText, lengthText, spaced } from './words.js';

/** In pixels; the style sheet has the same. */
const ROW = 46;
/** Rows that are made beyond what is seen. */
const MORE = 6;

const CAUSES: Readonly<Record<Cause['kind'], (name: string) => string>> = {
  start: () => 'the run began',
  done: (name) => `${spaced(name)} answered`,
  error: (name) => `${spaced(name)} failed`,
  cancel: () => 'cancelled',
  recover: () => 'recovered',
  other: (name) => name,
};

/** What moved the machine, in words. */
export const causeText = ({ kind, name }: Cause): string => CAUSES[kind](name ?? '');

interface Row {
  readonly element: HTMLElement;
  readonly time: HTMLElement;
  readonly step: HTMLElement;
  readonly cause: HTMLElement;
  readonly length: HTMLElement;
}

export class EventsPart {
  readonly element: HTMLElement;
  readonly #space = h('div', { class: 'space' });
  readonly #rows: Row[] = [];
  #shown = -1;

  constructor(readonly store: Store) {
    this.element = h(
      'div',
      {
        class: 'events',
        role: 'listbox',
        tabindex: '0',
        'aria-label': 'Events: arrow keys move through the run',
      },
      this.#space,
    );
    this.element.addEventListener('scroll', () => this.#draw());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('click', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('.event');
      if (row?.dataset['at'] !== undefined) store.seek(Number(row.dataset['at']));
    });
    store.on(() => this.update());
  }

  update(): void {
    const { reel, cursor } = this.store;
    this.#space.style.blockSize = `${reel.length * ROW}px`;
    if (this.element.clientHeight > 0) {
      if (cursor !== this.#shown) this.#reveal(cursor);
      this.#shown = cursor;
    }
    this.#draw();
  }

  /** What is out of sight comes to the middle: what was before and what comes is seen then too. */
  #reveal(index: number): void {
    const { scrollTop, clientHeight } = this.element;
    const top = index * ROW;
    if (top >= scrollTop && top + ROW <= scrollTop + clientHeight) return;
    this.element.scrollTop = top - (clientHeight - ROW) / 2;
  }

  #key(event: KeyboardEvent): void {
    const { cursor, reel } = this.store;
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 1);
    const to: Readonly<Record<string, number>> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: reel.length - 1,
    };
    const index = to[event.key];
    if (index === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.store.seek(index);
  }

  #draw(): void {
    const { reel, cursor } = this.store;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MORE);
    const end = Math.min(reel.length, Math.ceil((scrollTop + clientHeight) / ROW) + MORE);
    const count = Math.max(0, end - first);
    while (this.#rows.length < count) this.#rows.push(this.#make());
    this.#rows.forEach((row, at) => {
      if (at >= count) row.element.remove();
      else this.#fill(row, first + at);
    });
    set(
      this.element,
      'aria-activedescendant',
      cursor >= first && cursor < end ? `event-${cursor}` : null,
    );
  }

  #make(): Row {
    const row = {
      time: h('span', { class: 'time' }),
      step: h('span', { class: 'step' }),
      cause: h('span', { class: 'cause' }),
      length: h('span', { class: 'length' }),
    };
    const element = h(
      'div',
      { class: 'event', role: 'option' },
      row.time,
      row.step,
      row.length,
      row.cause,
    );
    return { element, ...row };
  }

  #fill(row: Row, index: number): void {
    const { reel, atlas, cursor, isLive, now } = this.store;
    const frame = reel.frames[index];
    if (frame === undefined) return;
    const lasted = isLive && index === reel.length - 1 ? now - frame.at : reel.durationAt(index);
    const turned = ['error', 'cancel', 'recover'].includes(frame.cause.kind)
      ? frame.cause.kind
      : 'plain';
    const { element } = row;
    write(row.time, clockText(reel.sinceBegin(index)));
    write(row.step, atlas.state(frame.state)?.step ?? frame.state);
    write(row.cause, causeText(frame.cause));
    write(row.length, lasted === null ? '' : lengthText(lasted));
    set(element, 'class', `event ${turned}${frame.over ? ' over' : ''}`);
    set(element, 'id', `event-${index}`);
    set(element, 'data-at', index);
    set(element, 'aria-selected', String(index === cursor));
    set(element, 'aria-setsize', reel.length);
    set(element, 'aria-posinset', index + 1);
    element.style.transform = `translateY(${index * ROW}px)`;
    if (!element.isConnected) this.#space.append(element);
  }
}
