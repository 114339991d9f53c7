/** What `gpugraft create` calls: the composition root's part for a sandbox that is being made. */
import { systemClock } from './clock.js';
import { creation } from './composition/creation.js';
import type { CreateOrder, Creation } from './composition/creation.js';
import { engineOf, gatewayOf } from './composition/workplace.js';
import { graft, recover } from './graft.js';
import type { Session } from './session.js';

export type {
  Attached,
  CommandEnd,
  CreateOrder,
  Creation,
  UserCommand,
} from './composition/creation.js';

/**
 * Runs the command that makes a sandbox, and gives its container a GPU once it can be replaced.
 * @returns as `graft`, with the command's own exit code
 */
export async function create(order: CreateOrder, session: Session): Promise<Creation> {
  const docker = engineOf(session);
  try {
    const parts = { docker, openshell: gatewayOf(session), clock: systemClock, graft, recover };
    return await creation(order, session, parts);
  } finally {
    await docker.close();
  }
}
