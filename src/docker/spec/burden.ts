/** What carrying a writable layer costs, and whether it can be done at all. Pure. */
import type { RawImage } from '../raw.js';
import { MOST_LAYERS, layersOf } from './commit.js';
import type { Reason } from './warning.js';

/** Milliseconds that a path costs a commit, and bytes that it copies in one (docs/engines.md). */
const MS_A_PATH = 0.6;
const BYTES_A_MS = 150_000;

/** Milliseconds that a commit of such a layer should take, roughly. */
export const commitMs = (paths: number, bytes: number): number =>
  Math.round(200 + paths * MS_A_PATH + bytes / BYTES_A_MS);

/** Room for what a file system needs beside the files themselves. */
const MARGIN = 1.05;
const SPARE_BYTES = 64 * 1024 * 1024;

/**
 * Why the layer cannot be committed; null: it can.
 * @param free bytes free where the engine keeps its layers; null: not known
 */
export function carryRefusal(
  image: RawImage | null,
  bytes: number,
  free: number | null,
): Reason | null {
  const layers = layersOf(image);
  if (layers >= MOST_LAYERS) {
    return {
      code: 'too-many-layers',
      message: `the image has ${layers} layers, and a commit of the writable layer would be one more than an engine takes (${MOST_LAYERS})`,
      hint: 'docker export and docker import make one layer of many; --layer discard gives the files up',
    };
  }
  const needed = bytes * MARGIN + SPARE_BYTES;
  if (free === null || free >= needed) return null;
  return {
    code: 'no-space',
    message: `a commit of the writable layer needs ${mib(needed)} MiB, and the engine's disk has ${mib(free)} MiB free`,
    hint: 'docker system df shows what takes the space; --layer discard gives the files up',
  };
}

const mib = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);

/** What `df -Pk /` says is free, in bytes: in a container that is the disk of the engine's layers. Null: it says nothing of the kind. */
export function freeBytes(df: string): number | null {
  const [, line = ''] = df.trim().split('\n');
  const available = /^\S+\s+\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(line)?.[1];
  return available === undefined ? null : Number(available) * 1024;
}
