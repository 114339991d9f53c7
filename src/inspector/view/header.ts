/** What run this is, the list to choose another one from, and light or dark. */
import { h, set, show, write } from './dom.js';
import type { Listed } from '../film/film.js';
import { textIn, at } from './reel.js';
import type { Store } from './store.js';
import { momentText, spaced } from './words.js';

const THEMES = ['auto', 'light', 'dark'] as const;

const listedText = ({ name, beganAt, outcome, live }: Listed): string => {
  const when = beganAt === null ? '' : momentText(Date.parse(beganAt));
  const how = outcome === null ? (live ? 'open' : 'unreadable') : spaced(outcome);
  return [name ?? 'unknown', how, when].filter((part) => part !== '').join(' · ');
};

export class HeaderPart {
  readonly element: HTMLElement;
  readonly #name = h('h1');
  readonly #run = h('span', { class: 'run' });
  readonly #dot = h('span', { class: 'dot', role: 'status' });
  readonly #choice = h('select', { 'aria-label': 'Run', hidden: true });
  readonly #theme = h('button', { type: 'button', class: 'theme' });
  #at = 0;

  constructor(readonly store: Store) {
    this.element = h(
      'header',
      { class: 'top' },
      h('span', { class: 'brand' }, 'gpugraft'),
      this.#name,
      this.#run,
      this.#choice,
      this.#dot,
      this.#theme,
    );
    this.#theme.addEventListener('click', () => this.#turn());
    this.#choice.addEventListener('change', () => {
      if (this.#choice.value !== store.reel.runId) location.assign(`/runs/${this.#choice.value}`);
    });
    this.#label();
    store.on(() => this.update());
  }

  /** The runs on record, newest first. */
  offer(runs: readonly Listed[]): void {
    const { runId } = this.store.reel;
    const isKnown = runs.some((run) => run.runId === runId);
    const all =
      isKnown || runId === ''
        ? runs
        : [{ runId, name: null, beganAt: null, outcome: null, live: true }, ...runs];
    this.#choice.replaceChildren(
      ...all.map((run) =>
        h('option', { value: run.runId, selected: run.runId === runId }, listedText(run)),
      ),
    );
    show(this.#choice, all.length > 1);
  }

  update(): void {
    const { reel, cursor, connected, isLive } = this.store;
    const name =
      textIn(at(reel.valueAt('original', cursor), 'name')) ??
      textIn(reel.valueAt('target', cursor));
    write(this.#name, name ?? 'no run');
    write(this.#run, reel.runId);
    const [word, text] = isLive
      ? ['live', 'live']
      : connected
        ? ['idle', reel.isOver ? 'run over' : 'connected']
        : ['off', 'on record'];
    write(this.#dot, text);
    set(this.#dot, 'data-is', word);
    document.title = `${name ?? 'no run'} · gpugraft inspect`;
  }

  #turn(): void {
    this.#at = (this.#at + 1) % THEMES.length;
    const theme = THEMES[this.#at] ?? 'auto';
    set(document.documentElement, 'data-theme', theme === 'auto' ? null : theme);
    this.#label();
  }

  #label(): void {
    const theme = THEMES[this.#at] ?? 'auto';
    write(this.#theme, `Theme: ${theme}`);
  }
}
