/** Everything of the process that the command line touches, so that tests can be one. */
import type { Environment } from '../config/given.js';
import type { UserCommand } from '../create.js';

/** Where text goes. Writing to a closed pipe is no error: the run matters more than its story. */
export interface Sink {
  write(text: string): void;
  /** Why something written has not arrived; null: all has, as far as is known, or its reader went away. */
  readonly lost: string | null;
  readonly isTTY: boolean;
  /** Columns of the terminal, as wide as it is now. */
  readonly columns: number;
}

export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdinIsTTY: boolean;
  readonly env: Environment;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back again and again until the returned function is called; never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
  /** Asks on stderr and reads one line; false for anything but yes, for Ctrl-C and for an end of input. */
  confirm(question: string): Promise<boolean>;
  /** Hears SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  onSignal(callback: (signal: string) => void): () => void;
  /** Runs a command of the user's, its streams and signals passed on. @param aside its stdout goes to stderr */
  run(argv: readonly string[], aside: boolean): ReturnType<UserCommand['run']>;
  readonly pid: number;
  /** Of gpugraft itself. */
  readonly version: string;
}
