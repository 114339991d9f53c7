/** What containers there are, for somebody who is typing one of their names. */
import { SANDBOX_NAME } from '../docker/spec/openshell.js';
import type { Session } from '../session.js';
import { engineOf } from './workplace.js';

/** Milliseconds: behind a TAB, an engine that is not there is no news. */
const PATIENCE_MS = 1500;

/** Names of containers and of sandboxes, sorted. @throws what the engine does not answer with */
export async function containerNames(session: Session): Promise<string[]> {
  const docker = engineOf(session);
  try {
    const listed = await docker.listContainers([], { signal: AbortSignal.timeout(PATIENCE_MS) });
    // One with a slash in it is a link to it, of another container.
    const names = listed.flatMap(({ names: all }) => all.filter((name) => !name.includes('/')));
    const sandboxes = listed.flatMap(({ labels }) => labels[SANDBOX_NAME] ?? []);
    return [...new Set([...names, ...sandboxes])].toSorted();
  } finally {
    await docker.close();
  }
}
