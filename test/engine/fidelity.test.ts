/** Containers made by people's own client, copied by the specification, on real engines, oldest and newest. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compareRehearsal, rehearsalBody } from '../../src/docker/spec/rehearsal.js';
import { desiredReplacement } from '../../src/docker/spec/desired.js';
import { differences } from '../../src/docker/spec/compare.js';
import { expectedReplacement } from '../../src/docker/spec/expected.js';
import type { ReplacementRequest } from '../../src/docker/spec/desired.js';
import type { Ulimit } from '../../src/docker/spec/ulimits.js';
import { rawImage } from '../../src/docker/raw.js';
import { CASES, IDLE, IMAGE, prepare } from './fidelity/cases.js';
import type { Case } from './fidelity/cases.js';
import { Engine } from './fidelity/engine.js';
import type { Kind } from './fidelity/engine.js';
import { comparable } from './fidelity/same.js';

const NAME = 'subject';
const RUN_LABELS = { 'io.gpugraft.role': 'claim', 'io.gpugraft.run': 'r1' };

function starts(engine: Engine, one: Case): boolean {
  return one.unstartable?.includes(engine.kind) !== true;
}

function make(engine: Engine, one: Case): void {
  const image = one.image ?? IMAGE;
  if (engine.kind === 'oldest' && one.bodyForOldest !== undefined) {
    engine.create(NAME, one.bodyForOldest);
  } else {
    engine.docker('create', '--name', NAME, ...one.args, image, ...(one.command ?? IDLE));
  }
  for (const network of one.connect ?? []) engine.docker('network', 'connect', ...network, NAME);
  if (starts(engine, one)) engine.docker('start', NAME);
}

describe.each<Kind>(['oldest', 'newest'])('the %s engine', (kind) => {
  let engine: Engine;
  let daemonUlimits: Ulimit[] = [];

  beforeAll(() => {
    engine = Engine.up(kind);
    prepare(engine);
    daemonUlimits = engine.defaultUlimits();
  });
  afterAll(() => engine.down());
  afterEach(() => engine.remove(NAME, 'aside', 'replacement', 'rehearsal'));

  const image = (ref: string) => rawImage.parse(engine.api('GET', `/images/${ref}/json`));
  const lentTo = (name: string): string[] =>
    (engine.inspect(name).HostConfig.VolumesFrom ?? [])
      .flatMap((from) => engine.inspect(from.split(':')[0] ?? '').Mounts)
      .map((mount) => mount.Name ?? '');
  const requestFor = (name: string): ReplacementRequest => ({
    mode: 'gpus',
    devices: { kind: 'all' },
    image: engine.inspect(name).Config.Image,
    apiVersion: engine.apiVersion,
    daemonUlimits,
    lent: lentTo(name),
  });
  const mine = CASES.filter((one) => one.engines?.includes(kind) ?? true);

  test.each(mine.map((one) => [one.name, one] as const))('%s', (_, one) => {
    make(engine, one);
    const original = engine.document(NAME);
    const observed = engine.inspect(NAME);
    const before = comparable(original, one);
    const request = requestFor(NAME);
    const desired = desiredReplacement(observed, request);
    const expected = expectedReplacement(observed, request);
    const volumes = engine.volumes();

    const imageLabels = image(observed.Image).Config?.Labels ?? {};
    const options = { labels: RUN_LABELS, imageLabels };
    const rehearsal = engine.create('rehearsal', rehearsalBody(desired.body, options));
    for (const { network, endpoint } of desired.connect) {
      const body = { Container: rehearsal.id, EndpointConfig: endpoint };
      engine.api('POST', `/networks/${network}/connect`, body);
    }
    expect(compareRehearsal(expected, engine.inspect('rehearsal'), options)).toEqual([]);
    engine.remove('rehearsal');
    expect(engine.volumes()).toEqual(volumes);

    const created = engine.create('replacement', desired.body);
    expect(created.warnings).toEqual([]);
    for (const { network, endpoint } of desired.connect) {
      engine.api('POST', `/networks/${network}/connect`, {
        Container: created.id,
        EndpointConfig: endpoint,
      });
    }
    expect(differences(expected, engine.inspect(created.id))).toEqual([]);

    engine.docker('stop', '-t', '0', NAME);
    engine.docker('rename', NAME, 'aside');
    engine.docker('rename', 'replacement', NAME);
    if (starts(engine, one)) engine.docker('start', NAME);
    expect(differences(expected, engine.inspect(NAME))).toEqual([]);
    const after = engine.document(NAME);
    expect(comparable(after, one)).toEqual(before);
    expect((after['HostConfig'] as { DeviceRequests: unknown }).DeviceRequests).toEqual([
      { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} },
    ]);
    expect(engine.volumes()).toEqual(volumes);
  });

  test('a rehearsal fills no volume, makes none, and no manager finds it', () => {
    const labels = ['-l', 'com.docker.compose.project=p', '-l', 'of.user=1'];
    const volumes = [
      '-v',
      'emptied:/etc',
      '-v',
      '/anonymous',
      '--mount',
      'type=volume,src=drained,dst=/usr',
    ];
    const clear = 'rm -rf /etc/* /usr/*; exec sleep 600';
    engine.docker(
      'run',
      '-d',
      '--name',
      NAME,
      ...labels,
      ...volumes,
      '--restart',
      'always',
      IMAGE,
      'sh',
      '-c',
      clear,
    );
    const observed = engine.inspect(NAME);
    const request = requestFor(NAME);
    const options = { labels: RUN_LABELS, imageLabels: {} };
    const { body } = desiredReplacement(observed, request);
    const before = engine.volumes();
    const { id } = engine.create('rehearsal', rehearsalBody(body, options));
    const rehearsal = engine.inspect(id);
    expect(compareRehearsal(expectedReplacement(observed, request), rehearsal, options)).toEqual(
      [],
    );
    expect(engine.volumes()).toEqual(before);
    expect(engine.docker('exec', NAME, 'ls', '-A', '/etc', '/usr')).not.toMatch(/passwd|bin/);
    expect(rehearsal.Config.Labels).toEqual({ 'of.user': '1', ...RUN_LABELS });
    expect(rehearsal.HostConfig.RestartPolicy.Name).toBe('no');
  });
});
