/** Reading an rc file that anybody may have prepared: never hanging, never more than it should. */
import * as fs from 'node:fs';
import { nameFile, pathOf } from './descend.js';
import type { Place } from './descend.js';

/** More than any rc file has, and little enough to hold a few times in memory. */
export const MOST_BYTES = 4 * 2 ** 20;

export interface RcFile {
  readonly bytes: Buffer;
  /** As it was before it was read. */
  readonly stat: fs.BigIntStats;
}

/** @throws Error that says what it is instead of a regular file of a sensible size */
export function readRcFile(place: Place): RcFile {
  // By name first: to open a device, a FIFO or a socket may hang, or set something off.
  const named = nameFile(place.folder, place.name);
  try {
    const stat = fs.fstatSync(named, { bigint: true });
    if (stat.isSymbolicLink()) throw new Error('it is a symbolic link');
    if (!stat.isFile()) throw new Error('not a regular file');
    if (stat.size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    // The same inode, whatever its name stands for by now.
    const fd = fs.openSync(pathOf(named), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    try {
      return { bytes: readAtMost(fd, MOST_BYTES), stat };
    } finally {
      fs.closeSync(fd);
    }
  } finally {
    fs.closeSync(named);
  }
}

/** A file may grow while it is read. @throws Error when it has more than that */
function readAtMost(fd: number, most: number): Buffer {
  const pieces: Buffer[] = [];
  for (let total = 0; ;) {
    const piece = Buffer.alloc(Math.min(most + 1 - total, 2 ** 16));
    const count = fs.readSync(fd, piece);
    if (count === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, count));
    total += count;
    if (total > most) throw new Error(`it has more than ${most} bytes`);
  }
}
