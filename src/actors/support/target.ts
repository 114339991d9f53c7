/** Which container a word of the user's means. It is the only thing that is ever found by a name or a label. */
import type { DockerPort } from '../../docker/port.js';
import type { RawContainer } from '../../docker/raw.js';
import { labelsOfSandbox } from '../../docker/spec/openshell.js';
import { failure } from '../../errors.js';

/** The engine's own rule for names; IDs follow it as well. */
const canBeNamed = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/**
 * By a container's name or ID; where there is none, by the name of an OpenShell sandbox, whose
 * container has a name of the gateway's making.
 * @throws GraftError `no-such-container`, `sandbox-twice`
 */
export async function findTarget(
  docker: Pick<DockerPort, 'inspectContainer' | 'listContainers'>,
  target: string,
): Promise<RawContainer> {
  // What cannot be a name would be another path to the engine, and answered as such.
  if (canBeNamed.test(target)) {
    const raw = (await docker.inspectContainer(target)) ?? (await ofSandbox(docker, target));
    if (raw !== null) return raw;
  }
  throw failure(
    'no-such-container',
    `there is no container ${target === '' ? 'without a name' : target}`,
    'docker ps -a lists them',
  );
}

async function ofSandbox(
  docker: Pick<DockerPort, 'inspectContainer' | 'listContainers'>,
  name: string,
): Promise<RawContainer | null> {
  const [only, ...others] = await docker.listContainers(labelsOfSandbox(name));
  if (only === undefined) return null;
  if (others.length > 0) {
    const names = [only, ...others].map((one) => one.names[0] ?? one.id.slice(0, 12));
    throw failure(
      'sandbox-twice',
      `${names.length} containers are of a sandbox ${name}: ${names.join(', ')}`,
      'name the container that is meant',
    );
  }
  return docker.inspectContainer(only.id);
}
