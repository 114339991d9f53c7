/** One gpugraft process on an engine in memory: the real machine, driver and actors, with nothing on disk. */
import type { ActorName, Context, Options, Undo } from '../../machines/index.js';
import { runActor } from '../../src/actors/index.js';
import type { Clock } from '../../src/clock.js';
import { JournalFailed } from '../../src/errors.js';
import { reportOf } from '../../src/report.js';
import type { Report } from '../../src/report.js';
import { targetOf } from '../../src/composition/undo.js';
import { driveNew, driveOn } from '../../src/runtime/driver.js';
import type { DriverParts, Rest, Snapshot } from '../../src/runtime/driver.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { ProcessDied, type Hooks, type MemoryPort } from '../memory/index.js';
import type { Lab } from './lab.js';

/**
 * What becomes of a line of the journal. `die-before`: kill -9 before it is durable; `die-after`:
 * once it is, before its act; `scarce`: written, but the reserve is touched; `fail`: not written.
 */
export type LineVerdict = 'die-before' | 'die-after' | 'scarce' | 'fail';

export interface ProcessOptions {
  /** What is done to the process's calls to the engine: refused, lost, killed at, observed. */
  readonly hooks?: Hooks;
  /** Asked before each line is written; nothing returned means that it is written. */
  readonly journal?: (line: JournalLine) => LineVerdict | undefined | void;
  /** Told of each state entered, after its line was written and before its actor is run. */
  readonly onEntry?: (line: JournalLine, snapshot: Snapshot) => void;
  /** Wraps every actor; what it returns or throws is the actor's answer. */
  readonly actor?: (
    name: ActorName,
    input: unknown,
    run: () => Promise<unknown>,
  ) => Promise<unknown>;
}

export interface Ended {
  readonly runId: string;
  /** The process was killed; then there is neither `rest` nor `report`. */
  readonly died: boolean;
  readonly rest: Rest | null;
  readonly report: Report | null;
  /** The states entered by this process, in order. */
  readonly states: readonly string[];
}

export class Process {
  readonly port: MemoryPort;
  readonly #cancel = new AbortController();
  readonly #states: string[] = [];
  #dead = false;
  #last: Snapshot | null = null;

  constructor(
    readonly lab: Lab,
    readonly options: ProcessOptions,
  ) {
    const { hooks } = options;
    this.port = lab.engine.port(hooks === undefined ? {} : { hooks });
  }

  /** As `apply`. */
  graft(target: string, options: Options): Promise<Ended> {
    return this.#begin(target, options, null);
  }

  /** As `rollback` of a finished run whose backup was kept. */
  undo(undo: Undo, options: Options): Promise<Ended> {
    return this.#begin(targetOf(undo), options, undo);
  }

  /** As `recover`: a run that is over is only reported again. */
  recover(runId: string, choice: Context['choice'] = null): Promise<Ended> {
    const last = this.lab.folder.lastLine(runId);
    const snapshot = this.lab.folder.snapshot(runId);
    if (last === null || snapshot === null) throw new Error(`there is no run ${runId}`);
    if (snapshot.status !== 'active') {
      return this.#hold(runId, () => Promise.resolve({ snapshot, open: null }));
    }
    return this.#hold(runId, (parts) => driveOn(last, choice, parts));
  }

  /** SIGINT and the like. */
  cancel(by = 'SIGINT'): void {
    this.#cancel.abort(by);
  }

  /** kill -9: nothing it has not done yet is ever done. */
  kill(): void {
    this.#dead = true;
    this.port.kill();
  }

  #begin(target: string, options: Options, undo: Undo | null): Promise<Ended> {
    const runId = this.lab.newRunId();
    const { host, stateDir } = this.lab.folder;
    const holder = { runId, host, pid: 4711, stateDir };
    const beganAt = this.lab.clock.now();
    return this.#hold(runId, (parts) =>
      driveNew({ runId, target, options, undo, holder, beganAt }, parts),
    );
  }

  async #hold(runId: string, drive: (parts: DriverParts) => Promise<Rest>): Promise<Ended> {
    const stored = this.lab.folder.run(runId);
    if (stored.held) throw new Error(`run ${runId} is held by a living process`);
    stored.held = true;
    const end = this.lab.enter();
    const died = this.port.died.then(() => null);
    try {
      const rest = await Promise.race([died, this.#driven(runId, drive)]);
      const report = rest && reportOf(rest.snapshot.context, noFiles, openIn(rest));
      return { runId, died: rest === null, rest, report, states: this.#states };
    } finally {
      this.#dead = true;
      stored.held = false;
      end();
    }
  }

  /** As `graft.ts` has it: a journal that fails leaves the run open where it stood. */
  async #driven(runId: string, drive: (parts: DriverParts) => Promise<Rest>): Promise<Rest | null> {
    try {
      return await drive(this.#parts(runId));
    } catch (error) {
      if (error instanceof ProcessDied) return null;
      if (!(error instanceof JournalFailed) || this.#last === null) throw error;
      return { snapshot: this.#last, open: error.failure };
    }
  }

  #parts(runId: string): DriverParts {
    const store = this.lab.folder.storeOf(runId);
    const { clock } = this.lab;
    return {
      cancel: this.#cancel.signal,
      now: () => new Date(clock.now()).toISOString(),
      journal: {
        append: (line) => ({ trouble: this.#append(line) }),
        close: () => undefined,
      },
      onEntry: (line, snapshot) => {
        this.#last = snapshot;
        this.#states.push(line.state);
        this.options.onEntry?.(line, snapshot);
      },
      runActor: (name, input, signal) => {
        const context = this.#last?.context;
        if (context === undefined) throw new Error('an actor ran before its state was entered');
        const run = () =>
          runActor(name, input, {
            docker: this.port,
            dockerCommand: 'docker',
            clock: patient(clock),
            signal,
            runId,
            store,
            host: { name: this.lab.folder.host, read: () => null },
            engineId: context.engineId,
            patienceMs: context.options.engineTimeoutMs,
          });
        const { actor } = this.options;
        return (actor === undefined ? run() : actor(name, input, run)) as ReturnType<typeof run>;
      },
    };
  }

  #append(line: JournalLine): string | null {
    if (this.#dead) throw new ProcessDied(null);
    const verdict = this.options.journal?.(line) ?? null;
    if (verdict === 'fail') throw new JournalFailed('no space left on device');
    if (verdict !== 'die-before') this.lab.folder.run(line.runId).lines.push(line);
    if (verdict === 'die-before' || verdict === 'die-after') {
      this.kill();
      throw new ProcessDied(null);
    }
    return verdict === 'scarce' ? 'a full disk under the state folder' : null;
  }
}

const noFiles = { journal: null, rescue: null };

/** A run that rests without being over asks a question. */
const openIn = ({ snapshot, open }: Rest): Rest['open'] =>
  open ?? (snapshot.status === 'active' ? snapshot.context.question : null);

/** The real clock's word: a wait that is given up is no error. */
const patient = (clock: Lab['clock']): Clock => ({
  now: clock.now,
  sleep: async (ms, signal) => {
    await clock.until(null, clock.now() + ms, signal);
  },
});
