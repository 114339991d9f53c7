/**
 * Containers that joined a replacement after the run had looked for dependents: while it waited for
 * somebody to decide, for one. Going back takes away what they depend on.
 */
import type { Context, Failure, Warning } from '../../machines/index.js';
import { nameOf } from '../actors/support/look.js';
import { isEngineError } from '../docker/errors.js';
import type { DockerPort } from '../docker/port.js';
import { dependence } from '../docker/spec/rejoin.js';
import { failure } from '../errors.js';

interface Joined {
  readonly name: string;
  readonly how: string;
  readonly running: boolean;
}

/** Those that the run does not know of, and will not attach again. An engine that does not answer shows none. */
async function joinedSince(
  { replacement, dependents }: Context,
  docker: DockerPort,
): Promise<Joined[]> {
  const id = replacement?.id ?? null;
  if (id === null) return [];
  const known = new Set(dependents.map((one) => one.id));
  try {
    const found: Joined[] = [];
    for (const listed of await docker.listContainers([])) {
      const raw = known.has(listed.id) ? null : await docker.inspectContainer(listed.id);
      // By its ID alone: what means a name goes on with whatever has that.
      const bond = raw === null ? null : dependence(raw, id, '');
      if (raw === null || bond === null || bond.attachment === 'nothing') continue;
      found.push({ name: nameOf(raw), how: bond.how, running: raw.State.Running });
    }
    return found;
  } catch (error) {
    if (isEngineError(error)) return [];
    throw error;
  }
}

const listed = (joined: readonly Joined[]): string =>
  joined.map(({ name, how }) => `${name} (${how})`).join(', ');

/**
 * Why a run is not gone back in because a person asks for it: others live on its replacement. What
 * fails by itself goes back all the same. Null: nobody does.
 */
export async function livedOn(context: Context, docker: DockerPort): Promise<Failure | null> {
  const running = (await joinedSince(context, docker)).filter((one) => one.running);
  if (running.length === 0) return null;
  return failure(
    'has-dependents',
    `other containers have joined the replacement since and would break: ${listed(running)}`,
    'stop or remove them first, then go back again',
  ).failure;
}

/** Said of a run that went back: what is left of them needs another container. */
export async function leftBehind(context: Context, docker: DockerPort): Promise<Warning[]> {
  const joined = await joinedSince(context, docker);
  if (joined.length === 0) return [];
  const message = `containers that had joined the replacement depend on one that is gone, and have to be made again: ${listed(joined)}`;
  return [{ code: 'dependent-not-restored', message }];
}
