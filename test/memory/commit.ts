/** `docker commit` and the removal of images, as measured on 20.10.24 and 28.5.2. */
import type { CommitRequest } from '../../src/docker/port.js';
import type { Core } from './core.js';
import { objectIn, stringsIn } from './json.js';
import { imageInUse, tooManyLayers } from './refusals.js';
import { isRunning } from './state.js';

const MOST_LAYERS = 125;
const BYTES_A_PATH = 1000;
const DELETED = 2;

/** @throws EngineRefused 404, or 500 where the image would have too many layers */
export function commit(core: Core, ref: string, { comment, env, labels }: CommitRequest): string {
  const container = core.container(ref);
  const base = core.image(container.imageId);
  if (base.layers >= MOST_LAYERS) throw tooManyLayers();
  const id = `sha256:${core.ids.next()}`;
  const { config } = container;
  const given = new Set(env.map(nameOf));
  core.images.set(id, {
    id,
    tags: new Set(),
    config: {
      ...objectIn(config),
      Env: [...env, ...stringsIn(config.Env).filter((entry) => !given.has(nameOf(entry)))],
      Labels: { ...config.Labels, ...labels },
    },
    behaviour: base.behaviour,
    comment,
    layers: base.layers + 1,
    changes: new Map([...base.changes, ...container.layer]),
  });
  core.changed('commit', container);
  return id;
}

const nameOf = (entry: string): string => entry.split('=')[0] ?? '';

/** @throws EngineRefused 409 while a container uses it */
export function removeImage(core: Core, id: string): void {
  const user = [...core.containers.values()].find(({ imageId }) => imageId === id);
  if (user !== undefined) throw imageInUse(id, user.id, isRunning(user));
  core.images.delete(id);
}

/** Bytes of the writable layer, the same for every path in it. */
export function layerSize(core: Core, ref: string): number | null {
  const container = core.find(ref);
  return container === null ? null : container.layer.size * BYTES_A_PATH;
}

/**
 * Bytes of what was written to the layer, the same for every path; other files are not modelled.
 * @throws EngineRefused 404
 */
export function fileBytes(core: Core, ref: string, path: string): number | null {
  const kind = core.container(ref).layer.get(path);
  return kind === undefined || kind === DELETED ? null : BYTES_A_PATH;
}
