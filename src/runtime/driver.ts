/**
 * The durable driver. XState's pure functions compute the next snapshot; it is appended to the
 * journal, and only then its actor is run: the journal is always ahead of the world. The driver
 * decides nothing. After a crash the last line is read, the snapshot rehydrated and the actor of
 * its state run again, which is right at any instant because every actor is convergent.
 */
import { createActor, initialTransition } from 'xstate';
import type { SnapshotFrom } from 'xstate';
import {
  actorNames,
  contextSchema,
  contracts,
  failureSchema,
  graftMachine,
  nextStep,
  inputSchema,
} from '../../machines/index.js';
import type {
  ActorInput,
  ActorName,
  ActorOutput,
  Context,
  ExternalEvent,
  Failure,
  Input,
} from '../../machines/index.js';
import { EngineSilent, GraftError } from '../errors.js';
import type { Journal } from './journal.js';
import { JOURNAL_FORMAT } from './journal-line.js';
import type { JournalLine } from './journal-line.js';
import { stateName } from './state-name.js';

export type Snapshot = SnapshotFrom<typeof graftMachine>;

/** Runs one actor; `signal` is aborted when its state was left without waiting for it. */
export type RunActor = <N extends ActorName>(
  name: N,
  input: ActorInput<N>,
  signal: AbortSignal,
) => Promise<ActorOutput<N>>;

export interface DriverParts {
  readonly journal: Journal;
  readonly runActor: RunActor;
  /** ISO time for the journal's lines. */
  readonly now: () => string;
  /** Aborted: the user cancels. Its reason says who. */
  readonly cancel?: AbortSignal;
  readonly onEntry?: (line: JournalLine, snapshot: Snapshot) => void;
  /** Stops before the state's actor is run; `plan` uses it. */
  readonly until?: (snapshot: Snapshot) => boolean;
}

/** Where the drive came to rest. `open`: why the run is not over; null when it has ended, or rests where it should. */
export interface Rest {
  readonly snapshot: Snapshot;
  readonly open: Failure | null;
}

interface Invocation {
  readonly id: string;
  readonly src: ActorName;
  readonly input: unknown;
}

type MachineEvent =
  | ExternalEvent
  | { readonly type: string; readonly output?: unknown; readonly error?: unknown };

/** Drives a new run from its first state. */
export function driveNew(input: Input, parts: DriverParts): Promise<Rest> {
  const [snapshot, effects] = initialTransition(graftMachine, inputSchema.parse(input));
  return new Drive(parts, 0).from(snapshot, null, effects);
}

/**
 * Drives on from the last line of a journal.
 * @param choice the answer to what recovery asked before; null without one
 * @throws GraftError `journal-invalid` when the line's context is not one that this machine can have
 */
export function driveOn(
  last: JournalLine,
  choice: Context['choice'],
  parts: DriverParts,
): Promise<Rest> {
  const persisted = rehydrated(last);
  const drive = new Drive(parts, last.seq);
  const event: ExternalEvent = { type: 'RECOVER', choice };
  const [snapshot, effects] = nextStep(persisted, event);
  const begun = effects.length > 0 ? null : invocationIn(last);
  return drive.from(snapshot, event, effects, begun);
}

/**
 * Drives on from a line as the process that wrote it does: the line is written once more, and what it
 * left to be done is begun. For whoever goes through many continuations of one run.
 * @throws GraftError `journal-invalid`
 */
export function driveFrom(line: JournalLine, parts: DriverParts): Promise<Rest> {
  const drive = new Drive(parts, line.seq - 1);
  return drive.from(rehydrated(line), line.event as MachineEvent | null, [], invocationIn(line));
}

/** @throws GraftError `journal-invalid` */
export function rehydrated(line: JournalLine): Snapshot {
  const invalid = (why: string, hint: string | null = null) =>
    new GraftError({
      code: 'journal-invalid',
      message: `the journal of run ${line.runId} cannot be used: ${why}`,
      hint,
    });
  const context = contextSchema.safeParse(line.snapshot['context']);
  if (!context.success) {
    throw invalid(context.error.issues[0]?.path.join('.') ?? 'its context is not valid');
  }
  if (context.data.runId !== line.runId) throw invalid('it is of another run');
  if (line.machine !== graftMachine.version) {
    throw invalid(
      `it was written by machine version ${line.machine}, this is ${String(graftMachine.version)}`,
      'the gpugraft that wrote it can go on with it; by hand, rescue.sh beside the journal puts the original back',
    );
  }
  try {
    const snapshot = createActor(graftMachine, {
      snapshot: line.snapshot as never,
      // Asked for by the types only: a restored machine never calls its context factory with it.
      input: undefined as never,
    }).getSnapshot();
    if (isWhole(snapshot, line)) return snapshot;
  } catch {
    // Told below: XState's own text names none of the user's things.
  }
  throw invalid('its state is not one of this machine');
}

/** Its state is the one that the line names, and what runs there is what the machine runs there. */
function isWhole(snapshot: Snapshot, line: JournalLine): boolean {
  if (snapshot.status === 'error' || stateName(snapshot.value) !== line.state) return false;
  if (snapshot.status !== 'active') return true;
  const due = Object.keys(snapshot.getMeta())
    .flatMap((id) => graftMachine.getStateNodeById(id).invoke)
    .map(({ id, src }) => JSON.stringify([id, src]));
  const begun = Object.entries(snapshot.children).map(([id, child]) =>
    JSON.stringify([id, child?.src]),
  );
  return due.join() === begun.join();
}

function invocationIn(line: JournalLine): Invocation | null {
  const children = line.snapshot['children'] as
    | Record<string, { src?: unknown; snapshot?: { input?: unknown } }>
    | undefined;
  const [first] = Object.entries(children ?? {});
  if (first === undefined) return null;
  return { id: first[0], src: first[1].src as ActorName, input: first[1].snapshot?.input };
}

/** The invocation that a transition leaves running, `current` if it went on; XState lists starts and stops in order. */
function invocationAfter(
  effects: readonly { readonly type: string; readonly params?: unknown }[],
  current: Invocation | null,
): Invocation | null {
  let running = current;
  for (const effect of effects) {
    if (effect.type === 'xstate.stopChild') running = null;
    if (effect.type === 'xstate.spawnChild') running = effect.params as Invocation;
  }
  return running;
}

class Drive {
  #seq: number;
  #cancelled = false;

  constructor(
    readonly parts: DriverParts,
    seq: number,
  ) {
    this.#seq = seq;
  }

  async from(
    snapshot: Snapshot,
    event: MachineEvent | null,
    effects: readonly { readonly type: string; readonly params?: unknown }[],
    begun: Invocation | null = null,
  ): Promise<Rest> {
    let current = snapshot;
    let running = invocationAfter(effects, begun);
    const atOnce = this.#write(current, event);
    // Whoever takes a run over looks first: the disk is heard of with the next line.
    let trouble = event?.type === 'RECOVER' ? null : atOnce;
    let work: Work | null = null;
    for (;;) {
      if (this.parts.until?.(current) === true) return { snapshot: current, open: null };
      if (current.status !== 'active') return { snapshot: current, open: null };
      if (running === null) return { snapshot: current, open: null };
      work ??= this.#begin(running);
      const next: MachineEvent | EngineSilent = await this.#next(work, trouble);
      if (next instanceof EngineSilent) return { snapshot: current, open: next.failure };
      const [following, turned] = nextStep(current, next as ExternalEvent);
      const after = invocationAfter(turned, running);
      if (after !== running) {
        work.abort();
        work = null;
      }
      current = following;
      running = after;
      trouble = this.#write(current, next) ?? trouble;
    }
  }

  /** Appends the line; answers what is wrong with the journal, if anything is. */
  #write(snapshot: Snapshot, event: MachineEvent | null): string | null {
    contextSchema.parse(snapshot.context);
    this.#seq += 1;
    const line: JournalLine = {
      format: JOURNAL_FORMAT,
      machine: String(graftMachine.version),
      runId: snapshot.context.runId,
      seq: this.#seq,
      at: this.parts.now(),
      event,
      state: stateName(snapshot.value),
      snapshot: graftMachine.getPersistedSnapshot(snapshot),
    };
    const { trouble } = this.parts.journal.append(line);
    this.parts.onEntry?.(line, snapshot);
    return trouble;
  }

  #begin(invocation: Invocation): Work {
    if (!actorNames.includes(invocation.src))
      throw new Error(`no actor is called ${invocation.src}`);
    const abort = new AbortController();
    const contract = contracts[invocation.src];
    const input = contract.input.parse(invocation.input) as never;
    const event = this.parts
      .runActor(invocation.src, input, abort.signal)
      .then((output) => ({
        type: `xstate.done.actor.${invocation.id}`,
        output: contract.output.parse(output) as unknown,
      }))
      .catch((error: unknown) => {
        if (error instanceof EngineSilent) return error;
        return { type: `xstate.error.actor.${invocation.id}`, error: plainFailure(error) };
      });
    return { event, abort: () => abort.abort('its state was left') };
  }

  /** What comes first: the actor's answer, or the user's wish to cancel, or the journal's need of it (heard once). */
  async #next(work: Work, trouble: string | null): Promise<MachineEvent | EngineSilent> {
    if (this.#cancelled) return work.event;
    if (trouble !== null) {
      this.#cancelled = true;
      return { type: 'CANCEL', by: trouble };
    }
    const { cancel } = this.parts;
    if (cancel === undefined) return work.event;
    const heard = (): MachineEvent => {
      this.#cancelled = true;
      return { type: 'CANCEL', by: String(cancel.reason) };
    };
    if (cancel.aborted) return heard();
    let listener = (): void => undefined;
    const wish = new Promise<MachineEvent>((resolve) => {
      listener = () => resolve(heard());
      cancel.addEventListener('abort', listener, { once: true });
    });
    try {
      return await Promise.race([work.event, wish]);
    } finally {
      cancel.removeEventListener('abort', listener);
    }
  }
}

interface Work {
  readonly event: Promise<MachineEvent | EngineSilent>;
  abort(): void;
}

/** What the machine hears of an actor that failed: plain data, never an Error object (they turn into {} in JSON). */
function plainFailure(error: unknown): Failure {
  if (error instanceof GraftError) return failureSchema.parse(error.failure);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: `unexpected: ${text.split('\n')[0] ?? ''}`, hint: null };
}
