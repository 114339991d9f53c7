/** `Io` on the real process. */
import { isatty } from 'node:tty';
import { flushed, sinkOn } from './write.js';
import type { Io, Sink } from './io.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function processIo(version: string): Io {
  const stderr = sinkOn(process.stderr);
  return {
    stdout: sinkOn(process.stdout),
    stderr,
    // Asked of the descriptor: a stream on it would take the input of a command that `create` runs, or
    // leave a pipe without blocking, which such a command does not expect.
    stdinIsTTY: isatty(0),
    env: process.env,
    now: () => Date.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
    confirm: (question) => confirm(question, stderr),
    onSignal(callback) {
      const heard = (signal: NodeJS.Signals): void => callback(signal);
      for (const signal of SIGNALS) process.on(signal, heard);
      return () => {
        for (const signal of SIGNALS) process.removeListener(signal, heard);
      };
    },
    async run(argv, aside) {
      const { runUserCommand } = await import('./user-command.js');
      return runUserCommand(argv, aside);
    },
    pid: process.pid,
    version,
  };
}

async function confirm(question: string, stderr: Sink): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string | null>((resolve) => {
      lines.once('SIGINT', () => resolve(null));
      lines.once('close', () => resolve(null));
      lines.question(question, resolve);
    });
    // The cursor still stands behind the question.
    if (answer === null) stderr.write('\n');
    return answer !== null && /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** Waits until both streams are empty: ending the process at once cuts what a pipe has not taken. */
export async function flushProcess(): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
}
