/** A connection to the engine: a child's stdin and stdout, in the form that node:http wants of a socket. */
import type { ChildProcess } from 'node:child_process';
import { Duplex, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_STDERR_BYTES } from './options.js';
import type { Dialled } from './spawn.js';

/** How long the last words of a child are waited for once one of its streams or itself has ended, in ms. */
const LAST_WORDS_MS = 500;

type Done = (error?: Error | null) => void;

/**
 * Remembers what decides whether a request can have reached the engine: the bytes taken by the
 * child, the bytes that came back, and why the child ended.
 */
export class EngineConnection extends Duplex {
  /** Bytes that the child's pipe has taken, or may have. */
  bytesTaken = 0;
  /** Bytes that came back, over the connection's whole life. */
  bytesAnswered = 0;
  /** Requests given to it. */
  requests = 0;
  /** True while a request is under way; it was made for one. */
  busy = true;
  /** Why no child could be started. */
  spawnError: Error | null = null;
  /** True once the child has ended by itself. */
  childEnded = false;
  readonly #dialled: Dialled;
  #stderr: Buffer = Buffer.alloc(0);

  constructor(dialled: Dialled) {
    super({ allowHalfOpen: false });
    this.#dialled = dialled;
    const { stdin, stdout, stderr } = dialled.child;
    // A broken pipe shows as the write's own error or as the child's end; alone it says nothing.
    stdin?.on('error', () => undefined);
    stdout?.on('error', () => undefined);
    stderr?.on('error', () => undefined);
    stdout?.on('data', (chunk: Buffer) => {
      this.bytesAnswered += chunk.length;
      if (!this.push(chunk)) stdout.pause();
    });
    stderr?.on('data', (chunk: Buffer) => {
      const room = MAX_STDERR_BYTES - this.#stderr.length;
      if (room > 0) this.#stderr = Buffer.concat([this.#stderr, chunk.subarray(0, room)]);
    });
    void this.#followEnd();
  }

  /** What the docker client has said so far, at most 8 KiB. */
  get clientText(): string {
    return this.#stderr.toString('utf8').trim();
  }

  override _read(): void {
    this.#dialled.child.stdout?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#forward(chunk, done);
  }

  /** Head and body of a request go out as one piece: what was not taken whole was not sent. */
  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#forward(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#dialled.child.stdin?.end();
    done();
  }

  /** Kills the child and waits until it is gone, so that nothing of it outlives `close()`. */
  override _destroy(error: Error | null, done: Done): void {
    const { child, ended } = this.#dialled;
    killGroup(child);
    void ended.then(() => {
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.stderr?.destroy();
      done(error);
    });
  }

  /** Waits, for a moment, until it is known why the child ended. */
  async lastWords(): Promise<void> {
    await Promise.race([this.#finished, pause()]);
  }

  // node:http calls these on every socket; on pipes they mean nothing.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  #markFinished: () => void = () => undefined;
  readonly #finished = new Promise<void>((resolve) => {
    this.#markFinished = resolve;
  });

  #forward(bytes: Buffer, done: Done): void {
    const { stdin } = this.#dialled.child;
    if (stdin === null || !stdin.writable) {
      done(new Error('the docker client takes no more input'));
      return;
    }
    // Counted before it is certain: only a pipe that says it is broken has taken nothing.
    this.bytesTaken += bytes.length;
    stdin.write(bytes, (error) => {
      if (error && 'code' in error && error.code === 'EPIPE') this.bytesTaken -= bytes.length;
      done(error ?? null);
    });
  }

  async #followEnd(): Promise<void> {
    const { child, ended } = this.#dialled;
    const output = streamEnd(child.stdout);
    const words = streamEnd(child.stderr);
    await Promise.race([ended, output]);
    this.spawnError = (await Promise.race([ended, pause()])) ?? null;
    if (this.spawnError === null) await this.#drain(output);
    await Promise.race([words, pause()]);
    this.childEnded = true;
    this.#markFinished();
    if (this.destroyed) return;
    // An idle connection that has lost its child must leave the pool; in use, its reader is told.
    if (this.busy) this.push(null);
    else this.destroy();
  }

  /** Waits until what the child left in its pipe was handed on, however slow the reader is. */
  async #drain(output: Promise<void>): Promise<void> {
    for (;;) {
      const before = this.bytesAnswered;
      const done = await Promise.race([output.then(() => true), pause().then(() => false)]);
      const stalled =
        before === this.bytesAnswered && this.#dialled.child.stdout?.isPaused() === false;
      if (done || stalled || this.destroyed) return;
    }
  }
}

/** A moment that does not keep the process alive. */
const pause = (): Promise<void> => sleep(LAST_WORDS_MS, undefined, { ref: false });

function streamEnd(stream: Readable | null): Promise<void> {
  return new Promise((resolve) => {
    stream?.once('end', () => resolve());
    stream?.once('close', () => resolve());
    if (stream === null || stream.closed) resolve();
  });
}

/** Kills the child with all that it started (it leads a group of its own), unless it has ended. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
