/** Sheets of which one is seen. */
import { h, set } from './dom.js';

export interface Sheet {
  readonly name: string;
  readonly element: HTMLElement;
  /** A sheet that is not seen draws nothing: it does so when it is opened. */
  update(): void;
}

export class Tabs {
  readonly element: HTMLElement;
  readonly #tabs: readonly HTMLButtonElement[];

  constructor(readonly sheets: readonly Sheet[]) {
    this.#tabs = sheets.map(({ name, element }, at) => {
      const id = `sheet-${name.toLowerCase()}`;
      const tab = h(
        'button',
        { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': id },
        name,
      );
      set(element, 'id', id);
      if (element.getAttribute('role') === null) set(element, 'role', 'tabpanel');
      if (element.getAttribute('aria-label') === null) set(element, 'aria-labelledby', `tab-${id}`);
      tab.addEventListener('click', () => this.open(at));
      return tab;
    });
    const list = h(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': 'Details' },
      ...this.#tabs,
    );
    list.addEventListener('keydown', (event) => this.#key(event));
    this.element = h(
      'section',
      { class: 'details', 'aria-label': 'Details' },
      list,
      ...sheets.map(({ element }) => element),
    );
    this.open(0);
  }

  open(index: number): void {
    this.sheets.forEach((sheet, at) => {
      const isOpen = at === index;
      sheet.element.hidden = !isOpen;
      set(this.#tabs[at] ?? sheet.element, 'aria-selected', String(isOpen));
      set(this.#tabs[at] ?? sheet.element, 'tabindex', isOpen ? '0' : '-1');
      if (isOpen) sheet.update();
    });
  }

  #key(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const here = this.#tabs.findIndex((tab) => tab === document.activeElement);
    const to = (here + by + this.#tabs.length) % this.#tabs.length;
    this.open(to);
    this.#tabs[to]?.focus();
  }
}
