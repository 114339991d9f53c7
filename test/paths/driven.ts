/** Drives the paths of a set, and the crashes at its vertices, from one file (`test/bundled.ts` says why). */
import { expect } from 'vitest';
import { bundled } from '../bundled.js';
import type * as Driving from './drive/index.js';
import type { Share, Tally } from './drive/shard.js';

/** A loaded machine takes many times as long; that says nothing about a path. */
export const patienceMs = 3_600_000;
/** Enough to see what is wrong; the number of all is told as well. */
const mostShown = 20;

const driving = bundled<typeof Driving>('test/paths/drive/index.ts');

export async function drive(name: string, share?: Share): Promise<Tally> {
  const { tallyOf } = await driving;
  const tally = await tallyOf(name, share);
  expect(tally.driven).toBeGreaterThan(0);
  expectNone(tally.wrong);
  return tally;
}

/** @returns how many vertices the set has at which a process can die */
export async function crash(name: string): Promise<number> {
  const { crashesOf } = await driving;
  const { vertices, wrong } = await crashesOf(name);
  expectNone(wrong);
  return vertices;
}

const expectNone = (wrong: readonly string[]): void =>
  expect(wrong.slice(0, mostShown), `${wrong.length} things are wrong`).toEqual([]);
