/** Volumes: the same ones by name, and none that is written to by a create. */
import { describe, expect, test } from 'vitest';
import { differences } from '../../../src/docker/spec/compare.js';
import { desiredReplacement } from '../../../src/docker/spec/desired.js';
import { expectedReplacement } from '../../../src/docker/spec/expected.js';
import { addedNocopy, copyingPlaces } from '../../../src/docker/spec/nocopy.js';
import { anonymousVolumes } from '../../../src/docker/spec/volumes.js';
import type { Json, JsonObject } from '../../../src/docker/raw.js';
import { observed } from './observed.js';

const NAME = 'f'.repeat(64);
const SOURCE = `/var/lib/docker/volumes/${NAME}/_data`;
const mountPoint = (fields: JsonObject = {}): JsonObject => ({
  Type: 'volume',
  Name: NAME,
  Source: SOURCE,
  Destination: '/data',
  Driver: 'local',
  Mode: '',
  RW: true,
  Propagation: '',
  ...fields,
});
const REQUEST = {
  mode: 'gpus' as const,
  devices: { kind: 'all' as const },
  image: 'app:1',
  apiVersion: '1.51',
  daemonUlimits: [],
};
const hostConfigFor = (parts: Parameters<typeof observed>[0], more: object = {}): JsonObject =>
  desiredReplacement(observed(parts), { ...REQUEST, ...more }).body['HostConfig'] as JsonObject;
const attached = (fields: JsonObject = {}, options: JsonObject = {}): JsonObject => ({
  Type: 'volume',
  Source: NAME,
  Target: '/data',
  ...fields,
  VolumeOptions: { ...options, NoCopy: true },
});

describe('a volume that nobody named is mounted again, by name', () => {
  test.each<[string, JsonObject, JsonObject, Json[]]>([
    ['of -v /data, or of the image', {}, {}, [attached()]],
    ['read-only', {}, { RW: false }, [attached({ ReadOnly: true })]],
    ['of another driver', {}, { Driver: 'nfs' }, [attached({}, { DriverConfig: { Name: 'nfs' } })]],
    [
      'of a mount without a source, whose options stay',
      { Mounts: [{ Type: 'volume', Target: '/data/', VolumeOptions: { Labels: { a: 'b' } } }] },
      {},
      [attached({ Target: '/data/' }, { Labels: { a: 'b' } })],
    ],
    [
      'behind the mounts that there are',
      { Mounts: [{ Type: 'tmpfs', Target: '/t' }] },
      {},
      [{ Type: 'tmpfs', Target: '/t' }, attached()],
    ],
    ['whose name the engine leaves out', { Binds: ['/data'] }, { Name: '' }, [attached()]],
  ])('%s', (_, HostConfig, mount, mounts) => {
    const parts = { HostConfig, Mounts: [mountPoint(mount)] };
    expect(hostConfigFor(parts)['Mounts']).toEqual(mounts);
    const grafted = observed({
      HostConfig: hostConfigFor(parts),
      Mounts: [mountPoint({ ...mount, Name: NAME, Mode: 'z' })],
    });
    expect(differences(expectedReplacement(observed(parts), REQUEST), grafted)).toEqual([]);
  });

  test('in an order that does not hang on how the engine lists them', () => {
    const [one, two] = [mountPoint(), mountPoint({ Name: 'e'.repeat(64), Destination: '/a' })];
    const there = hostConfigFor({ Mounts: [one, two] });
    expect(hostConfigFor({ Mounts: [two, one] })).toEqual(there);
  });

  test('once: what is attached by name is named', () => {
    const first = hostConfigFor({ Mounts: [mountPoint()] });
    const second = hostConfigFor({ HostConfig: first, Mounts: [mountPoint({ Mode: 'z' })] });
    expect(second).toEqual(first);
  });

  test('a bind without a source is taken out, for it would make another one', () => {
    const HostConfig = { Binds: ['/data', '/tmp:/host', 'named:/n'] };
    const parts = { HostConfig, Mounts: [mountPoint()] };
    expect(hostConfigFor(parts)['Binds']).toEqual(['/tmp:/host', 'named:/n']);
  });

  test('another volume at its place is a difference', () => {
    const parts = { Mounts: [mountPoint()] };
    const Mounts = [mountPoint({ Name: 'e'.repeat(64), Mode: 'z' })];
    const found = observed({ HostConfig: hostConfigFor(parts), Mounts });
    const [first] = differences(expectedReplacement(observed(parts), REQUEST), found);
    expect(first?.path).toBe('Mounts[/data].Name');
  });
});

describe('no volume is attached that comes back by itself', () => {
  test.each<[string, JsonObject]>([
    ['named in Binds', { Binds: [`${NAME}:/data:ro`] }],
    ['named in Binds, with a slash', { Binds: [`${NAME}:/data/`] }],
    ['named in Mounts', { Mounts: [{ Type: 'volume', Source: NAME, Target: '/x/../data' }] }],
  ])('%s', (_, HostConfig) => {
    expect(anonymousVolumes(observed({ HostConfig, Mounts: [mountPoint()] }))).toEqual([]);
  });

  test('lent by another container, unless it lends another one by now', () => {
    const HostConfig = { VolumesFrom: ['lender:ro'] };
    const parts = { HostConfig, Config: { Volumes: { '/data': {} } }, Mounts: [mountPoint()] };
    expect(hostConfigFor(parts, { lent: [NAME] })['Mounts']).toBeUndefined();
    expect(hostConfigFor(parts, { lent: ['new'] })['Mounts']).toEqual([attached()]);
  });

  test('a folder of the host', () => {
    const mount = mountPoint({ Type: 'bind', Name: '', Source: '/tmp' });
    const parts = { HostConfig: { Binds: ['/tmp:/data'] }, Mounts: [mount] };
    expect(hostConfigFor(parts)['Mounts']).toBeUndefined();
  });
});

describe('an empty volume that a create would fill', () => {
  const HostConfig: JsonObject = {
    Binds: ['a:/a/', 'b:/b:ro', '/tmp:/host', 'kept:/k:nocopy'],
    Mounts: [
      { Type: 'volume', Source: 'c', Target: '/c', VolumeOptions: { Subpath: 's' } },
      { Type: 'volume', Source: 'd', Target: '/d', VolumeOptions: { NoCopy: true } },
      { Type: 'volume', Target: '/anonymous' },
      { Type: 'tmpfs', Target: '/t' },
    ],
  };
  const Mounts = ['a', 'b', 'c'].map((name) =>
    mountPoint({ Name: name, Destination: `/${name}`, Mode: name === 'b' ? 'ro' : 'z' }),
  );
  const parts = { HostConfig, Mounts };
  const empty = ['/a', '/b', '/c'];

  test('can be at the place of each named one that is not nocopy', () => {
    expect(copyingPlaces(observed(parts).HostConfig)).toEqual(empty);
  });

  test('is mounted nocopy, the others as they were', () => {
    const grafted = hostConfigFor(parts, { empty });
    expect(grafted['Binds']).toEqual([
      'a:/a/:nocopy',
      'b:/b:ro,nocopy',
      '/tmp:/host',
      'kept:/k:nocopy',
    ]);
    expect(grafted['Mounts']).toEqual([
      { Type: 'volume', Source: 'c', Target: '/c', VolumeOptions: { Subpath: 's', NoCopy: true } },
      ...(HostConfig['Mounts'] as Json[]).slice(1),
    ]);
  });

  test('is no difference, and nothing else becomes none', () => {
    const modes = ['nocopy', 'ro,nocopy', 'z'];
    const found = (more: JsonObject = {}) =>
      observed({
        HostConfig: { ...hostConfigFor(parts, { empty }), ...more },
        Mounts: Mounts.map((mount, index) => ({ ...mount, Mode: modes[index] ?? '' })),
      });
    const added = addedNocopy(observed(parts), found());
    expect(added).toEqual(empty);
    const expected = expectedReplacement(observed(parts), { ...REQUEST, empty: added });
    expect(differences(expected, found())).toEqual([]);
    const paths = (more: JsonObject) => differences(expected, found(more)).map(({ path }) => path);
    expect(paths({ Binds: ['x:/a/:nocopy'] })).toEqual(['HostConfig.Binds']);
  });

  test('leaves everything alone where there is none', () => {
    expect(hostConfigFor({ HostConfig: { Binds: ['a:/a'] } }, { empty: [] })['Binds']).toEqual([
      'a:/a',
    ]);
  });
});
