/** A state as the machine's definition has it: what it is for, what takes it back, and where it leads. */
import { h } from './dom.js';
import type { ChartExit, ChartState } from '../film/film.js';
import type { Store } from './store.js';
import { clockText, leafName, spaced } from './words.js';

const KINDS: Readonly<Record<ChartState['kind'], string>> = {
  acting: 'acts',
  passing: 'decides at once',
  resting: 'rests until somebody goes on',
  final: 'an end',
  phase: 'a phase',
};

const MOST_VISITS = 12;

function eventText({ on, guard }: ChartExit): string {
  const event = on === 'error' ? 'fails' : on === 'always' ? 'at once' : on;
  return guard === null ? event : `${event}, ${spaced(guard)}`;
}

export class StatePart {
  readonly element = h('div', { class: 'sheet' });
  #is = '';

  /** @param visit shows a state in the picture */
  constructor(
    readonly store: Store,
    readonly visit: (path: string) => void,
  ) {
    store.on(() => this.update());
  }

  update(): void {
    const { selected, frame, reel, atlas } = this.store;
    const path = selected ?? frame?.state ?? null;
    const visits = path === null ? [] : reel.visitsOf(path);
    const is = `${path} ${visits.length} ${selected === null}`;
    if (is === this.#is || this.element.hidden) return;
    this.#is = is;
    const state = path === null ? null : atlas.state(path);
    if (state === null) {
      this.element.replaceChildren(h('p', { class: 'empty' }, 'Choose a state in the picture.'));
      return;
    }
    const row = (label: string, text: string | null): HTMLElement | null =>
      text === null ? null : h('div', {}, h('dt', {}, label), h('dd', {}, text));
    this.element.replaceChildren(
      h('h3', {}, spaced(state.name)),
      h('p', { class: 'path' }, state.path),
      h('p', {}, state.description),
      h(
        'dl',
        { class: 'rows' },
        ...[
          row('Says', state.step),
          row('Why', state.cause),
          row('Undone by', state.undo ?? 'nothing to take back'),
          row('Actor', state.actor === null ? null : spaced(state.actor)),
          row('Kind', KINDS[state.kind]),
          row('If interrupted', atlas.chart.recovery[state.onRecover] ?? state.onRecover),
        ].filter((made) => made !== null),
      ),
      h('h4', {}, state.exits.length === 0 ? 'No way out' : 'Ways out'),
      h('ul', { class: 'exits' }, ...state.exits.map((exit) => this.#exit(state, exit))),
      h(
        'h4',
        {},
        visits.length === 0
          ? 'Not entered'
          : `Entered ${visits.length === 1 ? 'once' : `${visits.length} times`}`,
      ),
      h('ul', { class: 'visits' }, ...visits.slice(-MOST_VISITS).map((at) => this.#moment(at))),
    );
  }

  #exit(state: ChartState, exit: ChartExit): HTMLElement {
    const to = exit.to === '' ? state.path : exit.to;
    const stays = to === state.path;
    const button = h(
      'button',
      { type: 'button', title: to },
      stays ? 'stays' : spaced(leafName(to)),
    );
    button.addEventListener('click', () => {
      this.store.select(to);
      this.visit(to);
    });
    return h('li', { class: exit.on }, h('span', {}, eventText(exit)), ' → ', button);
  }

  #moment(index: number): HTMLElement {
    const button = h('button', { type: 'button' }, clockText(this.store.reel.sinceBegin(index)));
    button.addEventListener('click', () => this.store.seek(index));
    return h('li', {}, button);
  }
}
