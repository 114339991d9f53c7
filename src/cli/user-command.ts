/** Runs a command that the user has given, as the shell would have: with this process's own streams. */
import type { CommandEnd } from '../create.js';
import { workingFolder } from '../working-folder.js';
import { groupWitness } from './group-witness.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As shells count: 128 and the signal's number. */
const KILLED = 128;

/**
 * It stays in our group, or it could not read from the terminal. So what is sent to the group, as Ctrl-C
 * at a terminal is, has reached it already; what is sent to us alone is handed on.
 *
 * @param aside its stdout goes to our stderr
 * @returns how it ended, or why it could not be begun; it never throws
 */
export async function runUserCommand(
  [file = '', ...args]: readonly string[],
  aside: boolean,
): Promise<CommandEnd | { readonly notBegun: string }> {
  const [{ execa }, { constants }, witness] = await Promise.all([
    import('execa'),
    import('node:os'),
    groupWitness(),
  ]);
  const child = execa(file, args, {
    stdio: ['inherit', aside ? 2 : 'inherit', 'inherit'],
    // Whatever ends us, it decides for itself what that means to it.
    cleanup: false,
    buffer: false,
    reject: false,
    cwd: workingFolder(),
  });
  const forward = (signal: NodeJS.Signals): void => {
    void witness.saw(signal).then((isEverybodys) => {
      if (!isEverybodys) child.kill(signal);
    });
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const { exitCode, signal, originalMessage } = await child;
    if (child.pid === undefined) return { notBegun: originalMessage ?? `${file} cannot be run` };
    if (exitCode !== undefined) return { exitCode };
    return { exitCode: KILLED + (signal === undefined ? 0 : constants.signals[signal]) };
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, forward);
    witness.dismiss();
  }
}
