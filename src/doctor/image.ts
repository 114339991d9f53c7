/** An image for the probes: any will do, the engine brings the program (facts/docker.md). */
import type { RawImage } from '../docker/raw.js';
import type { DockerPort } from '../docker/port.js';
import { failure } from '../errors.js';

/** Tried where no container tells of an image. The port lists containers only. */
const COMMON = ['busybox', 'alpine', 'hello-world', 'debian', 'ubuntu'];
/** More containers than this are not asked for their image. */
const MOST_CONTAINERS = 20;

export interface ProbeImage {
  /** As a person knows it: what was asked for, a tag, or the ID. */
  readonly name: string;
  readonly raw: RawImage;
}

/**
 * @param wanted by the user; null: any that is there
 * @throws GraftError `no-such-image` `no-image`
 */
export async function probeImage(docker: DockerPort, wanted: string | null): Promise<ProbeImage> {
  if (wanted !== null) {
    const raw = await docker.inspectImage(wanted);
    if (raw !== null) return { name: wanted, raw };
    throw failure(
      'no-such-image',
      `the engine has no image ${wanted}`,
      'docker images lists those that it has',
    );
  }
  const found = (await imageOfContainer(docker)) ?? (await commonImage(docker));
  if (found !== null) return found;
  throw failure(
    'no-image',
    'no local image was found to make probes from',
    'any will do: docker pull busybox, or name one that is there with --image',
  );
}

async function imageOfContainer(docker: DockerPort): Promise<ProbeImage | null> {
  const listed = await docker.listContainers([]);
  for (const { id } of listed.slice(0, MOST_CONTAINERS)) {
    // oxlint-disable-next-line no-await-in-loop -- the first one that has its image ends the search
    const container = await docker.inspectContainer(id);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const raw = container === null ? null : await docker.inspectImage(container.Image);
    if (raw !== null) return { name: raw.RepoTags?.[0] ?? raw.Id, raw };
  }
  return null;
}

async function commonImage(docker: DockerPort): Promise<ProbeImage | null> {
  for (const name of COMMON) {
    // oxlint-disable-next-line no-await-in-loop -- the first one that is there ends the search
    const raw = await docker.inspectImage(name);
    if (raw !== null) return { name, raw };
  }
  return null;
}
