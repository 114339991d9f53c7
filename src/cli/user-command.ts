/** Runs a command that the user has given, as the shell would have: with this process's own streams. */
import type { CommandEnd } from '../create.js';
import { workingFolder } from '../working-folder.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As shells count: 128 and the signal's number. */
const KILLED = 128;

export interface UserCommandOptions {
  /** Its stdout goes to our stderr. */
  readonly aside: boolean;
  /** Somebody at a terminal: its Ctrl-C reaches the whole group, so the command too. */
  readonly atTerminal: boolean;
}

/**
 * It stays in our group, or it could not read from the terminal.
 * @returns how it ended, or why it could not be begun; it never throws
 */
export async function runUserCommand(
  [file = '', ...args]: readonly string[],
  { aside, atTerminal }: UserCommandOptions,
): Promise<CommandEnd | { readonly notBegun: string }> {
  const [{ execa }, { constants }] = await Promise.all([import('execa'), import('node:os')]);
  const child = execa(file, args, {
    stdio: ['inherit', aside ? 2 : 'inherit', 'inherit'],
    // Whatever ends us, it decides for itself what that means to it.
    cleanup: false,
    buffer: false,
    reject: false,
    cwd: workingFolder(),
  });
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const { exitCode, signal, originalMessage } = await child;
    if (child.pid === undefined) return { notBegun: originalMessage ?? `${file} cannot be run` };
    if (exitCode !== undefined) return { exitCode };
    return { exitCode: KILLED + (signal === undefined ? 0 : constants.signals[signal]) };
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, forward);
  }
}
