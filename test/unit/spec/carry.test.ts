/** What carrying a layer costs, when it cannot be done, and what a commit writes into its image. */
import { describe, expect, it } from 'vitest';
import { inBytes } from '../../../machines/index.js';
import { carryRefusal, commitMs, freeBytes } from '../../../src/docker/spec/burden.js';
import { commitRequest } from '../../../src/docker/spec/commit.js';
import type { RawImage } from '../../../src/docker/raw.js';
import { observed } from './observed.js';

const imageOf = (layers: number, config: RawImage['Config'] = {}): RawImage => ({
  Id: 'sha256:1',
  RootFS: { Layers: Array.from({ length: layers }, String) },
  Config: config,
});
const GIB = 1024 ** 3;

describe('a layer that cannot be carried', () => {
  it('is one layer too many', () => {
    expect(carryRefusal(imageOf(124), { paths: [], bytes: 0, free: null })).toBeNull();
    expect(carryRefusal(imageOf(125), { paths: [], bytes: 0, free: null })?.code).toBe(
      'too-many-layers',
    );
  });

  it('has a file that a commit takes for a deletion', () => {
    const weights = { bytes: 0, free: null };
    expect(carryRefusal(imageOf(1), { ...weights, paths: ['/a.wh.', '/b/x.wh.y'] })).toBeNull();
    for (const path of ['/.wh.a', '/b/.wh..wh..opq', '/b/.wh.c/d']) {
      const refusal = carryRefusal(imageOf(1), { ...weights, paths: ['/x', path] });
      expect(refusal?.code).toBe('layer-whiteout');
      expect(refusal?.message).toContain(path);
    }
  });

  it('has no room', () => {
    expect(carryRefusal(imageOf(1), { paths: [], bytes: GIB, free: null })).toBeNull();
    expect(carryRefusal(imageOf(1), { paths: [], bytes: GIB, free: 2 * GIB })).toBeNull();
    const refusal = carryRefusal(imageOf(1), { paths: [], bytes: GIB, free: GIB });
    expect(refusal?.code).toBe('no-space');
    expect(refusal?.message).toContain("needs 1140 MiB, and the engine's disk has 1024 MiB free");
  });
});

it('reads what df says, whoever wrote it, and nothing else', () => {
  const head = 'Filesystem     1024-blocks     Used Available Capacity Mounted on';
  expect(freeBytes(`${head}\noverlay 101590008 4 95 5% /\n`)).toBe(95 * 1024);
  expect(freeBytes('df: /: cannot be read')).toBeNull();
  expect(freeBytes(`${head}\nbroken`)).toBeNull();
  expect(freeBytes('')).toBeNull();
});

it('costs more the more there is', () => {
  expect(commitMs(1, 0)).toBeLessThan(commitMs(10_000, 0));
  expect(commitMs(1, 0)).toBeLessThan(commitMs(1, GIB));
});

it('shows sizes as docker does', () => {
  expect([0, 999, 1000, 3_400_000, 999_999, 2.5e12].map(inBytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '3.4 MB',
    '1000 kB',
    '2.5 TB',
  ]);
});

it('blanks what the container was given itself, and leaves what its image gave it', () => {
  const image = imageOf(1, { Env: ['PATH=/bin', 'A=1'], Labels: { from: 'image', both: 'x' } });
  const raw = observed({
    Config: {
      Env: ['PATH=/bin', 'A=2', 'TOKEN=secret', 'BARE'],
      Labels: { from: 'image', both: 'y', 'com.docker.compose.service': 'web' },
    },
  });
  expect(commitRequest(raw, image, 'mark')).toEqual({
    comment: 'mark',
    env: ['A=', 'TOKEN=', 'BARE='],
    labels: { both: '', 'com.docker.compose.service': '' },
  });
});
