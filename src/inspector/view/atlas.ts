/** The machine as a map: what leads where, also through states that no journal names. Pure. */
import type { Chart, ChartState } from '../film/film.js';

/** A way from one state to another, as it is drawn. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** The ID of its line in the picture, where it has one. */
  readonly edge: string;
}

export class Atlas {
  readonly #states: ReadonlyMap<string, ChartState>;
  readonly #routes = new Map<string, readonly Hop[]>();

  constructor(readonly chart: Chart) {
    this.#states = new Map(chart.states.map((state) => [state.path, state]));
  }

  state(path: string): ChartState | null {
    return this.#states.get(path) ?? null;
  }

  phases(): readonly ChartState[] {
    return this.chart.states.filter(({ path, kind }) => kind === 'phase' && !path.includes('.'));
  }

  /** Every state that is drawn as a box. */
  leaves(): readonly ChartState[] {
    return this.chart.states.filter(({ kind }) => kind !== 'phase');
  }

  /**
   * The ways from one line of a journal to the next. A state that acts on nothing is passed without a
   * line of its own, so there may be several; none where the machine has no such way.
   */
  route(from: string, to: string): readonly Hop[] {
    const key = `${from} ${to}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const found = this.#search(from, to);
    this.#routes.set(key, found);
    return found;
  }

  #search(from: string, to: string): readonly Hop[] {
    const seen = new Set([from]);
    let ends: { at: string; hops: readonly Hop[] }[] = [{ at: from, hops: [] }];
    while (ends.length > 0) {
      const next: typeof ends = [];
      for (const { at, hops } of ends) {
        for (const hop of this.#hopsFrom(at)) {
          if (hop.to === to) return [...hops, hop];
          if (seen.has(hop.to) || this.state(hop.to)?.kind !== 'passing') continue;
          seen.add(hop.to);
          next.push({ at: hop.to, hops: [...hops, hop] });
        }
      }
      ends = next;
    }
    return [];
  }

  /** Ways out of a state and out of those around it, each to the state that is entered in the end. */
  #hopsFrom(path: string): readonly Hop[] {
    return this.#around(path).flatMap((owner) =>
      owner.exits
        .filter(({ to }) => to !== '' && to !== owner.path)
        .map(({ on, to }) => ({
          from: path,
          to: this.#leafOf(to),
          edge: `${owner.path}--${['done', 'error', 'always'].includes(on) ? on : 'event'}--${to}`,
        })),
    );
  }

  #around(path: string): readonly ChartState[] {
    const parts = path.split('.');
    return parts
      .map((_, at) => this.state(parts.slice(0, parts.length - at).join('.')))
      .filter((state) => state !== null);
  }

  #leafOf(path: string): string {
    const initial = this.state(path)?.initial ?? null;
    return initial === null ? path : this.#leafOf(initial);
  }
}
