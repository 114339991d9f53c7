/** The image that a commit of ours makes: found by its comment, whoever heard of its making. */
import { EngineRefused } from '../../docker/errors.js';
import { converge, done, needed } from './converge.js';
import type { Step } from './converge.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

/** IDs of the images with this comment, newest first. Each image is looked at: not for every day. */
export async function imagesMarked({ docker }: ActorScope, mark: string): Promise<string[]> {
  const found: string[] = [];
  for (const id of await docker.listImages()) {
    const image = await docker.inspectImage(id);
    if (image?.Comment === mark) found.push(id);
  }
  return found;
}

/**
 * Removes what commits of this run have made, or one image of another run's. An image that a container
 * uses is that container's, and stays.
 * @param id null: a commit was begun, and no more is known
 */
export async function removeLayerImage(
  scope: ActorScope,
  mark: string,
  id: string | null,
): Promise<void> {
  const ids = id === null ? await reach(scope, () => imagesMarked(scope, mark)) : [id];
  for (const image of ids) await converge(scope, removal(scope, image));
}

const removal = (scope: ActorScope, id: string): Step<boolean, void> => {
  let inUse = false;
  return {
    what: 'remove the image of the carried layer',
    code: 'remove-failed',
    look: async () => inUse || (await scope.docker.inspectImage(id)) === null,
    judge: (isDone) => (isDone ? done(undefined) : needed),
    act: async () => {
      try {
        await scope.docker.removeImage(id);
      } catch (error) {
        inUse = error instanceof EngineRefused && /being used by/.test(error.message);
        throw error;
      }
    },
  };
};
