// A screenshot in 256 colours: a page has few, and edges of letters lie between them. A third of the size.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function* chunksOf(png) {
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const length = png.readUInt32BE(at);
    yield [png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)];
  }
}

/** Undoes what each row was made smaller with (PNG specification, 9.2). */
function pixelsOf(raw, width, height, size) {
  const row = width * size;
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x += 1) {
      const left = x >= size ? out[y * row + x - size] : 0;
      const above = y > 0 ? out[(y - 1) * row + x] : 0;
      const corner = x >= size && y > 0 ? out[(y - 1) * row + x - size] : 0;
      const guess = left + above - corner;
      const [a, b, c] = [left, above, corner].map((value) => Math.abs(guess - value));
      const paeth = a <= b && a <= c ? left : b <= c ? above : corner;
      const predicted = [0, left, above, (left + above) >> 1, paeth][filter];
      out[y * row + x] = raw[y * (row + 1) + 1 + x] + predicted;
    }
  }
  return out;
}

/** The colours that are there most, those that differ little taken together. */
function paletteOf(pixels, size) {
  const buckets = new Map();
  for (let at = 0; at < pixels.length; at += size) {
    const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    const key = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    const bucket = buckets.get(key) ?? [0, 0, 0, 0];
    buckets.set(key, [bucket[0] + 1, bucket[1] + r, bucket[2] + g, bucket[3] + b]);
  }
  return [...buckets.values()]
    .sort((a, b) => b[0] - a[0])
    .slice(0, 256)
    .map(([count, ...sums]) => sums.map((sum) => Math.round(sum / count)));
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** @param png with 8 bits a colour, not interlaced, as a browser makes it */
export function smallPng(png) {
  const chunks = [...chunksOf(png)];
  const header = Buffer.from(chunks[0][1]);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = header[9] === 6 ? 4 : 3;
  const data = chunks.filter(([type]) => type === 'IDAT').map(([, bytes]) => bytes);
  const pixels = pixelsOf(inflateSync(Buffer.concat(data)), width, height, size);
  const palette = paletteOf(pixels, size);
  const nearest = new Map();
  const indexOf = (r, g, b) => {
    const key = (r << 16) | (g << 8) | b;
    let found = nearest.get(key);
    if (found === undefined) {
      const far = palette.map(([x, y, z]) => (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2);
      found = far.indexOf(Math.min(...far));
      nearest.set(key, found);
    }
    return found;
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * size;
      rows[y * (width + 1) + 1 + x] = indexOf(pixels[at], pixels[at + 1], pixels[at + 2]);
    }
  }
  header[9] = 3;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
