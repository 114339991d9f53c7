/** Looks at containers that a run left, by their IDs, at the engine that the run was pinned to. They change nothing. */
import { isDown, nameOf } from '../actors/support/look.js';
import { sameEngine } from '../actors/support/reach.js';
import { EngineUnreachable, isEngineError } from '../docker/errors.js';
import type { DockerPort } from '../docker/port.js';

export type Sight =
  | {
      readonly is: 'there';
      /** The original itself, or the image of the snapshot that stands for it. */
      readonly as: 'container' | 'snapshot';
      readonly name: string;
      readonly isDown: boolean;
      /** The engine's word, and the restart policy: for people. */
      readonly status: string;
      readonly policy: string;
    }
  | { readonly is: 'gone' }
  /** Nothing can be said, for this reason. */
  | { readonly is: 'unseen'; readonly why: string };

/** What brings an original back: itself where it is whole, otherwise the image of its snapshot. */
export async function sightOfBackup(
  docker: DockerPort,
  engineId: string | null,
  originalId: string,
  snapshot: { readonly imageId: string } | null,
): Promise<Sight> {
  const original = await sightOf(docker, engineId, originalId);
  const isWhole = original.is === 'there' && !['dead', 'removing'].includes(original.status);
  if (snapshot === null || original.is === 'unseen' || isWhole) return original;
  return looking({ docker, engineId }, async () => {
    if ((await docker.inspectImage(snapshot.imageId)) === null) return { is: 'gone' };
    const status = 'kept as a snapshot';
    return { is: 'there', as: 'snapshot', name: '', isDown: true, status, policy: 'no' };
  });
}

export function sightOf(docker: DockerPort, engineId: string | null, id: string): Promise<Sight> {
  return looking({ docker, engineId }, async () => {
    const raw = await docker.inspectContainer(id);
    if (raw === null) return { is: 'gone' };
    return {
      is: 'there',
      as: 'container',
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
