/** Which part of the picture is seen: zoom, pan, and a slow move to what is followed. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels a unit of the picture: text of 15 units is read from 0.75 on. */
const LEAST_READABLE = 0.8;
const MOST = 2.5;
const MOVE_MS = 320;

export class Camera {
  #seen: Box;
  #goal: Box;
  #from: Box;
  #beganAt = 0;
  #frame = 0;
  readonly #all: Box;

  constructor(readonly svg: SVGSVGElement) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.#all = { x: x - 20, y: y - 20, width: width + 40, height: height + 40 };
    this.#seen = this.#all;
    this.#goal = this.#all;
    this.#from = this.#all;
    svg.setAttribute('preserveAspectRatio', 'xMidYMid meet');
    this.#apply();
  }

  overview(): void {
    this.#go(this.#all);
  }

  /** Shows all of `frame` where its text can be read then, and else as much as fits around `focus`. */
  show(focus: Box, frame: Box): void {
    const { width, height } = this.#pixels();
    const pad = 24;
    const fits = Math.min(width / (frame.width + pad * 2), height / (frame.height + pad * 2));
    const scale = Math.min(Math.max(fits, LEAST_READABLE), 1.3);
    const size = { width: width / scale, height: height / scale };
    const along = (axis: 'x' | 'y', length: 'width' | 'height'): number => {
      const middle = frame[axis] + frame[length] / 2 - size[length] / 2;
      if (frame[length] + pad * 2 <= size[length]) return middle;
      const wanted = focus[axis] + focus[length] / 2 - size[length] / 2;
      const most = frame[axis] + frame[length] + pad - size[length];
      return Math.min(Math.max(wanted, frame[axis] - pad), most);
    };
    this.#go({ x: along('x', 'width'), y: along('y', 'height'), ...size });
  }

  /** @param factor above 1: nearer. @param at in pixels of the picture; its middle where none is given */
  zoom(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const { width, height } = this.#pixels();
    const now = this.#filled(this.#goal);
    const scale = width / now.width;
    const wanted = Math.min(Math.max(scale * factor, width / this.#all.width / 2), MOST);
    const by = scale / wanted;
    const [fx, fy] = at === undefined ? [0.5, 0.5] : [at.x / width, at.y / height];
    this.#go({
      x: now.x + now.width * (1 - by) * fx,
      y: now.y + now.height * (1 - by) * fy,
      width: now.width * by,
      height: now.height * by,
    });
  }

  /** By pixels, at once. */
  pan(dx: number, dy: number): void {
    const now = this.#filled(this.#seen);
    const unit = now.width / this.#pixels().width;
    this.#goal = { ...now, x: now.x - dx * unit, y: now.y - dy * unit };
    this.#seen = this.#goal;
    this.#apply();
  }

  #pixels(): { readonly width: number; readonly height: number } {
    const { clientWidth, clientHeight } = this.svg;
    return { width: Math.max(clientWidth, 1), height: Math.max(clientHeight, 1) };
  }

  /** The same box with the proportions of the window: what is really seen. */
  #filled(box: Box): Box {
    const { width, height } = this.#pixels();
    const scale = Math.min(width / box.width, height / box.height);
    const size = { width: width / scale, height: height / scale };
    return {
      x: box.x - (size.width - box.width) / 2,
      y: box.y - (size.height - box.height) / 2,
      ...size,
    };
  }

  #go(goal: Box): void {
    this.#goal = this.#filled(goal);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#seen = this.#goal;
      this.#apply();
      return;
    }
    this.#from = this.#filled(this.#seen);
    this.#beganAt = performance.now();
    cancelAnimationFrame(this.#frame);
    this.#step();
  }

  #step(): void {
    const part = Math.min((performance.now() - this.#beganAt) / MOVE_MS, 1);
    const eased = 1 - (1 - part) ** 3;
    const between = (key: keyof Box): number =>
      this.#from[key] + (this.#goal[key] - this.#from[key]) * eased;
    this.#seen = {
      x: between('x'),
      y: between('y'),
      width: between('width'),
      height: between('height'),
    };
    this.#apply();
    if (part < 1) this.#frame = requestAnimationFrame(() => this.#step());
  }

  #apply(): void {
    const { x, y, width, height } = this.#seen;
    this.svg.setAttribute('viewBox', `${x} ${y} ${width} ${height}`);
  }
}
