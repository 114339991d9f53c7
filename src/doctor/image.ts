/** An image for the probes: any will do, the engine brings the program (facts/docker.md). */
import type { RawImage } from '../docker/raw.js';
import type { DockerPort } from '../docker/port.js';
import { failure } from '../errors.js';

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
  for (const id of await docker.listImages()) {
    const raw = await docker.inspectImage(id);
    if (raw !== null) return { name: raw.RepoTags?.[0] ?? raw.Id, raw };
  }
  throw failure(
    'no-image',
    'no local image was found to make probes from',
    'any will do: docker pull busybox, or name one that is there with --image',
  );
}
