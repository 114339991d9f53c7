/** A container of ours that is only there for its name: never started, on no network, with no volume. */
import type { CreateBody } from '../../docker/port.js';
import type { RawImage } from '../../docker/raw.js';
import { rehearsalBody } from '../../docker/spec/rehearsal.js';
import type { Labels } from './labels.js';

/**
 * @param image the ID that it is made from
 * @param found that image; null: the engine has it no more, and will say so at the create
 * @param labels our own; those by which a manager would find it are blanked
 */
export function emptyContainer(image: string, found: RawImage | null, labels: Labels): CreateBody {
  const body = {
    Image: image,
    Entrypoint: ['/none'],
    Volumes: imageVolumes(found),
    HostConfig: { NetworkMode: 'none' },
  };
  return rehearsalBody(body, { labels, imageLabels: found?.Config?.Labels ?? {} });
}

/** Named in the request, so that they are covered and the create makes no volume. */
const imageVolumes = (image: RawImage | null) =>
  Object.fromEntries(Object.keys(image?.Config?.Volumes ?? {}).map((path) => [path, {}]));
