/** What a commit of a container's writable layer writes into its image, and what it costs. */
import type { CommitRequest } from '../port.js';
import type { RawContainer, RawImage } from '../raw.js';
import { envName } from './env.js';

/** The most layers of an image (measured: `max depth exceeded` beyond them, on 20.10 and on 28.5). */
export const MOST_LAYERS = 125;

export const layersOf = (image: RawImage | null): number => image?.RootFS?.Layers?.length ?? 0;

/**
 * The image is only there for one container, which is made with its whole configuration. So what
 * the container was given itself is blanked in it: variables may be secrets, and a manager that
 * looks for its labels must not find another container that is made from the image. Engines before
 * 23 keep a copy of the configuration beside it (`ContainerConfig`), which no request reaches.
 */
export function commitRequest(
  observed: RawContainer,
  image: RawImage | null,
  comment: string,
): CommitRequest {
  const imageEnv = new Set(image?.Config?.Env ?? []);
  const imageLabels = image?.Config?.Labels ?? {};
  const own = (observed.Config.Env ?? []).filter((entry) => !imageEnv.has(entry)).map(envName);
  const labels = Object.entries(observed.Config.Labels ?? {})
    .filter(([key, value]) => imageLabels[key] !== value)
    .map(([key]) => [key, ''] as const);
  return {
    comment,
    env: [...new Set(own)].map((name) => `${name}=`),
    labels: Object.fromEntries(labels),
  };
}
