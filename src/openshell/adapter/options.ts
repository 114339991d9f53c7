/** What the adapter is told, and the figures it works by. */

export interface OpenShellPortOptions {
  /** The client to run; without a slash it is found on the PATH of `env`. */
  readonly bin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /**
   * Descriptors that every child inherits. A lock on such an open file stays held while a child
   * lives, so also when this process was killed in the middle of a call.
   */
  readonly inheritFds?: readonly number[];
  /** Overrides single deadlines; tests shorten them. */
  readonly deadlines?: Partial<Deadlines>;
}

/** How long each kind of call may take, in milliseconds. */
export interface Deadlines {
  /** Help is printed without asking a gateway. */
  readonly help: number;
  readonly look: number;
  readonly exec: number;
  /** Stop and start wait for the phase; the client itself would wait 300 s. */
  readonly lifecycle: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  help: 10_000,
  look: 10_000,
  exec: 30_000,
  lifecycle: 120_000,
};

/** One page of a list: a hundred sandboxes with all their labels stay far below it. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024;
export const MAX_HELP_BYTES = 256 * 1024;
export const MAX_EXEC_BYTES = 64 * 1024;
export const MAX_TEXT_BYTES = 256 * 1024;
/** Milliseconds: a text that is not there by then says so, before whoever collects them gives up (10 s). */
export const TEXT_DEADLINE_MS = 8000;
export const MAX_STDERR_BYTES = 16 * 1024;
/** As many sandboxes as the client shows of its own accord. */
export const PAGE_SIZE = 100;
export const MAX_PAGES = 200;
/** What may still be in a pipe once its writer has ended; a child of its own may hold it open for ever. */
export const DRAIN_MS = 500;
