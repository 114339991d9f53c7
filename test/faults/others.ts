/** Everybody else who works on the engine: what they do to the containers of a run, and what of it counts. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Watched } from '../harness/index.js';
import { asksForGpu, isRunning, type MemoryContainer, type MemoryEngine } from '../memory/index.js';
import { NAME } from './stage.js';

export class Others {
  /** By ID: what they brought. */
  readonly brought = new Set<string>();
  originalTaken = false;
  replacementTaken = false;
  strayStarted = false;
  renamed = false;
  /** They took the backup away, or its name, when the run had looked at it for the last time. */
  backupMovedUnseen = false;

  /** @param isDecided whether the run has its outcome, and only clears up */
  constructor(
    readonly engine: MemoryEngine,
    readonly watched: Watched,
    readonly isDecided: () => boolean,
  ) {}

  /** All that the rest of a play can depend on. */
  get did(): readonly unknown[] {
    const { originalTaken, replacementTaken, strayStarted, renamed, backupMovedUnseen } = this;
    const flags = [originalTaken, replacementTaken, strayStarted, renamed, backupMovedUnseen];
    return [...flags, ...this.brought];
  }

  restartEngine(restart: { kind: 'graceful' | 'killed'; downMs?: number }): void {
    this.engine.outsider.restartEngine(restart);
  }

  /** A move that the engine refuses, or that has nothing to be done to, is none; nor is one while it is away. */
  move(fault: string): void {
    if (this.engine.core.downUntil > this.engine.clock.now()) return;
    try {
      this.#moves[fault]?.();
    } catch (error) {
      if (!(error instanceof EngineRefused)) throw error;
    }
  }

  readonly #moves: Readonly<Record<string, () => void>> = {
    'other-removes-original': () => this.#with(this.#original, (id) => this.#remove(id)),
    'other-removes-replacement': () => this.#with(this.#replacement, (id) => this.#remove(id)),
    'other-renames-original': () =>
      this.#with(this.#original, (id) => this.#rename(id, 'theirs-now')),
    'other-renames-replacement': () =>
      this.#with(this.#replacement, (id) => this.#rename(id, 'theirs-too')),
    'other-takes-name': () => {
      if (this.engine.core.names.has(NAME)) return;
      this.brought.add(this.engine.outsider.takeName(NAME));
      this.renamed = true;
    },
    'other-starts-backup': () => this.#with(this.#backup, (id) => this.#start(id)),
  };

  #with(container: MemoryContainer | null, act: (id: string) => void): void {
    if (container !== null) act(container.id);
  }

  /** What has no GPU is the original, or the original made again. */
  #remove(id: string): void {
    const hasGpu = asksForGpu(this.engine.core.container(id));
    this.engine.outsider.remove(id);
    if (hasGpu) this.replacementTaken = true;
    else this.originalTaken = true;
    this.backupMovedUnseen ||= !hasGpu && this.isDecided();
  }

  #rename(id: string, name: string): void {
    this.engine.outsider.rename(id, name);
    this.renamed = true;
    this.backupMovedUnseen ||= this.isDecided();
    // Whoever took it over by name has it in hand.
    this.brought.add(id);
  }

  #start(id: string): void {
    this.engine.outsider.start(id);
    this.strayStarted = true;
  }

  get #original(): MemoryContainer | null {
    return this.engine.find(this.watched.originalId);
  }

  /** The newest of those that are not the original. */
  get #replacement(): MemoryContainer | null {
    const all = [...this.watched.ids].filter((id) => id !== this.watched.originalId);
    return this.engine.find(all.at(-1) ?? '');
  }

  /** Down, and without the name, while another one has it. */
  get #backup(): MemoryContainer | null {
    const all = [...this.watched.ids].map((id) => this.engine.find(id));
    const down = all.find((one) => one != null && one.name !== NAME && !isRunning(one));
    return this.engine.core.names.has(NAME) ? (down ?? null) : null;
  }
}
