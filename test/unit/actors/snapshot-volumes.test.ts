/** What a snapshot needs beside its image: the volumes of the original, held by what has its place. */
import { expect, it } from 'vitest';
import { mustHoldVolumes } from '../../../src/actors/support/original.js';
import type { JsonObject } from '../../../src/docker/raw.js';
import { observed } from '../spec/observed.js';

const NAME = 'f'.repeat(64);
const mount = (fields: JsonObject = {}): JsonObject => ({
  Type: 'volume',
  Name: NAME,
  Source: `/var/lib/docker/volumes/${NAME}/_data`,
  Destination: '/data',
  Driver: 'local',
  Mode: 'z',
  RW: true,
  Propagation: '',
  ...fields,
});
const bind = mount({ Type: 'bind', Name: '', Source: '/tmp', Destination: '/tmp' });
const holding = (...Mounts: JsonObject[]) => observed({ Mounts });

it('are found by name, also where an engine leaves the name out', () => {
  const nameless = mount({ Name: '' });
  expect(() => mustHoldVolumes(holding(nameless, bind), holding(mount(), bind))).not.toThrow();
  expect(() => mustHoldVolumes(holding(nameless), holding(bind))).toThrow(NAME);
  expect(() => mustHoldVolumes(holding(mount()), holding())).toThrow(NAME);
});
