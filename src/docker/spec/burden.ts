/** What carrying a writable layer costs, and whether it can be done at all. Pure. */
import type { RawContainer, RawImage } from '../raw.js';
import { MOST_LAYERS, layersOf } from './commit.js';
import type { WantedMode } from './devices.js';
import { envName } from './env.js';
import { DRIVER_CAPABILITIES, VISIBLE_DEVICES, hasNvidiaRuntimeGpu } from './gpu-present.js';
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

export interface Weights {
  /** What was written. */
  readonly paths: readonly string[];
  /** Size of the layer. */
  readonly bytes: number;
  /** Bytes free where the engine keeps its layers; null: not known. */
  readonly free: number | null;
}

/** A file of such a name is taken for the sign of a deletion when the image is unpacked: what it names is deleted. */
const WHITEOUT = /(^|\/)\.wh\./;

/**
 * Why the layer cannot be committed; null: it can.
 */
export function carryRefusal(
  image: RawImage | null,
  { paths, bytes, free }: Weights,
): Reason | null {
  const whiteout = paths.find((path) => WHITEOUT.test(path));
  if (whiteout !== undefined) {
    return {
      code: 'layer-whiteout',
      message: `a commit of the writable layer would take ${whiteout} for the mark of a deletion, and lose it and what it names`,
      hint: 'rename it, or what makes it; --layer discard gives the files up',
    };
  }
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

/**
 * The variables of the runtime `nvidia` that the replacement has no use for and keeps, blank: the
 * image of a commit has the names of all that its container had, and no create is without them.
 */
export function blankVariables(
  observed: RawContainer,
  image: RawImage | null,
  mode: WantedMode | 'auto',
): string[] {
  if (mode === 'nvidia-runtime' || !hasNvidiaRuntimeGpu(observed)) return [];
  const inherited = new Set((image?.Config?.Env ?? []).map(envName));
  const own = (observed.Config.Env ?? []).map(envName).filter((name) => !inherited.has(name));
  return [VISIBLE_DEVICES, DRIVER_CAPABILITIES].filter((name) => own.includes(name));
}

/** What `df -Pk /` says is free, in bytes: in a container that is the disk of the engine's layers. Null: it says nothing of the kind. */
export function freeBytes(df: string): number | null {
  const [, line = ''] = df.trim().split('\n');
  const available = /^\S+\s+\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(line)?.[1];
  return available === undefined ? null : Number(available) * 1024;
}
