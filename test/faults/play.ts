/** One play: a scenario's run, with what a schedule breaks in it, recovered until it has come to rest. */
import type { Context, Undo } from '../../machines/index.js';
import { JournalFailed } from '../../src/errors.js';
import { stateOf } from '../../src/model/index.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { byOurDoing, optionsWith } from '../harness/index.js';
import type { Ended, LineVerdict, Process, ProcessOptions } from '../harness/index.js';
import { Breaker } from './breaker.js';
import { Eyes } from './eyes.js';
import { wrongAtLast } from './judge.js';
import { keyOf, type End, type Meeting } from './meeting.js';
import { Recording, Redoing, copyOf, worldOf, type Mark } from './recording.js';
import { Others } from './others.js';
import type { Scenario } from './scenario.js';
import type { Moment, Schedule } from './schedule.js';
import { NAME, graftedBefore, settled, stageOf, type Stage } from './stage.js';

export interface Played {
  /** What does not hold, by the number of its invariant; empty: nothing. */
  readonly wrong: readonly string[];
  readonly moments: readonly Moment[];
  /** The outcome reported, and where the machine rests. */
  readonly outcome: string;
  readonly why: string | null;
  readonly end: string;
  /** What of it two plays that ended alike have in common. */
  readonly signature: string;
  readonly processes: number;
  /** It met a play whose end was known, and was not played on. */
  readonly met: boolean;
}

export interface PlayOptions {
  /** Of the plays of this scenario; null: it is played to its end. */
  readonly meeting?: Meeting | null;
  /** Of the play without a fault: filled by it, read by the others. */
  readonly recording?: Recording | null;
  /** The line of the recording from which it is played; null: from its beginning. */
  readonly mark?: Mark | null;
}

/** A run that needs more than this is not recovered from. */
const MOST_PROCESSES = 12;
/** Between a death and whoever comes to look. */
const LATER_MS = 60_000;
/** What a person answers who is asked, one after the other. */
const ANSWERS: readonly NonNullable<Context['choice']>[] = ['back', 'forward', 'abandon'];

type Begin = (process: Process) => Promise<Ended>;

export class Play {
  readonly #breaker: Breaker;
  readonly eyes: Eyes;
  readonly others: Others;
  /** How often a person was asked. */
  asked = 0;
  /** Since its last fault, while it may still meet another one. */
  readonly #keys: string[] = [];
  #met: End | null = null;
  #step = 'first';

  private constructor(
    readonly scenario: Scenario,
    readonly stage: Stage,
    readonly schedule: Schedule,
    readonly undo: Undo | null,
    readonly meeting: Meeting | null,
    readonly recording: Recording,
  ) {
    this.eyes = new Eyes(stage);
    this.others = new Others(stage.lab.engine, stage.watched, () => this.eyes.isDecided);
    this.#breaker = new Breaker(schedule, this.others);
  }

  /** @param options how it differs from one that is played from its beginning to its end */
  static async of(
    scenario: Scenario,
    schedule: Schedule,
    { meeting = null, recording = null, mark = null }: PlayOptions = {},
  ): Promise<Played> {
    const stage = await stageOf(scenario);
    const from = mark === null ? null : recording;
    if (from === null || mark === null) {
      const notes = recording ?? new Recording();
      if (scenario.undone)
        notes.undo = await graftedBefore(stage, scenario, notes.hearing(stage.lab.clock));
      return new Play(scenario, stage, schedule, notes.undo, meeting, notes).#played(null);
    }
    const redoing = new Redoing(stage);
    for (const entry of from.before) await redoing.redo(entry);
    if (scenario.undone) settled(stage, scenario);
    const play = new Play(scenario, stage, schedule, from.undo, meeting, new Recording());
    await play.#comeTo(mark, from);
    return play.#played(mark);
  }

  /** All that was before this line is so again. @throws Error if it is not */
  async #comeTo(mark: Mark, { entries, moments }: Recording): Promise<void> {
    const { lab } = this.stage;
    const redoing = new Redoing(this.stage);
    for (const entry of entries) {
      if (entry.kind === 'line') {
        if (entry.mark === mark) break;
        this.eyes.line(entry.mark.line, entry.mark.text);
      } else if (entry.kind === 'call') this.eyes.call(entry.call, undefined);
      await redoing.redo(entry);
    }
    await redoing.until(mark.at);
    for (const run of mark.runs) {
      lab.newRunId();
      lab.folder.runs.set(run.runId, copyOf(run));
    }
    this.#breaker.moments.push(...moments.slice(0, mark.n - 1));
    this.#breaker.process = mark.process - 1;
    this.asked = mark.asked;
    this.#step = mark.step;
    if (worldOf(this.stage) !== mark.world)
      throw new Error(`the world is another one at moment ${mark.n} than it was`);
  }

  async #played(mark: Mark | null): Promise<Played> {
    const { lab } = this.stage;
    let last = await this.#toRest((process) =>
      mark === null ? this.#begin(process) : process.resume(mark.line),
    );
    if (last?.report?.outcome === 'deferred' && this.#step === 'first') {
      const { runId } = last;
      this.#step = 'finalize';
      // By then the replacement is as well, or as ill, as it will be.
      lab.clock.advance(LATER_MS);
      last = await this.#toRest((process) => process.recover(runId, 'finalize'));
    }
    const { moments } = this.#breaker;
    this.recording.moments = moments;
    const processes = this.#breaker.process;
    if (this.#met !== null) {
      const { watched } = this.stage;
      const { strayStarted } = this.others;
      const wrong = [...this.eyes.wrong, ...byOurDoing({ watched, strayStarted })];
      return { wrong, moments, processes, ...this.#met, met: true };
    }
    lab.engine.landLate();
    // An engine that is away comes back, and starts what its policies have it start.
    lab.clock.advance(Math.max(0, lab.engine.core.downUntil - lab.clock.now()) + LATER_MS);
    if (last === null) {
      const wrong = [`11: no end after ${MOST_PROCESSES} processes`];
      const none = { outcome: 'none', why: null, end: 'none', signature: 'none' };
      return { wrong, moments, processes, ...none, met: false };
    }
    const broken = await wrongAtLast(this, last);
    const end = last.rest === null ? 'none' : stateOf(last.rest.snapshot);
    const outcome = last.report?.outcome ?? 'none';
    const signature = `${end} ${lab.engine.describe()}`;
    const why = last.report?.reason?.message ?? null;
    const wrong = [...this.eyes.wrong, ...broken];
    const how = { outcome, why, end, signature };
    if (wrong.length === 0) this.meeting?.remember(this.#keys, how);
    return { wrong, moments, processes, ...how, met: false };
  }

  #begin(process: Process): Promise<Ended> {
    const options = optionsWith(this.stage.options);
    return this.undo === null ? process.graft(NAME, options) : process.undo(this.undo, options);
  }

  /** Processes come until the run is at rest. Null: it never is. */
  async #toRest(begin: Begin): Promise<Ended | null> {
    let next = begin;
    for (let count = 0; count < MOST_PROCESSES; count += 1) {
      const ended = await this.process(next);
      if (this.#met !== null) return null;
      if (ended.rest !== null && this.#isAtRest(ended)) return ended;
      this.stage.lab.clock.advance(LATER_MS);
      const { runId } = ended;
      // Nothing is on record: whoever wanted the graft asks for it once more.
      const choice = this.#answerTo(ended);
      next =
        this.stage.lab.folder.lastLine(runId) === null
          ? (process) => this.#begin(process)
          : (process) => process.recover(runId, choice);
    }
    return null;
  }

  /** A process of this play: broken as its schedule has it, and watched. */
  async process(begin: Begin): Promise<Ended> {
    const { lab } = this.stage;
    const breaker = this.#breaker;
    breaker.process += 1;
    const heard = this.recording.hearing(lab.clock, this.recording.entries);
    const options: ProcessOptions = {
      hooks: {
        before: (call) => {
          heard.call(call);
          const verdict = breaker.call(call);
          this.eyes.call(call, verdict);
          return verdict;
        },
      },
      journal: (line) => {
        const verdict = breaker.line(line.state);
        this.#mark(line);
        if (verdict !== 'die-before' && verdict !== 'fail') this.eyes.line(line);
        return verdict ?? this.#atLine(line);
      },
    };
    const process: Process = lab.process(options);
    lab.gateway.breakCalls((method, args) => {
      heard.gateway(method, args);
      return breaker.gateway(method, () => process.kill());
    });
    try {
      return await begin(process);
    } catch (error) {
      // Not even this process's first line could be written: it has done nothing.
      if (!(error instanceof JournalFailed)) throw error;
      return { runId: this.eyes.runId, died: true, rest: null, report: null, states: [] };
    } finally {
      lab.gateway.breakCalls(null);
    }
  }

  /** Notes a line, from which another play can begin. */
  #mark(line: JournalLine): void {
    if (this.schedule.length > 0 || this.#step === 'after') return;
    const { moments, process } = this.#breaker;
    const mark: Mark = {
      n: moments.length,
      line: JSON.parse(JSON.stringify(line)) as JournalLine,
      text: JSON.stringify(line),
      at: this.stage.lab.clock.now(),
      process,
      asked: this.asked,
      step: this.#step,
      runs: [...this.stage.lab.folder.runs.values()].map((run) => copyOf(run)),
      world: worldOf(this.stage),
    };
    this.recording.entries.push({ kind: 'line', mark });
  }

  /** Once nothing more is broken, and its process has written a line since: whether it has met another play. */
  #atLine(line: JournalLine): LineVerdict | undefined {
    if (this.meeting === null || !this.#canMeet()) return undefined;
    const beside = [this.#step, this.asked, this.others.did, this.eyes.did];
    const key = keyOf(this.scenario, this.stage, line, beside);
    this.#keys.push(key);
    // The play without a fault is what the others meet.
    const known = this.schedule.length === 0 ? undefined : this.meeting.at(key);
    if (known === undefined) return undefined;
    this.#met = known;
    return 'die-before';
  }

  #canMeet(): boolean {
    const last = this.schedule.at(-1)?.[0] ?? 0;
    if (this.#step === 'after' || this.#breaker.moments.length <= last) return false;
    // What it has in hand from before the line is not in the line.
    const isFresh = last === 0 || this.#breaker.linesAfter(last) > 1;
    return isFresh && this.stage.lab.engine.underWay === 0;
  }

  /** What is played from here on is on no schedule. */
  over(): void {
    this.#step = 'after';
  }

  /** Over, deferred, or asking what this person will not answer any more. */
  #isAtRest({ rest, report }: Ended): boolean {
    if (rest === null) return false;
    if (rest.snapshot.status !== 'active') return rest.open === null;
    if (report?.outcome === 'deferred' && rest.open === null) return true;
    return rest.snapshot.context.question !== null && this.asked >= ANSWERS.length;
  }

  #answerTo({ rest }: Ended): Context['choice'] {
    if (rest?.snapshot.context.question == null) return null;
    this.asked += 1;
    return ANSWERS[this.asked - 1] ?? null;
  }
}
