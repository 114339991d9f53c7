/** The only file of the command line that writes: to stdout and stderr of this process. */
import type { Sink } from './io.js';

/**
 * A sink on a stream. `tool | head -1` closes the pipe, a closed terminal answers EIO: both would
 * end the process at the next write, in the middle of a cutover.
 */
export function sinkOn(stream: NodeJS.WriteStream): Sink {
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return {
    write(text) {
      if (!broken && !stream.destroyed) stream.write(text);
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
