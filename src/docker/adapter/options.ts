/** What the adapter is told, and the figures it works by. */

/** One request that the adapter made: for logs and tests. Bodies are left out, they hold secrets. */
export interface CallRecord {
  readonly method: string;
  /** With the query, as sent. */
  readonly path: string;
  /** The HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Milliseconds from asking to the answer's end, the spawn of a connection included. */
  readonly ms: number;
  readonly error?: Error;
}

export interface DockerPortOptions {
  /** A context of the user's CLI (`docker --context`). */
  readonly context?: string;
  /** An engine's address (`docker --host`). Not together with `context`. */
  readonly host?: string;
  /** The client to run; found on the PATH of `env`. */
  readonly dockerBin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /**
   * Descriptors that every child inherits. A lock on such an open file stays held while a child
   * lives, so also when this process was killed in the middle of a call.
   */
  readonly inheritFds?: readonly number[];
  readonly onCall?: (call: CallRecord) => void;
  /** Overrides single deadlines; tests shorten them. */
  readonly deadlines?: Partial<Deadlines>;
}

/** How long each kind of call may take, in milliseconds. */
export interface Deadlines {
  readonly look: number;
  /** Copying an image's files into volumes is slow: 6.7 s were seen for 30,000 files. */
  readonly create: number;
  readonly start: number;
  /** Beyond the grace that a stop gives the container. */
  readonly stopMargin: number;
  /** Copies the whole layer: 100 GB were seen in an hour. */
  readonly commit: number;
  /** Rename, update, remove, connect. */
  readonly change: number;
  readonly exec: number;
  /** Between two events: a connection that says nothing for so long may be dead, and is made anew. */
  readonly silence: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  look: 30_000,
  create: 600_000,
  commit: 3_600_000,
  start: 120_000,
  stopMargin: 60_000,
  change: 60_000,
  exec: 30_000,
  silence: 300_000,
};

/** Docker's own grace where neither call nor container names one, in seconds. */
export const DEFAULT_GRACE_S = 10;
/** Stands in for a StopTimeout of −1 (for ever): every wait has a deadline. In seconds. */
export const ENDLESS_GRACE_S = 600;

export const MAX_BODY_BYTES = 64 * 1024 * 1024;
export const MAX_LOG_BYTES = 256 * 1024;
export const MAX_EXEC_BYTES = 64 * 1024;
/** Of an engine's error text. */
export const MAX_MESSAGE_CHARS = 4096;
export const MAX_STDERR_BYTES = 8 * 1024;
/** An idle connection older than this is closed: something on the way may have forgotten it. */
export const MAX_IDLE_MS = 60_000;
