import type { Progress } from './progress.js';

/** A request to the engine that was answered, or given up. Bodies are left out: they hold secrets. */
export interface EngineCall {
  readonly method: string;
  /** With the query, as sent. */
  readonly path: string;
  /** The HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Milliseconds from asking to the answer's end. */
  readonly ms: number;
}

/** Where a command works, and who listens. */
export interface Session {
  /** A Docker context, as `docker --context` takes it; null: as the user's docker has it. */
  readonly context: string | null;
  /** An engine's address, as `docker --host` takes it; null: as the user's docker has it. */
  readonly host: string | null;
  /** The `openshell` client to run; absent: the one on PATH. */
  readonly openshellBin?: string;
  /** The folder for journals: `$XDG_STATE_HOME/gpugraft` unless told otherwise. */
  readonly stateDir: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Hears of every call to the engine, after it. */
  readonly onCall?: (call: EngineCall) => void;
  /** Aborted, its reason (a string such as `SIGINT`) is who cancelled. */
  readonly signal?: AbortSignal;
}
