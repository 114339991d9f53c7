/** Where the frames of a run come from while it goes on: its journal, or the process that drives it. */
import { isLocked } from '../runtime/lock.js';
import { JournalTail } from '../runtime/journal-tail.js';
import type { RunFolder } from '../runtime/store.js';
import { GraftError } from '../errors.js';
import type { EngineCall } from '../session.js';
import { Developer } from './film/develop.js';
import type { Exposure } from './film/develop.js';
import type { Call, Film, Frame, News, Standing } from './film/film.js';

/** How often a journal is looked at while somebody watches, in milliseconds. A look is one short read. */
const LOOK_MS = 150;
/** How often it is asked whether the process of a run lives: that costs a process. */
const ASK_MS = 3000;

export interface Footage {
  readonly runId: string;
  film(): Promise<Film>;
  /**
   * Tells what comes from now on, and how the run stands.
   * @param after the last frame that is known
   * @returns ends it
   */
  follow(after: number, tell: (news: News) => void): () => void;
}

/** What all footage has: frames and calls so far, and those who watch. */
abstract class Watched implements Footage {
  protected readonly frames: Frame[] = [];
  protected readonly calls: Call[] = [];
  protected readonly developer = new Developer();
  protected readonly watchers = new Set<(news: News) => void>();
  protected standing: Standing = { holder: 'unknown', problem: null };
  protected machine: string | null = null;

  constructor(readonly runId: string) {}

  film(): Promise<Film> {
    const { runId, machine, frames, calls, standing } = this;
    return Promise.resolve({
      schema: 1,
      runId,
      machine,
      frames: [...frames],
      calls: [...calls],
      standing,
    });
  }

  follow(after: number, tell: (news: News) => void): () => void {
    this.watchers.add(tell);
    const missed = this.frames.filter(({ seq }) => seq > after);
    tell({ frames: missed, calls: [], standing: this.standing });
    return () => this.watchers.delete(tell);
  }

  protected tell(frames: readonly Frame[], calls: readonly Call[]): void {
    for (const tell of this.watchers) tell({ frames, calls, standing: this.standing });
  }

  protected get isOver(): boolean {
    return this.frames.at(-1)?.over === true;
  }
}

/** A run on record, whoever drives it. */
export class JournalFootage extends Watched {
  readonly #tail: JournalTail;
  #timer: NodeJS.Timeout | null = null;
  #askedAt = 0;

  constructor(readonly folder: RunFolder) {
    super(folder.runId);
    this.#tail = new JournalTail(folder.journalFile);
  }

  override async film(): Promise<Film> {
    this.#read();
    await this.#ask();
    return super.film();
  }

  override follow(after: number, tell: (news: News) => void): () => void {
    this.#read();
    const stop = super.follow(after, tell);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return () => {
      stop();
      if (this.watchers.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  #look(): void {
    const before = this.standing;
    const fresh = this.#read();
    if (fresh.length > 0 || before !== this.standing) this.tell(fresh, []);
    if (this.isOver || Date.now() - this.#askedAt < ASK_MS) return;
    void this.#ask().then((changed) => {
      if (changed) this.tell([], []);
    });
  }

  #read(): Frame[] {
    const { lines, problem } = this.#tail.read();
    const fresh = lines.map((line) => this.developer.frame(line));
    this.machine ??= lines[0]?.machine ?? null;
    this.frames.push(...fresh);
    const isNew = problem !== this.standing.problem || (this.isOver && fresh.length > 0);
    if (isNew) {
      const holder = this.isOver ? 'gone' : this.standing.holder;
      this.standing = { holder, problem };
    }
    return fresh;
  }

  /** @returns whether it stands otherwise than before */
  async #ask(): Promise<boolean> {
    if (this.isOver) return false;
    this.#askedAt = Date.now();
    const holder = await isLocked(this.folder.lockFile).then(
      (held) => (held ? 'alive' : 'gone'),
      (error: unknown) => {
        if (error instanceof GraftError) return 'unknown' as const;
        throw error;
      },
    );
    // Meanwhile it may have ended, and what holds a lock then says nothing.
    if (this.isOver || holder === this.standing.holder) return false;
    const problem = holder === 'gone' ? this.#damage() : this.standing.problem;
    this.standing = { holder, problem };
    return true;
  }

  /** What the tail takes for a line that is being written may be damage: once nobody writes, it can be told. */
  #damage(): string | null {
    return this.standing.problem ?? this.folder.read().problem;
  }
}

/** A run that this process drives: it is shown before its journal is on disk, and with its calls. */
export class DrivenFootage extends Watched {
  protected override standing: Standing = { holder: 'alive', problem: null };

  entered(line: Exposure, machine: string): void {
    this.machine = machine;
    const frame = this.developer.frame(line);
    this.frames.push(frame);
    if (frame.over) this.standing = { ...this.standing, holder: 'gone' };
    this.tell([frame], []);
  }

  /** Of the state that the run is in: its actor makes them. */
  called({ method, path, status, ms }: EngineCall): void {
    const call: Call = {
      seq: this.frames.at(-1)?.seq ?? 0,
      method,
      path: path.split('?')[0] ?? '',
      at: Date.now(),
      tookMs: Math.round(ms),
      status,
    };
    this.calls.push(call);
    this.tell([], [call]);
  }

  /** Nobody drives it on: it is over, or was left open. */
  ended(): void {
    this.standing = { ...this.standing, holder: 'gone' };
    this.tell([], []);
  }
}
