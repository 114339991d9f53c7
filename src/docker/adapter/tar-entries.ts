/** Counts the entries of a tar stream, as it comes in. */

const BLOCK = 512;
const SIZE_AT = 124;
const SIZE_LENGTH = 12;
const TYPE_AT = 156;
/** Headers that belong to the entry behind them: extended ones, and long names. */
const PREFACES = 'xgLK';

export class TarEntries {
  count = 0;
  #header: Buffer = Buffer.alloc(0);
  /** Bytes of content, padded to whole blocks, that come before the next header. */
  #content = 0;

  add(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0;) {
      const isContent = this.#content > 0;
      const piece = rest.subarray(0, isContent ? this.#content : BLOCK - this.#header.length);
      rest = rest.subarray(piece.length);
      if (isContent) this.#content -= piece.length;
      else this.#take(piece);
    }
  }

  #take(piece: Buffer): void {
    const header = Buffer.concat([this.#header, piece]);
    this.#header = header.length < BLOCK ? header : Buffer.alloc(0);
    // Blocks of zeros end the stream.
    if (header.length < BLOCK || header.every((byte) => byte === 0)) return;
    const size = header.toString('latin1', SIZE_AT, SIZE_AT + SIZE_LENGTH);
    this.#content = Math.ceil((Number.parseInt(size, 8) || 0) / BLOCK) * BLOCK;
    if (!PREFACES.includes(header.toString('latin1', TYPE_AT, TYPE_AT + 1))) this.count += 1;
  }
}
