/** What a test can do to a call, decided call by call by its hooks. */

export interface Call {
  /** Counted over all ports of the engine, from 1. */
  readonly n: number;
  /** Which port made it, from 1. */
  readonly port: number;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Whether it asks the engine to change something (`exec` does not count). */
  readonly changing: boolean;
  /** Virtual ms epoch. */
  readonly at: number;
  /** How it ended; `null` while it has not, or when its process died. */
  outcome: 'ok' | 'refused' | 'unreachable' | 'ambiguous' | 'died' | null;
  /** The fault it met, if any. */
  fault: Verdict['kind'] | null;
}

export type Verdict =
  | { readonly kind: 'pass' }
  /** Answered with an error, not done. */
  | { readonly kind: 'refuse'; readonly status: number; readonly message: string }
  /** Never reached the engine, and nobody knows. `afterMs`: the deadline that passes before that shows. */
  | { readonly kind: 'lost-request'; readonly afterMs?: number }
  /** Done, and the answer lost. */
  | { readonly kind: 'lost-reply'; readonly afterMs?: number }
  /** Begun (a stop's signal is out), and the waiting client gone at once. */
  | { readonly kind: 'cut' }
  /**
   * No answer now; done after `calls` more calls of any port. `reserves`: a create whose name is
   * taken already, while a look-up still answers 404.
   */
  | { readonly kind: 'late'; readonly calls: number; readonly reserves?: boolean }
  /** The engine cannot be reached, for this call and `calls - 1` more, or until a time (ms epoch). */
  | {
      readonly kind: 'unreachable';
      readonly calls?: number;
      readonly untilMs?: number;
      readonly reason?: 'down' | 'permission' | 'client-missing' | 'context' | 'other-engine';
    }
  /** Done, and answered with an error all the same. */
  | { readonly kind: 'done-but-error'; readonly status?: number; readonly message?: string }
  /** Answered, with an answer of the test's making: a stale list, for one. */
  | { readonly kind: 'alter'; readonly answer: (real: unknown) => unknown }
  /** kill -9 before the request is out. */
  | { readonly kind: 'die-before' }
  /** kill -9 once the request is out, before the engine has ended it. */
  | { readonly kind: 'die-during' }
  /** kill -9 once it is done, before the answer is read. */
  | { readonly kind: 'die-after' }
  /** kill -9 once the request is out; it is carried out after `calls` more calls of any process. */
  | { readonly kind: 'die-late'; readonly calls: number };

export interface Hooks {
  /** Called before each call; nothing returned means `pass`. */
  readonly before?: (call: Call) => Verdict | undefined | void;
  /** Called after each call, whatever came of it, also when its process died: invariants go here. */
  readonly after?: (call: Call) => void;
}

/** Thrown in the place of an answer once the process that made the call is dead. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
  constructor(readonly call: Call | null) {
    super(`the process died at ${call === null ? 'its start' : `call ${call.n} (${call.method})`}`);
  }
}
