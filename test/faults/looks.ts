/**
 * Whoever takes a container, or starts one, has looked at the other one right before: in the same step, and
 * at what is so now. What others do between that look and the act is theirs; without the look it is ours.
 */
import type { Context } from '../../machines/index.js';
import { isRunning, type Call, type MemoryEngine } from '../memory/index.js';

interface Sight {
  readonly exists: boolean;
  readonly runs: boolean;
}

export class Looks {
  /** By ID, what each was like when it was last looked at. */
  readonly #seen = new Map<string, Sight>();
  /** Those looked at since the last line. */
  readonly #now = new Set<string>();

  constructor(readonly engine: MemoryEngine) {}

  /** A step begins. */
  step(): void {
    this.#now.clear();
  }

  /** All that the rest of a play can depend on. */
  get did(): readonly unknown[] {
    return [...this.#seen].map(([id, { exists, runs }]) => [id, exists, runs]);
  }

  /** Told of each look that is answered, before it is. */
  look({ method, args }: Call): void {
    if (method !== 'inspectContainer') return;
    const target = String(args[0]);
    const container = this.engine.find(target);
    const id = container?.id ?? target;
    this.#seen.set(id, {
      exists: container !== null,
      runs: container !== null && isRunning(container),
    });
    this.#now.add(id);
  }

  /** Told of each change, before it is made. @returns what is wrong with it; null: nothing */
  change({ method, args }: Call, { original, replacement, changed }: Context): string | null {
    const pair = [original?.id ?? null, replacement?.id ?? null];
    const at = pair.indexOf(this.engine.find(String(args[0]))?.id ?? '');
    const other = pair[1 - at] ?? null;
    if (at === -1 || other === null || !changed) return null;
    if (method === 'startContainer') {
      if (!this.#now.has(other)) return '2: it starts one without a look at the other';
      const isBeside = this.#seen.get(other)?.runs === true;
      return isBeside ? '2: it starts one though it has seen the other run' : null;
    }
    if (method !== 'removeContainer') return null;
    if (!this.#now.has(other)) return '1: it takes one without a look at the other';
    const isLast = this.#seen.get(other)?.exists === false;
    if (isLast) return '1: it takes what it has seen to be all that is left';
    const isToRun = at === 0 && original?.running === true;
    return isToRun && this.#seen.get(other)?.runs === false
      ? '1: it takes the original though it has seen the replacement down'
      : null;
  }

  /** Whether the last look at it showed it, and running if it is to run. */
  sawWell(id: string, isToRun: boolean): boolean {
    const sight = this.#seen.get(id);
    return sight !== undefined && sight.exists && (sight.runs || !isToRun);
  }
}
