/**
 * Takes apart the form in which an engine sends stdout and stderr over one connection: frames
 * of 8 bytes head (stream 0 to 3, three zeros, big-endian length) and a body.
 */
const HEAD_BYTES = 8;

/** The stream in which an engine says itself what went wrong with the other two. */
export const ENGINE_STREAM = 3;

/** Feeds every frame's body, of whichever stream, to `onData` in the order of arrival. */
export class Demultiplexer {
  readonly #onData: (chunk: Buffer, stream: number) => void;
  #head: Buffer = Buffer.alloc(0);
  #stream = 1;
  #left = 0;
  #raw = false;

  constructor(onData: (chunk: Buffer, stream: number) => void) {
    this.#onData = onData;
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#raw) {
        this.#onData(rest, this.#stream);
        return;
      }
      rest = this.#left > 0 ? this.#body(rest) : this.#header(rest);
    }
  }

  /** Hands on what a stream that ended within a head has left. */
  end(): void {
    if (this.#head.length > 0) this.#onData(this.#head, this.#stream);
    this.#head = Buffer.alloc(0);
  }

  #body(chunk: Buffer): Buffer {
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    this.#onData(part, this.#stream);
    return chunk.subarray(part.length);
  }

  #header(chunk: Buffer): Buffer {
    const missing = HEAD_BYTES - this.#head.length;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, missing)]);
    const rest = chunk.subarray(missing);
    if (!mayBeHead(this.#head)) {
      // Some engines write the text of a failed start without frames.
      this.#raw = true;
      this.#stream = 1;
      this.end();
    } else if (this.#head.length === HEAD_BYTES) {
      this.#stream = this.#head[0] ?? 1;
      this.#left = this.#head.readUInt32BE(4);
      this.#head = Buffer.alloc(0);
    }
    return rest;
  }
}

function mayBeHead(bytes: Buffer): boolean {
  return bytes.every((byte, index) => (index === 0 ? byte <= 3 : index > 3 || byte === 0));
}
