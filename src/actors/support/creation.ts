import type { CreateBody, Created } from '../../docker/port.js';
import type { RawContainer } from '../../docker/raw.js';
import { EngineAmbiguous, EngineRefused } from '../../docker/errors.js';
import { converge, done, needed } from './converge.js';
import type { ActorScope } from './scope.js';

export interface Creation {
  /** A name that only this run can have: what is found under it, a lost create of ours has made. */
  readonly name: string;
  readonly body: CreateBody;
  readonly what: string;
  readonly code: string;
}

export interface Creating {
  readonly raw: RawContainer;
  readonly id: string;
  /** What the engine remarked; empty when the answer was lost. */
  readonly warnings: readonly string[];
}

/** Creates a container once, however often it has to be asked for. */
export async function createOnce(scope: ActorScope, creation: Creation): Promise<Creating> {
  let warnings: readonly string[] = [];
  const raw = await converge<RawContainer | null, RawContainer>(scope, {
    what: creation.what,
    code: creation.code,
    look: () => scope.docker.inspectContainer(creation.name),
    judge: (found) => (found === null ? needed : done(found)),
    act: async () => {
      ({ warnings } = await createUnder(scope, creation.name, creation.body));
    },
  });
  return { raw, id: raw.Id, warnings };
}

/**
 * Asks for a container under a name. A name that is taken is no refusal: a look will say by whom,
 * once the create that has it, ours or another's, has ended.
 * @throws EngineAmbiguous when the name is taken
 */
export async function createUnder(
  { docker }: Pick<ActorScope, 'docker'>,
  name: string,
  body: CreateBody,
): Promise<Created> {
  try {
    return await docker.createContainer(name, body);
  } catch (error) {
    if (!(error instanceof EngineRefused) || error.status !== 409) throw error;
    throw new EngineAmbiguous(error.message);
  }
}
