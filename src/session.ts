import type { Progress } from './progress.js';

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
  /** Aborted, its reason (a string such as `SIGINT`) is who cancelled. */
  readonly signal?: AbortSignal;
}
