/** Keeps the last bytes of a stream. */
export class TailBuffer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;

  /** @param limit bytes kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // Cut only now and then: cutting at every chunk would copy the whole each time.
    if (this.#size > 2 * this.#limit) this.#cut();
  }

  /** What was kept, as UTF-8; undecodable bytes are replaced. */
  text(): string {
    this.#cut();
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #cut(): void {
    if (this.#size <= this.#limit) return;
    // A copy, so that the pieces cut off are not kept alive by it.
    const kept = Buffer.from(Buffer.concat(this.#chunks).subarray(this.#size - this.#limit));
    this.#chunks = [kept];
    this.#size = kept.length;
  }
}
