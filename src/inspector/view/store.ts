/** What is looked at: the film, where in it, and which state was chosen. Parts of the page hear of changes together. */
import type { Frame, News } from '../film/film.js';
import type { Atlas } from './atlas.js';
import type { Reel } from './reel.js';

export class Store {
  /** Index of the frame that is shown; -1: there is none. */
  cursor: number;
  /** The last frame is shown, whatever comes. */
  atHead = true;
  /** The state that was chosen, by its path; null: none. */
  selected: string | null = null;
  /** Whether news may come; false for a file, and once the server has gone. */
  connected: boolean;
  readonly #listeners: (() => void)[] = [];
  #isDue = false;

  constructor(
    readonly reel: Reel,
    readonly atlas: Atlas,
    connected: boolean,
  ) {
    this.cursor = reel.length - 1;
    this.connected = connected;
  }

  get frame(): Frame | null {
    return this.reel.frames[this.cursor] ?? null;
  }

  /** The run goes on, this is the last that is known of it, and a living process is at it. */
  get isLive(): boolean {
    const { reel } = this;
    return this.connected && this.atHead && !reel.isOver && reel.standing.holder !== 'gone';
  }

  /** Milliseconds since the epoch: now, or when the frame that is shown was entered. */
  get now(): number {
    return this.isLive ? Math.max(Date.now(), this.frame?.at ?? 0) : (this.frame?.at ?? 0);
  }

  on(listener: () => void): void {
    this.#listeners.push(listener);
  }

  seek(index: number): void {
    const last = this.reel.length - 1;
    this.cursor = Math.min(Math.max(index, 0), last);
    this.atHead = this.cursor === last;
    this.changed();
  }

  select(path: string | null): void {
    this.selected = path;
    this.changed();
  }

  add(news: News): void {
    this.reel.add(news);
    if (this.atHead) this.cursor = this.reel.length - 1;
    this.changed();
  }

  disconnected(): void {
    this.connected = false;
    this.changed();
  }

  /** However much comes at a time, the page is drawn once. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
