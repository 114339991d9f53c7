/**
 * What the inspector shows of a run, as plain data: the same for one that goes on, one that is over and
 * a file that was exported. Nothing in it is markup: whoever shows it writes text.
 */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What moved the machine into a state. */
export interface Cause {
  /** `done` and `error`: an actor's answer; `start`: the run began; `cancel`, `recover`: from outside. */
  readonly kind: 'start' | 'done' | 'error' | 'cancel' | 'recover' | 'other';
  /** The actor that answered, or the event as it is called; null at the start. */
  readonly name: string | null;
  /** The answer, the failure, or what the event brought. */
  readonly data: Json;
}

/** A call to the engine, as the process that made it saw it. */
export interface Call {
  /** Of the frame during which it was made. */
  readonly seq: number;
  /** Such as `POST`. */
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Milliseconds since the epoch, of its end. */
  readonly at: number;
  readonly tookMs: number;
  /** The HTTP status; null: no answer came. */
  readonly status: number | null;
}

/** One line of the journal: a state that was entered. */
export interface Frame {
  /** Counts from 1. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Such as `cutover.quiescingOriginal`; of another version of the machine it may be none that is known. */
  readonly state: string;
  readonly cause: Cause;
  /** What the state runs; null: it runs nothing. */
  readonly actor: { readonly name: string; readonly input: Json } | null;
  /** The run is over with it. */
  readonly over: boolean;
  /** What of the context differs from the frame before; of the first, all of it. */
  readonly changes: { readonly [key: string]: Json };
}

/** How a run stands, beside what its frames say. */
export interface Standing {
  /** Whether a living process works on it; `unknown`: it could not be asked. */
  readonly holder: 'alive' | 'gone' | 'unknown';
  /** Why its journal cannot be read on; null for one that can. */
  readonly problem: string | null;
}

export interface Film {
  readonly schema: 1;
  readonly runId: string;
  /** The version of the machine that wrote it; null: there is no line yet. */
  readonly machine: string | null;
  readonly frames: readonly Frame[];
  readonly calls: readonly Call[];
  readonly standing: Standing;
}

/** What has come since: it goes behind what a film had. */
export interface News {
  readonly frames: readonly Frame[];
  readonly calls: readonly Call[];
  readonly standing: Standing;
}

/** A way out of a state, as the machine's definition has it. */
export interface ChartExit {
  readonly on: string;
  readonly guard: string | null;
  readonly to: string;
}

/** A state as the machine's definition has it. */
export interface ChartState {
  readonly path: string;
  readonly name: string;
  readonly kind: 'final' | 'phase' | 'acting' | 'passing' | 'resting';
  readonly description: string;
  readonly step: string;
  readonly undo: string | null;
  readonly cause: string;
  readonly onRecover: string;
  readonly actor: string | null;
  readonly exits: readonly ChartExit[];
  /** Of a phase: where it begins. */
  readonly initial: string | null;
}

/** The machine, for whoever shows it. */
export interface Chart {
  readonly version: string;
  readonly states: readonly ChartState[];
  /** What `recover` does with a run that was interrupted in a state, by the state's rule. */
  readonly recovery: { readonly [rule: string]: string };
}

/** A run in the list to choose from. */
export interface Listed {
  readonly runId: string;
  readonly name: string | null;
  /** ISO time. */
  readonly beganAt: string | null;
  readonly outcome: string | null;
  /** It is at work now, as far as is known. */
  readonly live: boolean;
}
