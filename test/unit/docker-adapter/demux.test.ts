import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Demultiplexer } from '../../../src/docker/adapter/demux.js';
import { TailBuffer } from '../../../src/tail-buffer.js';

const frame = (stream: number, text: Uint8Array): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, text]);
};

function feed(bytes: Buffer, cuts: readonly number[]): Buffer {
  const out: Buffer[] = [];
  const frames = new Demultiplexer((chunk) => out.push(Buffer.from(chunk)));
  let at = 0;
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    frames.add(bytes.subarray(at, cut));
    at = Math.max(at, cut);
  }
  frames.add(bytes.subarray(at));
  frames.end();
  return Buffer.concat(out);
}

describe('Demultiplexer', () => {
  test('gives the bodies in order, wherever the pieces were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 40 })), {
          maxLength: 8,
        }),
        fc.array(fc.nat({ max: 300 })),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(([stream, body]) => frame(stream, body)));
          const bodies = Buffer.concat(frames.map(([, body]) => body));
          const inside = cuts.map((cut) => Math.min(cut, bytes.length));
          expect(feed(bytes, inside).equals(bodies)).toBe(true);
        },
      ),
    );
  });

  test('text without frames is handed on as it is', () => {
    const text = Buffer.from('OCI runtime exec failed: x');
    expect(feed(text, [1, 3]).toString()).toBe(text.toString());
    expect(feed(Buffer.concat([frame(1, Buffer.from('a')), text]), [2]).toString()).toBe(
      `a${text.toString()}`,
    );
  });
});

describe('TailBuffer', () => {
  test('keeps the last bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', maxLength: 20 })),
        fc.integer({ min: 1, max: 30 }),
        (parts, limit) => {
          const tail = new TailBuffer(limit);
          for (const part of parts) tail.add(Buffer.from(part, 'latin1'));
          expect(tail.text()).toBe(parts.join('').slice(-limit));
        },
      ),
    );
  });
});
