/** One gpugraft process on an engine in memory: the real machine, driver and actors, with nothing on disk. */
import type { ActorName, Context, Options, Undo } from '../../machines/index.js';
import { runActor } from '../../src/actors/index.js';
import { restOf } from '../../src/actors/support/parts.js';
import type { PartOrder, PartRest, PartRuns } from '../../src/actors/support/parts.js';
import type { Clock } from '../../src/clock.js';
import { JournalFailed } from '../../src/errors.js';
import { reportOf } from '../../src/report.js';
import type { Report } from '../../src/report.js';
import { targetOf } from '../../src/composition/undo.js';
import { driveFrom, driveNew, driveOn } from '../../src/runtime/driver.js';
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
  /** Parts of the run that this process has in hand. */
  readonly #parted = new Set<string>();
  #dead = false;

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

  /** From a line on, as the process that wrote it: the line itself is not in the folder yet. */
  resume(line: JournalLine): Promise<Ended> {
    return this.#hold(line.runId, (parts) => driveFrom(line, parts));
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
      driveNew({ runId, target, options, undo, holder, beganAt, rejoin: null }, parts),
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
      for (const part of this.#parted) this.lab.folder.run(part).held = false;
      end();
    }
  }

  /** As `graft.ts` has it: a journal that fails leaves the run open where it stood. */
  async #driven(runId: string, drive: (parts: DriverParts) => Promise<Rest>): Promise<Rest | null> {
    let last: Snapshot | null = null;
    const parts = this.#partsOf(runId, (line, snapshot) => {
      last = snapshot;
      this.#states.push(line.state);
    });
    try {
      return await drive(parts);
    } catch (error) {
      if (error instanceof ProcessDied) return null;
      if (!(error instanceof JournalFailed) || last === null) throw error;
      return { snapshot: last, open: error.failure };
    }
  }

  /** As `composition/parts.ts` has them. */
  #partRuns(): PartRuns {
    const { folder, clock } = this.lab;
    return {
      standing: (runId) => {
        const snapshot = folder.snapshot(runId);
        return snapshot === null ? null : restOf(snapshot);
      },
      begin: ({ runId, target, options, rejoin, cancellable }) => {
        const holder = { runId, host: folder.host, pid: 4711, stateDir: folder.stateDir };
        const input = { runId, target, options, undo: null, holder, beganAt: clock.now(), rejoin };
        return this.#part({ runId, cancellable }, (parts) => driveNew(input, parts));
      },
      goOn: (part, choice) => {
        const last = folder.lastLine(part.runId);
        if (last === null) throw new Error(`there is no part ${part.runId}`);
        return this.#part(part, (parts) => driveOn(last, choice, parts));
      },
    };
  }

  async #part(
    { runId, cancellable }: Pick<PartOrder, 'runId' | 'cancellable'>,
    drive: (parts: DriverParts) => Promise<Rest>,
  ): Promise<PartRest> {
    this.lab.folder.run(runId).held = true;
    this.#parted.add(runId);
    try {
      const { cancel, ...parts } = this.#partsOf(runId, () => undefined);
      const { snapshot, open } = await drive(
        cancellable && cancel !== undefined ? { ...parts, cancel } : parts,
      );
      return restOf(snapshot, open);
    } finally {
      this.lab.folder.run(runId).held = false;
    }
  }

  #partsOf(runId: string, entered: (line: JournalLine, snapshot: Snapshot) => void): DriverParts {
    let last: Snapshot | null = null;
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
        last = snapshot;
        entered(line, snapshot);
        this.options.onEntry?.(line, snapshot);
      },
      runActor: (name, input, signal) => {
        const context = last?.context;
        if (context === undefined) throw new Error('an actor ran before its state was entered');
        const run = () =>
          runActor(name, input, {
            docker: this.port,
            openshell: this.lab.gateway.port(() => this.#dead),
            dockerCommand: 'docker',
            clock: patient(clock),
            signal,
            runId,
            store,
            parts: this.#partRuns(),
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
  open ??
  (snapshot.status === 'active' && snapshot.context.outcome !== 'deferred'
    ? snapshot.context.question
    : null);

/** The real clock's word: a wait that is given up is no error. */
const patient = (clock: Lab['clock']): Clock => ({
  now: clock.now,
  sleep: async (ms, signal) => {
    await clock.until(null, clock.now() + ms, signal);
  },
});
