/** The actor that carries the writable layer: a commit of the original, which is down. */
import type { Burden } from '../../machines/index.js';
import { commitRequest, layersOf } from '../docker/spec/commit.js';
import { commitMs } from '../docker/spec/burden.js';
import { failure } from '../errors.js';
import { converge, done, needed } from './support/converge.js';
import { imagesMarked, removeLayerImage } from './support/layer-image.js';
import { isDown, mustSee } from './support/look.js';
import { reach } from './support/reach.js';
import type { Actor, ActorScope } from './support/scope.js';

export const snapshotOriginal: Actor<'snapshotOriginal'> = async (input, scope) => {
  const original = await mustSee(scope, input.id, 'the original');
  if (!isDown(original))
    throw failure('both-would-run', 'the original runs again: somebody else started it');
  const base = await reach(scope, () => scope.docker.inspectImage(original.Image));
  const request = commitRequest(original, base, input.mark);
  const beganAt = scope.clock.now();
  const commit = new Commit(scope, input.mark);
  const imageId = await converge<string | null, string>(scope, {
    what: 'commit the writable layer',
    code: 'commit-failed',
    graceMs: graceFor(input.burden),
    look: () => commit.made(),
    judge: (made) => (made === null ? needed : done(made)),
    act: () => commit.make(() => scope.docker.commitContainer(input.id, request)),
  });
  await commit.dropOthers(imageId);
  const image = await reach(scope, () => scope.docker.inspectImage(imageId));
  return { imageId, tookMs: scope.clock.now() - beganAt, layers: layersOf(image) };
};

/** The commits of one step. Once an answer was lost, only the mark tells what they have made. */
class Commit {
  #answer: string | null = null;
  #asked = 0;

  constructor(
    readonly scope: ActorScope,
    readonly mark: string,
  ) {}

  async make(act: () => Promise<string>): Promise<void> {
    this.#asked += 1;
    this.#answer = await act();
  }

  async made(): Promise<string | null> {
    if (this.#answer !== null) {
      return (await this.scope.docker.inspectImage(this.#answer))?.Id ?? null;
    }
    // Before anything was asked for no image has to be looked for: this stands in the downtime.
    return this.#asked === 0 ? null : ((await imagesMarked(this.scope, this.mark))[0] ?? null);
  }

  /** Asked for more than once, it may have been made more than once. */
  async dropOthers(kept: string): Promise<void> {
    if (this.#asked < 2) return;
    const marked = await reach(this.scope, () => imagesMarked(this.scope, this.mark));
    for (const id of marked) {
      if (id !== kept) await removeLayerImage(this.scope, this.mark, id);
    }
  }
}

/** So long, in milliseconds, beyond a step's own patience: ten times what it should take. */
const graceFor = (burden: Burden | null): number =>
  burden === null ? 0 : 10 * commitMs(burden.paths, burden.bytes);
