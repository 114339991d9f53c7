/** The commit of the writable layer, and the removal of its image, with answers that are lost and refused. */
import { describe, expect, it } from 'vitest';
import { layerMark } from '../../../machines/index.js';
import { snapshotOriginal } from '../../../src/actors/snapshot.js';
import { imagesMarked, removeLayerImage } from '../../../src/actors/support/layer-image.js';
import type { Hooks } from '../../memory/index.js';
import { at, codeOf, runId, stage } from './stage.js';

const mark = layerMark(runId);

function set(hooks: Hooks = {}) {
  const { engine, scope } = stage(hooks);
  const id = engine.run({ name: 'box', state: 'exited', written: ['/etc/ours'] });
  return { engine, scope, id, input: { id, mark, burden: null } };
}

describe('the commit of a layer', () => {
  it('makes one image with all that was written, and says what it is', async () => {
    const { engine, scope, input } = set();
    const { imageId, layers } = await snapshotOriginal(input, scope);
    const image = engine.core.images.get(imageId);
    expect([...(image?.changes ?? [])]).toEqual([['/etc/ours', 1]]);
    expect(image).toMatchObject({ comment: mark, layers });
    expect(layers).toBe(2);
    // Nothing is looked for in the downtime that nobody can have made.
    expect(engine.calls.filter(({ method }) => method === 'listImages')).toEqual([]);
  });

  it.each(['lost-reply', 'lost-request', 'done-but-error'] as const)(
    'leaves one image behind a %s',
    async (kind) => {
      const { engine, scope, input } = set(at('commitContainer', { kind }));
      const { imageId } = await snapshotOriginal(input, scope);
      expect(await imagesMarked(scope, mark)).toEqual([imageId]);
      expect(engine.core.images.has(imageId)).toBe(true);
    },
  );

  it('removes the one that landed late beside the one that was asked for again', async () => {
    const { engine, scope, input } = set(at('commitContainer', { kind: 'late', calls: 2 }));
    const { imageId } = await snapshotOriginal(input, scope);
    engine.landLate();
    expect((await imagesMarked(scope, mark)).includes(imageId)).toBe(true);
  });

  it('says what the engine says against it', async () => {
    const verdict = { kind: 'refuse', status: 500, message: 'no space left on device' } as const;
    const { scope, input } = set(at('commitContainer', verdict, 99));
    const failing = snapshotOriginal(input, scope);
    expect(await codeOf(failing)).toBe('commit-failed');
    await expect(failing).rejects.toThrow('no space left on device');
    expect(await imagesMarked(scope, mark)).toEqual([]);
  });

  it('is not made of a container that runs', async () => {
    const { engine, scope, id, input } = set();
    engine.outsider.start(id);
    expect(await codeOf(snapshotOriginal(input, scope))).toBe('both-would-run');
    expect(engine.calls.some(({ changing }) => changing)).toBe(false);
  });
});

describe('the removal of its image', () => {
  it('finds what nobody heard of, and leaves what others made', async () => {
    const { engine, scope, id } = set();
    const request = { comment: mark, env: [], labels: {} };
    await scope.docker.commitContainer(id, request);
    await scope.docker.commitContainer(id, request);
    const theirs = await scope.docker.commitContainer(id, { ...request, comment: 'theirs' });
    await removeLayerImage(scope, mark, null);
    expect(await imagesMarked(scope, mark)).toEqual([]);
    expect(engine.core.images.has(theirs)).toBe(true);
  });

  it('leaves it to a container that uses it', async () => {
    const { engine, scope, input } = set();
    const { imageId } = await snapshotOriginal(input, scope);
    engine.run({ name: 'user', image: imageId, state: 'exited' });
    await removeLayerImage(scope, mark, imageId);
    expect(engine.core.images.has(imageId)).toBe(true);
  });
});
