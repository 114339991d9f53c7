import { failure } from '../../errors.js';
import type { ActorInput } from '../../../machines/index.js';
import type { RawContainer } from '../../docker/raw.js';
import { converge, done, impossible, needed, underWay } from './converge.js';
import { createUnder } from './creation.js';
import { emptyContainer } from './empty-container.js';
import { holderOf, labelsOf, placeholderLabels } from './labels.js';
import { look, nameOf } from './look.js';
import type { ActorScope } from './scope.js';

interface Removal {
  readonly id: string;
  readonly what: string;
  readonly force: boolean;
  /** A last word against it, from the look right before the act. */
  readonly objection?: (raw: RawContainer) => string | null;
}

/** Removes a container by its ID, and ends only when the engine says that there is none. Volumes stay. */
export function removeById(scope: ActorScope, removal: Removal): Promise<void> {
  const { id, what, force, objection } = removal;
  return converge<RawContainer | null, void>(scope, {
    what: `remove ${what}`,
    code: 'remove-failed',
    look: look(scope.docker, id),
    judge: (raw) => {
      if (raw === null) return done(undefined);
      if (raw.State.Status === 'removing') return underWay;
      const against = objection?.(raw) ?? null;
      return against === null ? needed : impossible(failure('remove-failed', against));
    },
    act: () => scope.docker.removeContainer(id, force),
  });
}

type Litter = ActorInput<'removeLitter'>;

/**
 * Removes a container of ours that was created under a name that only this run can have. When its
 * create was begun and nothing more is known, its absence is proven only by winning the name: a
 * create that is still under way answers 404 to a look and 409 to another create.
 */
export async function removeOurs(scope: ActorScope, litter: Litter): Promise<void> {
  const id = litter.id ?? (await findOrWinName(scope, litter));
  // A claim's name is not only ours to take: what another run has made under it is let be.
  if (id === null) return;
  await removeById(scope, {
    id,
    what: `the ${litter.kind} ${litter.name}`,
    force: true,
    objection: (raw) => (isOurs(scope, litter, raw) ? null : `${raw.Name} is not of this run`),
  });
}

/** What is not ours is not removed, whatever the journal says: a journal is an input. */
function isOurs(scope: ActorScope, litter: Litter, raw: RawContainer): boolean {
  if (litter.kind === 'replacement') {
    return nameOf(raw) === litter.name && litter.name.endsWith(`.gpugraft-${scope.runId}`);
  }
  if (litter.kind === 'recreated') {
    return nameOf(raw) === litter.name && litter.name.endsWith(`.gpugraft-again-${scope.runId}`);
  }
  return holderOf(labelsOf(raw))?.runId === scope.runId;
}

/** @returns the ID of what has the name: what the lost create made, or an empty container of ours; null when it is another's */
function findOrWinName(scope: ActorScope, litter: Litter): Promise<string | null> {
  const { name, imageId } = litter;
  return converge<RawContainer | null, string | null>(scope, {
    what: `settle the creation of ${name}`,
    code: 'remove-failed',
    look: () => scope.docker.inspectContainer(name),
    judge: (raw) => (raw === null ? needed : done(isOurs(scope, litter, raw) ? raw.Id : null)),
    act: async () => {
      const image = await scope.docker.inspectImage(imageId);
      const body = emptyContainer(imageId, image, placeholderLabels(scope.runId));
      await createUnder(scope, name, body);
    },
  });
}
