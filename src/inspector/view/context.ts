/** What the machine remembers at the event that is shown; what has just changed is marked. */
import { h } from './dom.js';
import type { Store } from './store.js';
import { treeOf } from './tree.js';

export class ContextPart {
  readonly element = h('div', { class: 'sheet' });
  #is = -1;

  constructor(readonly store: Store) {
    store.on(() => this.update());
  }

  update(): void {
    const { cursor, reel, frame } = this.store;
    if (cursor === this.#is || this.element.hidden) return;
    this.#is = cursor;
    const changed = new Set(Object.keys(frame?.changes ?? {}));
    const entries = reel
      .keys()
      .map((key) => [key, reel.valueAt(key, cursor)] as const)
      .filter(
        (entry): entry is readonly [string, NonNullable<(typeof entry)[1]>] =>
          entry[1] !== undefined,
      );
    const told = entries.filter(([, value]) => !isEmpty(value));
    const silent = entries.filter(([, value]) => isEmpty(value)).map(([key]) => key);
    this.element.replaceChildren(
      treeOf(told, cursor === 0 ? new Set() : changed),
      h('p', { class: 'empty' }, silent.length === 0 ? '' : `Not set: ${silent.join(', ')}.`),
    );
  }
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);
