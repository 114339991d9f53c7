/** Creating once, and removing what is ours and nothing else. */
import { describe, expect, it } from 'vitest';
import { createOnce } from '../../../src/actors/support/creation.js';
import { probeLabels } from '../../../src/actors/support/labels.js';
import { removeById, removeOurs } from '../../../src/actors/support/removal.js';
import type { Verdict } from '../../memory/index.js';
import { at, codeOf, runId, stage } from './stage.js';

const name = `box.gpugraft-${runId}`;
const creation = {
  name,
  body: { Image: 'busybox', Cmd: ['sleep'] },
  what: 'create it',
  code: 'create-refused',
};
const holder = { runId, host: 'host', pid: 1, stateDir: '/state' };

const set = (
  hooks: Parameters<typeof stage>[0] = {},
  options: Parameters<typeof stage>[1] = {},
) => {
  const staged = stage(hooks, options);
  staged.engine.run({ name: 'box' });
  const imageId = staged.engine.find('box')!.imageId;
  return { ...staged, imageId };
};

const faults: Record<string, Verdict> = {
  'nothing happens': { kind: 'pass' },
  'the request is lost': { kind: 'lost-request' },
  'the reply is lost': { kind: 'lost-reply' },
  'it lands late': { kind: 'late', calls: 1 },
  'it lands late, its name taken at once': { kind: 'late', calls: 30, reserves: true },
  'it is done and answered with an error': { kind: 'done-but-error' },
  'the engine cannot be reached': { kind: 'unreachable', calls: 5 },
};

describe('creating once', () => {
  it.each(Object.entries(faults))('makes one although %s', async (_, verdict) => {
    const { engine, scope } = set(at('createContainer', verdict));
    const before = engine.core.containers.size;
    const { id } = await createOnce(scope, creation);
    engine.landLate();
    expect(engine.find(name)?.id).toBe(id);
    expect(engine.core.containers.size).toBe(before + 1);
    expect((await createOnce(scope, creation)).id).toBe(id);
  });

  it('says why the engine does not', async () => {
    const refuse: Verdict = { kind: 'refuse', status: 400, message: 'invalid option' };
    const { scope } = set(at('createContainer', refuse));
    const creating = createOnce(scope, creation);
    await expect(creating).rejects.toThrow('could not create it: invalid option');
    expect(await codeOf(creating)).toBe('create-refused');
  });
});

describe('removing by ID', () => {
  const removals: Record<string, Verdict> = {
    ...faults,
    'the engine cannot be reached for a while': { kind: 'unreachable', calls: 12 },
  };
  delete removals['it lands late, its name taken at once'];
  it.each(Object.entries(removals))('is done although %s', async (_, verdict) => {
    const { engine, scope } = set(at('removeContainer', verdict), { removeMs: 500 });
    const id = engine.find('box')!.id;
    await removeById(scope, { id, what: 'it', force: true });
    expect(engine.find(id)).toBeNull();
  });

  it('waits for a removal that somebody else has begun', async () => {
    const { engine, scope } = set({}, { removeMs: 5000 });
    const id = engine.find('box')!.id;
    engine.outsider.remove(id);
    await removeById(scope, { id, what: 'it', force: false });
    expect(engine.find(id)).toBeNull();
    expect(engine.calls.some(({ changing }) => changing)).toBe(false);
  });

  it('keeps volumes', async () => {
    const { engine, scope } = set();
    const id = engine.run({ name: 'other', volumes: ['/data', 'named:/n'] });
    const volumes = [...engine.core.volumes.keys()];
    await removeById(scope, { id, what: 'it', force: true });
    expect([...engine.core.volumes.keys()]).toEqual(volumes);
  });

  it('does not, against an objection', async () => {
    const { engine, scope } = set();
    const id = engine.find('box')!.id;
    const removing = removeById(scope, {
      id,
      what: 'it',
      force: true,
      objection: () => 'not that',
    });
    await expect(removing).rejects.toThrow('not that');
    expect(engine.find(id)).not.toBeNull();
  });
});

describe('removing what is ours', () => {
  it.each(Object.entries(faults))('settles a create of which %s', async (_, verdict) => {
    const { engine, scope, imageId } = set(at('createContainer', verdict));
    const before = [...engine.core.containers.keys()];
    // Asked for by a process that died before it heard of it.
    await scope.docker.createContainer(name, creation.body).catch(() => undefined);
    await removeOurs(scope, { kind: 'replacement', name, id: null, imageId });
    engine.landLate();
    expect([...engine.core.containers.keys()]).toEqual(before);
    expect(engine.core.names.has(name)).toBe(false);
  });

  it('wins the name of one that was never made with an empty container, and takes that away', async () => {
    const { engine, scope, imageId } = set();
    await removeOurs(scope, { kind: 'replacement', name, id: null, imageId });
    const made = engine.calls.find(({ method }) => method === 'createContainer');
    expect(made?.args).toMatchObject([name, { HostConfig: { NetworkMode: 'none' } }]);
    expect(engine.find(name)).toBeNull();
  });

  it('wins it with one that makes no volume and that no manager takes for its own', async () => {
    const { engine, scope } = set();
    const labels = { 'com.docker.compose.service': 'web', other: 'x' };
    const imageId = engine.image('data:1', { Volumes: { '/data': {} }, Labels: labels });
    const volumes = [...engine.core.volumes.keys()];
    await removeOurs(scope, { kind: 'replacement', name, id: null, imageId });
    expect([...engine.core.volumes.keys()]).toEqual(volumes);
    const made = engine.calls.find(({ method }) => method === 'createContainer');
    expect(made?.args[1]).toMatchObject({ Labels: { 'com.docker.compose.service': '' } });
    expect(engine.find(name)).toBeNull();
  });

  it.each([
    [
      'a claim that another run has',
      'claim' as const,
      'gpugraft-claim-x',
      '20260105-090000-ffffff',
    ],
    ['a probe without a label of ours', 'probe' as const, 'gpugraft-probe-x', null],
  ])('lets be %s', async (_, kind, taken, otherRun) => {
    const { engine, scope, imageId } = set();
    const labels = otherRun === null ? {} : probeLabels({ ...holder, runId: otherRun });
    const id = engine.run({ name: taken, labels, state: 'created' });
    await removeOurs(scope, { kind, name: taken, id: null, imageId });
    expect(engine.find(id)).not.toBeNull();
    expect(await codeOf(removeOurs(scope, { kind, name: taken, id, imageId }))).toBe(
      'remove-failed',
    );
    expect(engine.find(id)?.status).toBe('created');
  });

  it('lets be a container that has another name than our replacement was given', async () => {
    const { engine, scope, imageId } = set();
    const id = engine.find('box')!.id;
    const litter = { kind: 'replacement' as const, name, id, imageId };
    expect(await codeOf(removeOurs(scope, litter))).toBe('remove-failed');
    expect(await codeOf(removeOurs(scope, { ...litter, name: 'box' }))).toBe('remove-failed');
    expect(engine.find('box')?.status).toBe('running');
  });
});
