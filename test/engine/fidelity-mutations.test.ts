/** Mistakes in the create body, made on purpose: the comparison finds each one, before anything is started. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { desiredReplacement } from '../../src/docker/spec/desired.js';
import { differences } from '../../src/docker/spec/compare.js';
import { expectedReplacement } from '../../src/docker/spec/expected.js';
import type { Expected } from '../../src/docker/spec/expected.js';
import type { Replacement } from '../../src/docker/spec/desired.js';
import type { JsonObject } from '../../src/docker/raw.js';
import { IDLE, IMAGE, prepare } from './fidelity/cases.js';
import { Engine } from './fidelity/engine.js';
import type { Kind } from './fidelity/engine.js';
import { MUTATIONS, RICH_ARGS } from './fidelity/mutations.js';

describe.each<Kind>(['oldest', 'newest'])('the %s engine', (kind) => {
  let engine: Engine;
  let desired: Replacement;
  let expected: Expected;

  beforeAll(() => {
    engine = Engine.up(kind);
    prepare(engine);
    engine.docker('run', '-d', '--name', 'subject', ...RICH_ARGS, IMAGE, ...IDLE);
    const observed = engine.inspect('subject');
    const request = {
      mode: 'gpus' as const,
      devices: { kind: 'all' as const },
      image: observed.Config.Image,
      apiVersion: engine.apiVersion,
      daemonUlimits: engine.defaultUlimits(),
    };
    desired = desiredReplacement(observed, request);
    expected = expectedReplacement(observed, request);
  });
  afterAll(() => engine.down());
  afterEach(() => engine.remove('mutant'));

  test('no mistake, no difference', () => {
    const { id } = engine.create('mutant', desired.body);
    expect(differences(expected, engine.inspect(id))).toEqual([]);
  });

  test.each(MUTATIONS.map((one) => [one.name, one] as const))('%s', (_, { change, path }) => {
    const body = structuredClone(desired.body);
    const networking = body['NetworkingConfig'] as { EndpointsConfig: { net1: JsonObject } };
    change(body, body['HostConfig'] as JsonObject, networking.EndpointsConfig.net1);
    const { id } = engine.create('mutant', body);
    const found = differences(expected, engine.inspect(id));
    expect(found.map((each) => each.path)).toContainEqual(
      expect.stringMatching(startingWith(path)),
    );
    expect(JSON.stringify(found)).not.toContain('canary');
  });
});

function startingWith(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[[\].]/g, '\\$&')}`);
}
