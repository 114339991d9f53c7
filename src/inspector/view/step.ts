/** One event in full: what moved the machine, what it runs, and the calls to the engine that were seen. */
import { h } from './dom.js';
import type { Child } from './dom.js';
import type { Json } from '../film/film.js';
import { causeText } from './events.js';
import type { Store } from './store.js';
import { treeOf } from './tree.js';
import { lengthText, momentText, spaced } from './words.js';

const entriesOf = (value: Json): readonly (readonly [string, Json])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value as { readonly [key: string]: Json })
    : [['value', value]];

/** Less its version, and IDs as short as `docker ps` has them. */
const shortPath = (path: string): string =>
  path.replace(/^\/v[\d.]+/, '').replaceAll(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1');

export class StepPart {
  readonly element = h('div', { class: 'sheet' });
  #is = '';

  constructor(readonly store: Store) {
    store.on(() => this.update());
  }

  update(): void {
    const { frame, reel, cursor } = this.store;
    const calls = reel.callsAt(cursor);
    const is = `${frame?.seq ?? 0} ${calls.length} ${reel.durationAt(cursor) ?? ''}`;
    if (is === this.#is || this.element.hidden) return;
    this.#is = is;
    if (frame === null) {
      this.element.replaceChildren(h('p', { class: 'empty' }, 'Nothing has happened yet.'));
      return;
    }
    const lasted = reel.durationAt(cursor);
    const { cause, actor } = frame;
    const parts: Child[] = [
      h('h3', {}, `Event ${frame.seq}`),
      h('p', { class: 'path' }, frame.state),
      h('p', {}, `${momentText(frame.at)}${lasted === null ? '' : `, for ${lengthText(lasted)}`}`),
      h('h4', {}, 'What led here'),
      h('p', {}, causeText(cause)),
      cause.data !== null && treeOf(entriesOf(cause.data)),
      h('h4', {}, 'What it runs'),
      h('p', {}, actor === null ? 'Nothing: it decides, or rests.' : spaced(actor.name)),
      actor !== null && actor.input !== null && treeOf(entriesOf(actor.input)),
      h('h4', {}, 'Calls to the engine'),
      this.#calls(),
    ];
    this.element.replaceChildren(...parts.filter((part) => part !== null && part !== false));
  }

  #calls(): HTMLElement {
    const calls = this.store.reel.callsAt(this.store.cursor);
    if (calls.length === 0) {
      return h(
        'p',
        { class: 'empty' },
        'None are known of this step: a journal records what was decided, and calls are seen only in the page of the process that makes them.',
      );
    }
    return h(
      'ol',
      { class: 'calls' },
      ...calls.map(({ method, path, status, tookMs }) =>
        h(
          'li',
          { class: status === null || status >= 400 ? 'failed' : null },
          h('span', { class: 'method' }, method),
          h('span', { class: 'url', title: path }, shortPath(path)),
          h('span', { class: 'status' }, `${status ?? 'no answer'} · ${lengthText(tookMs)}`),
        ),
      ),
    );
  }
}
