/** Looks at containers that a run left, by their IDs, at the engine that the run was pinned to. They change nothing. */
import { isDown, nameOf } from '../actors/support/look.js';
import { sameEngine } from '../actors/support/reach.js';
import { EngineUnreachable, isEngineError } from '../docker/errors.js';
import type { DockerPort } from '../docker/port.js';

export type Sight =
  | {
      readonly is: 'there';
      readonly name: string;
      readonly isDown: boolean;
      /** The engine's word, and the restart policy: for people. */
      readonly status: string;
      readonly policy: string;
    }
  | { readonly is: 'gone' }
  /** Nothing can be said, for this reason. */
  | { readonly is: 'unseen'; readonly why: string };

/** The image of a snapshot that stands for an original which was removed. */
export function sightOfSnapshot(
  docker: DockerPort,
  engineId: string | null,
  { imageId }: { readonly imageId: string },
): Promise<Sight> {
  return looking({ docker, engineId }, async () => {
    if ((await docker.inspectImage(imageId)) === null) return { is: 'gone' };
    return { is: 'there', name: '', isDown: true, status: 'kept as a snapshot', policy: 'no' };
  });
}

export function sightOf(docker: DockerPort, engineId: string | null, id: string): Promise<Sight> {
  return looking({ docker, engineId }, async () => {
    const raw = await docker.inspectContainer(id);
    if (raw === null) return { is: 'gone' };
    return {
      is: 'there',
      name: nameOf(raw),
      isDown: isDown(raw),
      status: raw.State.Status,
      policy: raw.HostConfig.RestartPolicy.Name || 'no',
    };
  });
}

async function looking(
  where: { readonly docker: DockerPort; readonly engineId: string | null },
  look: () => Promise<Sight>,
): Promise<Sight> {
  try {
    // At another engine there is no such container, and that says nothing.
    await sameEngine(where);
    return await look();
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const isOther = error instanceof EngineUnreachable && error.kind === 'other-engine';
    return { is: 'unseen', why: isOther ? 'another engine answers' : 'the engine does not answer' };
  }
}
