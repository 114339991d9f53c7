/** Runs the user's `openshell` once: the one place where gpugraft starts it. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { TailBuffer } from '../../tail-buffer.js';
import { workingFolder } from '../../working-folder.js';
import { DRAIN_MS, MAX_STDERR_BYTES } from './options.js';
import type { OpenShellPortOptions } from './options.js';

export interface Invocation {
  readonly args: readonly string[];
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Of stdout. */
  readonly maxBytes: number;
  /** What becomes of more: it ends the call, or only the end is kept. */
  readonly beyond: 'fail' | 'forget';
}

/** How it ended. Text is as it came, bounded, undecodable bytes replaced. */
export type Ended = Exited | NoEnd;

export interface Exited {
  readonly kind: 'exited';
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type NoEnd =
  /** There never was a child. */
  | { readonly kind: 'not-started'; readonly why: string }
  /** The caller had given up before it was begun. */
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'killed'; readonly signal: string; readonly stderr: string }
  /** Ended by us, and with it every process that it had started. */
  | {
      readonly kind: 'deadline' | 'cancelled' | 'too-large';
      readonly stderr: string;
    };

/** Loads execa, which takes 65 ms, only once something is asked of a gateway. */
export async function runClient(options: OpenShellPortOptions, call: Invocation): Promise<Ended> {
  if (call.signal?.aborted === true) return { kind: 'not-begun' };
  const { execa } = await import('execa');
  const child = execa(options.bin ?? 'openshell', call.args, {
    // No stdin: `sandbox exec` would pass it on, and some commands ask.
    stdio: ['ignore', 'pipe', 'pipe', ...(options.inheritFds ?? [])] as ['ignore', 'pipe', 'pipe'],
    // A group of its own: the terminal's Ctrl-C must not cut a stop short, and a deadline must
    // reach what a wrapper script has started.
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    env: environmentOf(options.env ?? process.env),
    extendEnv: false,
    cwd: options.cwd ?? workingFolder(),
  });
  if (child.pid === undefined) {
    const { cause } = await child;
    return { kind: 'not-started', why: cause instanceof Error ? cause.message : 'no reason given' };
  }
  // What it rejects with has been seen through its events.
  child.catch(() => undefined);
  return follow(child, child.stdout, child.stderr, call);
}

/** The client logs to stdout, where answers are read from, and colours what is not for a terminal. */
function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, CLICOLOR_FORCE: _also, ...rest } = env;
  return { ...rest, NO_COLOR: '1', RUST_LOG: 'off' };
}

function follow(
  child: Pick<ChildProcess, 'pid' | 'once'>,
  stdout: Readable,
  stderr: Readable,
  call: Invocation,
): Promise<Ended> {
  return new Promise((resolve) => {
    const kept = new TailBuffer(call.maxBytes);
    const said = new TailBuffer(MAX_STDERR_BYTES);
    let size = 0;
    const end = (ended: Ended): void => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', cancel);
      stdout.destroy();
      stderr.destroy();
      resolve(ended);
    };
    const cut = (kind: 'deadline' | 'cancelled' | 'too-large'): void => {
      killGroup(child.pid);
      end({ kind, stderr: said.text() });
    };
    const cancel = (): void => cut('cancelled');
    const timer = setTimeout(() => cut('deadline'), call.deadlineMs);
    call.signal?.addEventListener('abort', cancel, { once: true });
    stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (call.beyond === 'fail' && size > call.maxBytes) cut('too-large');
      else kept.add(chunk);
    });
    stderr.on('data', (chunk: Buffer) => said.add(chunk));
    for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
    // Its own `exit`, not the closing of its streams, which a child of its own may hold open.
    child.once('exit', (exitCode, signal) => {
      void drained([stdout, stderr]).then(() =>
        end(
          exitCode === null
            ? { kind: 'killed', signal: signal ?? 'unknown', stderr: said.text() }
            : { kind: 'exited', exitCode, stdout: kept.text(), stderr: said.text() },
        ),
      );
    });
  });
}

/** Waits for the ends of the streams, but not for long. */
async function drained(streams: readonly Readable[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_MS);
  });
  const ends = streams.map(
    (stream) =>
      new Promise<void>((resolve) => {
        if (stream.closed || stream.readableEnded) resolve();
        else stream.once('close', () => resolve());
      }),
  );
  await Promise.race([Promise.all(ends), late]);
  clearTimeout(timer);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended just now.
  }
}
