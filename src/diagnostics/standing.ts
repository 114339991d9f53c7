import type { Context, Warning } from '../../machines/index.js';
import type { DockerPort } from '../docker/port.js';

/** What stands where after a run that could not be ended well, by a fresh look; one sentence for each container. */
export async function standing(context: Context, docker: DockerPort): Promise<Warning[]> {
  const ids = [
    ['the original', context.original?.id ?? null],
    ['the replacement', context.replacement?.id ?? null],
  ] as const;
  const sentences = await Promise.all(
    ids.map(async ([what, id]) => (id === null ? null : sentence(docker, what, id))),
  );
  return sentences
    .filter((message) => message !== null)
    .map((message) => ({ code: 'stands', message }));
}

async function sentence(docker: DockerPort, what: string, id: string): Promise<string> {
  try {
    const raw = await docker.inspectContainer(id);
    if (raw === null) return `${what} (${id}) is gone`;
    const policy = raw.HostConfig.RestartPolicy.Name || 'no';
    return `${what} (${id}) is called ${raw.Name.replace(/^\//, '')} and is ${raw.State.Status}, restart policy ${policy}`;
  } catch {
    return `${what} (${id}) could not be looked at: the engine does not answer`;
  }
}
