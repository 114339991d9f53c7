/** The statechart: lit by the path so far, chosen by pointer and by keyboard. */
import { Camera } from './camera.js';
import type { Box } from './camera.js';
import { h, need, s } from './dom.js';
import type { Store } from './store.js';
import { phaseOf, spaced } from './words.js';

/** What is lit of the picture, by class. */
interface Lights {
  readonly visited: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
  /** Ways from one phase to another: `FROM TO`. */
  readonly leaps: ReadonlySet<string>;
  readonly last: string | null;
}

const middle = (box: Box): { x: number; y: number } => ({
  x: box.x + box.width / 2,
  y: box.y + box.height / 2,
});

/** Its place was reckoned for another font: at the left edge it is right for any. */
function alignTitle(cluster: Element): void {
  const [frame, title] = [cluster.querySelector('path'), cluster.querySelector('text')];
  if (frame === null || title === null) return;
  title.setAttribute('text-anchor', 'start');
  title.setAttribute('x', String(frame.getBBox().x + 14));
}

export class ChartPart {
  readonly element: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #leaps = s('g', { class: 'leaps', 'aria-hidden': 'true' });
  readonly #drawn = new Map<string, SVGPathElement>();
  readonly #groups = new Map<string, SVGGElement>();
  readonly #boxes = new Map<string, Box>();
  readonly #camera: Camera;
  readonly #followButton: HTMLButtonElement;
  #lit = new Map<string, string>();
  #follows = true;
  #shown: string | null = null;
  #focused: string | null = null;

  constructor(
    readonly store: Store,
    picture: HTMLTemplateElement,
  ) {
    this.#svg = need(picture.content.querySelector('svg')).cloneNode(true) as SVGSVGElement;
    this.#svg.setAttribute('class', 'picture');
    this.#svg.setAttribute('role', 'group');
    this.#svg.setAttribute('aria-label', 'statechart: arrow keys move, Enter opens a state');
    this.#svg.setAttribute('tabindex', '0');
    this.#followButton = h('button', { type: 'button', 'aria-pressed': 'true' }, 'Follow');
    const button = (label: string, text: string, act: () => void): HTMLButtonElement => {
      const made = h('button', { type: 'button', 'aria-label': label, title: label }, text);
      made.addEventListener('click', act);
      return made;
    };
    this.#followButton.addEventListener('click', () => this.#follow(!this.#follows));
    this.element = h(
      'section',
      { class: 'chart', 'aria-label': 'Statechart' },
      this.#svg,
      h(
        'div',
        { class: 'tools', role: 'toolbar', 'aria-label': 'View of the statechart' },
        this.#followButton,
        button('Show the whole machine', 'All', () => this.overview()),
        button('Nearer', '+', () => this.#zoom(1.35)),
        button('Farther', '−', () => this.#zoom(1 / 1.35)),
      ),
    );
    this.#camera = new Camera(this.#svg);
    this.#listen();
    store.on(() => this.#update());
  }

  /** Once it is in the page: only then parts have a place. */
  placed(): void {
    const screen = this.#svg.getScreenCTM()?.inverse();
    for (const { path } of this.store.atlas.chart.states) {
      const group = this.#svg.getElementById(path);
      const matrix = group instanceof SVGGElement ? group.getScreenCTM() : null;
      if (!(group instanceof SVGGElement) || matrix === null || screen === undefined) continue;
      const { x, y, width, height } = group.getBBox();
      const corner = new DOMPoint(x, y).matrixTransform(screen.multiply(matrix));
      this.#groups.set(path, group);
      this.#boxes.set(path, { x: corner.x, y: corner.y, width, height });
    }
    for (const { path } of this.store.atlas.leaves()) this.#name(path);
    for (const cluster of this.#svg.querySelectorAll('g.cluster')) alignTitle(cluster);
    // Behind the boxes, so that no text is crossed out.
    this.#svg.prepend(this.#leaps);
    new ResizeObserver(() => {
      this.#shown = null;
      this.#update();
    }).observe(this.#svg);
    this.#update();
  }

  overview(): void {
    this.#follow(false);
    this.#camera.overview();
  }

  /** Moves to a state or a phase, and stays there. */
  visit(path: string): void {
    const [box, frame] = [this.#boxes.get(path), this.#boxes.get(phaseOf(path))];
    this.#follow(false);
    if (box !== undefined) this.#camera.show(box, frame ?? box);
  }

  #name(path: string): void {
    const group = this.#groups.get(path);
    group?.setAttribute('role', 'button');
    group?.setAttribute('aria-label', spaced(path.replaceAll('.', ', ')));
  }

  #follow(isOn: boolean): void {
    this.#follows = isOn;
    this.#shown = null;
    this.#followButton.setAttribute('aria-pressed', String(isOn));
    if (isOn) this.#update();
  }

  #zoom(factor: number, at?: { x: number; y: number }): void {
    this.#follow(false);
    this.#camera.zoom(factor, at);
  }

  #listen(): void {
    const svg = this.#svg;
    let [drag, moved] = [null as { x: number; y: number } | null, 0];
    svg.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      drag = { x: event.clientX, y: event.clientY };
      moved = 0;
    });
    svg.addEventListener('pointermove', (event) => {
      if (drag === null) return;
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      moved += Math.abs(dx) + Math.abs(dy);
      // A click that trembles is a click.
      if (moved < 5) return;
      if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      this.#follow(false);
      this.#camera.pan(dx, dy);
      drag = { x: event.clientX, y: event.clientY };
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      svg.addEventListener(end, () => (drag = null));
    }
    svg.addEventListener('click', (event) => {
      if (moved >= 5) return;
      const path = this.#pathAt(event.target);
      if (path !== null) this.#choose(path);
    });
    svg.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { left, top } = svg.getBoundingClientRect();
        const at = { x: event.clientX - left, y: event.clientY - top };
        this.#zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), at);
      },
      { passive: false },
    );
    svg.addEventListener('keydown', (event) => this.#key(event));
    svg.addEventListener('blur', () => this.#focus(null));
  }

  #pathAt(target: EventTarget | null): string | null {
    const group = target instanceof Element ? target.closest('g.node, g.cluster') : null;
    return group !== null && this.#groups.has(group.id) ? group.id : null;
  }

  #choose(path: string): void {
    this.store.select(path);
    this.#focus(path);
  }

  #key(event: KeyboardEvent): void {
    const directions: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const direction = directions[event.key];
    const from = this.#focused ?? this.store.selected ?? this.store.frame?.state ?? null;
    if (direction !== undefined) {
      const next = this.#focused === null ? from : this.#neighbour(from, direction);
      if (next !== null) this.#focus(next);
      if (next !== null) this.visit(next);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.#focused !== null) {
      this.store.select(this.#focused);
    } else if (event.key === '+' || event.key === '=') this.#zoom(1.35);
    else if (event.key === '-') this.#zoom(1 / 1.35);
    else if (event.key === '0') this.overview();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The nearest box in a direction; one that lies aside counts as farther. */
  #neighbour(from: string | null, [dx, dy]: readonly [number, number]): string | null {
    const here = from === null ? undefined : this.#boxes.get(from);
    if (here === undefined) return this.store.atlas.leaves()[0]?.path ?? null;
    const start = middle(here);
    let best: { path: string; length: number } | null = null;
    for (const { path } of this.store.atlas.leaves()) {
      const box = this.#boxes.get(path);
      if (box === undefined || path === from) continue;
      const there = middle(box);
      const [x, y] = [there.x - start.x, there.y - start.y];
      const ahead = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (ahead < 8) continue;
      const length = ahead + aside * 2.2;
      if (best === null || length < best.length) best = { path, length };
    }
    return best?.path ?? from;
  }

  #focus(path: string | null): void {
    if (this.#focused !== null) this.#groups.get(this.#focused)?.classList.remove('focused');
    this.#focused = path;
    if (path !== null) this.#groups.get(path)?.classList.add('focused');
    if (path === null) this.#svg.removeAttribute('aria-activedescendant');
    else this.#svg.setAttribute('aria-activedescendant', path);
  }

  #lights(): Lights {
    const { reel, atlas, cursor } = this.store;
    const visited = new Set<string>();
    const taken = new Set<string>();
    const leaps = new Set<string>();
    let last: string | null = null;
    for (let at = 0; at <= cursor; at += 1) {
      const [from, to] = [reel.frames[at - 1]?.state, reel.frames[at]?.state ?? ''];
      visited.add(to);
      if (from === undefined || from === to) continue;
      for (const hop of atlas.route(from, to)) {
        visited.add(hop.from).add(hop.to);
        const isDrawn = phaseOf(hop.from) === phaseOf(hop.to);
        last = isDrawn ? hop.edge : `${hop.from} ${hop.to}`;
        (isDrawn ? taken : leaps).add(last);
      }
    }
    return { visited, taken, leaps, last };
  }

  #update(): void {
    if (this.#groups.size === 0) return;
    const { frame, selected, reel } = this.store;
    const { visited, taken, leaps, last } = this.#lights();
    const lit = new Map<string, string>();
    const add = (id: string, word: string): void => {
      lit.set(id, `${lit.get(id) ?? ''} ${word}`);
    };
    for (const path of visited) add(path, 'visited');
    for (const edge of taken) add(edge, edge === last ? 'taken newest' : 'taken');
    if (frame !== null) {
      const isGone = !reel.isOver && reel.standing.holder === 'gone' && this.store.atHead;
      add(frame.state, isGone ? 'here halted' : 'here');
      add(phaseOf(frame.state), 'within');
    }
    if (selected !== null) add(selected, 'selected');
    this.#light(lit);
    this.#leap(leaps, last);
    if (!this.#follows) return;
    if (frame?.over === true) this.#lookBack(frame.state);
    else this.#keepUp(frame?.state ?? null);
  }

  /** Only what differs is touched: with each event that is little. */
  #light(lit: Map<string, string>): void {
    for (const id of new Set([...this.#lit.keys(), ...lit.keys()])) {
      const [before, now] = [this.#lit.get(id), lit.get(id)];
      if (before === now) continue;
      const element = this.#svg.getElementById(id);
      const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter(Boolean);
      element?.classList.remove(...words(before));
      element?.classList.add(...words(now));
      if (element instanceof SVGElement && words(now).includes('here')) {
        element.setAttribute('aria-current', 'step');
      } else element?.removeAttribute('aria-current');
    }
    this.#lit = lit;
  }

  #leap(leaps: ReadonlySet<string>, last: string | null): void {
    for (const [key, path] of this.#drawn) {
      if (leaps.has(key)) continue;
      path.remove();
      this.#drawn.delete(key);
    }
    for (const key of leaps) {
      const known = this.#drawn.get(key) ?? this.#draw(key);
      known?.setAttribute('class', key === last ? 'leap newest' : 'leap');
    }
  }

  #draw(key: string): SVGPathElement | null {
    const [from = '', to = ''] = key.split(' ');
    const [a, b] = [this.#boxes.get(from), this.#boxes.get(to)];
    if (a === undefined || b === undefined) return null;
    const [start, end] = [middle(a), middle(b)];
    const isAside = Math.abs(end.x - start.x) > Math.abs(end.y - start.y);
    const bend = (isAside ? end.x - start.x : end.y - start.y) / 2;
    const [c1, c2] = isAside
      ? [`${start.x + bend} ${start.y}`, `${end.x - bend} ${end.y}`]
      : [`${start.x} ${start.y + bend}`, `${end.x} ${end.y - bend}`];
    const path = s('path', { d: `M${start.x} ${start.y}C${c1} ${c2} ${end.x} ${end.y}` });
    this.#drawn.set(key, path);
    this.#leaps.append(path);
    return path;
  }

  /** At its end a run is seen whole. */
  #lookBack(state: string): void {
    if (state !== this.#shown) this.#camera.overview();
    this.#shown = state;
  }

  #keepUp(state: string | null): void {
    if (state === null || state === this.#shown) return;
    const box = this.#boxes.get(state);
    if (box === undefined) return;
    this.#shown = state;
    this.#camera.show(box, this.#boxes.get(phaseOf(state)) ?? box);
  }
}
