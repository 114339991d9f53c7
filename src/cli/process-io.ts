/** `Io` on the real process. */
import { flushed, sinkOn } from './write.js';
import type { Io } from './io.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function processIo(version: string): Io {
  return {
    stdout: sinkOn(process.stdout),
    stderr: sinkOn(process.stderr),
    stdinIsTTY: process.stdin.isTTY,
    env: process.env,
    now: () => Date.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
    confirm,
    onSignal(callback) {
      const heard = (signal: NodeJS.Signals): void => callback(signal);
      for (const signal of SIGNALS) process.on(signal, heard);
      return () => {
        for (const signal of SIGNALS) process.removeListener(signal, heard);
      };
    },
    pid: process.pid,
    version,
  };
}

async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.on('SIGINT', () => resolve(''));
      lines.on('close', () => resolve(''));
      lines.question(question, resolve);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** Waits until both streams are empty: ending the process at once cuts what a pipe has not taken. */
export async function flushProcess(): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
}
