/** The only file of the command line that writes: to stdout and stderr of this process. */
import { fstatSync } from 'node:fs';
import { writeFully } from '../runtime/files.js';
import type { Sink } from './io.js';

type Stream = NodeJS.WriteStream & { readonly fd: number };

/**
 * A sink on a stream. `tool | head -1` closes the pipe, a closed terminal answers EIO: both would
 * end the process at the next write, in the middle of a cutover.
 */
export function sinkOn(stream: Stream): Sink {
  const isFile = fstatSync(stream.fd).isFile();
  let failure: NodeJS.ErrnoException | null = null;
  const failed = (error: unknown): void => {
    failure ??= error as NodeJS.ErrnoException;
  };
  stream.on('error', failed);
  return {
    write(text) {
      if (failure !== null || stream.destroyed) return;
      if (!isFile) stream.write(text);
      else {
        // Node's own stream writes once, and takes a write that came up short for a whole one.
        try {
          writeFully(stream.fd, Buffer.from(text), null);
        } catch (error) {
          failed(error);
        }
      }
    },
    get lost() {
      // An error that was not told of yet stands in the stream already.
      const error = failure ?? (stream.errored as NodeJS.ErrnoException | null);
      return error === null || isGone(error, stream) ? null : error.message;
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      // A terminal that does not know says 0.
      return stream.columns || 80;
    },
  };
}

/** Whoever was to read it has gone: nobody misses it. */
const isGone = ({ code }: NodeJS.ErrnoException, { isTTY }: Stream): boolean =>
  code === 'EPIPE' || (code === 'EIO' && isTTY);

/** Resolves once everything written so far has left, or can never leave. */
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else {
      stream.once('error', () => resolve());
      stream.once('close', () => resolve());
      stream.write('', () => resolve());
    }
  });
}
