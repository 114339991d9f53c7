/** The phases as a row of steps: where the run has been, and where it is. */
import { h, set } from './dom.js';
import type { Store } from './store.js';
import { phaseOf, spaced } from './words.js';

export class PhasesPart {
  readonly element: HTMLElement;
  readonly #steps: ReadonlyMap<string, HTMLButtonElement>;

  #shown: string | null = null;

  /** @param visit shows a phase in the picture */
  constructor(
    readonly store: Store,
    visit: (path: string) => void,
  ) {
    this.#steps = new Map(
      store.atlas.phases().map(({ path, name, description }) => {
        const step = h(
          'button',
          { type: 'button', title: description, 'data-phase': path },
          spaced(name),
        );
        step.addEventListener('click', () => {
          store.select(path);
          visit(path);
        });
        return [path, step];
      }),
    );
    this.element = h(
      'nav',
      { class: 'phases', 'aria-label': 'Phases' },
      h('ol', {}, ...[...this.#steps.values()].map((step) => h('li', {}, step))),
    );
    store.on(() => this.update());
  }

  update(): void {
    const { reel, cursor, frame } = this.store;
    const been = new Set(reel.frames.slice(0, cursor + 1).map(({ state }) => phaseOf(state)));
    const here = frame === null ? null : phaseOf(frame.state);
    if (here !== this.#shown) this.#reveal(here);
    for (const [path, step] of this.#steps) {
      const word = path === here ? 'here' : been.has(path) ? 'been' : 'ahead';
      set(step, 'class', word);
      set(step, 'aria-current', path === here ? 'step' : null);
    }
  }

  /** On a narrow page the row is longer than the page. */
  #reveal(phase: string | null): void {
    this.#shown = phase;
    const step = this.#steps.get(phase ?? '');
    if (step === undefined) return;
    const { clientWidth } = this.element;
    this.element.scrollTo({ left: step.offsetLeft - (clientWidth - step.offsetWidth) / 2 });
  }
}
