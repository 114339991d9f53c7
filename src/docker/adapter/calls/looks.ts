/** The calls that only look. */
import { z } from 'zod';
import { EngineRefused } from '../../errors.js';
import type { DockerPort, ListedContainer } from '../../port.js';
import { rawContainer, rawImage, rawLayerChange } from '../../raw.js';
import { errorText, parseAnswer } from '../answer.js';
import type { Call, EngineClient } from '../client.js';
import { pathOf } from '../paths.js';

const rawListed = z.looseObject({
  Id: z.string(),
  Names: z.array(z.string()).nullable(),
  Labels: z.record(z.string(), z.string()).nullish(),
  State: z.string(),
});

const rawSized = z.looseObject({ SizeRw: z.number().nullish() });
const rawImageId = z.looseObject({ Id: z.string() });

/**
 * Looks one object up.
 * @returns null only when the engine itself says that there is none; a 404 in other words (of a
 * proxy, or for a path it does not know) proves nothing
 * @throws EngineRefused for every other refusal
 */
async function lookUp<T>(
  client: EngineClient,
  path: string,
  schema: z.ZodType<T>,
  options: Partial<Call>,
): Promise<T | null> {
  const answer = await client.call({ ...look(client), ...options, path, accept: [404] });
  if (answer.status !== 404) return parseAnswer(schema, answer.body, `GET ${path}`);
  const { text, fromEngine } = errorText(404, answer.body);
  if (fromEngine && /no such|not found/i.test(text) && !/page not found/i.test(text)) return null;
  throw new EngineRefused(404, text);
}

const look = (client: EngineClient) =>
  ({ method: 'GET', readOnly: true, lane: 'look', deadlineMs: client.deadlines.look }) as const;

export function looks(
  client: EngineClient,
): Pick<
  DockerPort,
  | 'inspectContainer'
  | 'inspectImage'
  | 'listImages'
  | 'listContainers'
  | 'layerChanges'
  | 'layerSize'
> {
  return {
    inspectContainer: (ref, options = {}) =>
      lookUp(client, `${pathOf('containers', ref)}/json`, rawContainer, options),
    inspectImage: (ref, options = {}) =>
      lookUp(client, `${pathOf('images', ref)}/json`, rawImage, options),
    async listImages(options = {}) {
      const answer = await client.call({ ...look(client), ...options, path: '/images/json' });
      const listed = parseAnswer(z.array(rawImageId), answer.body, 'GET /images/json');
      return listed.map(({ Id }) => Id);
    },

    async listContainers(labels, options = {}) {
      const filters =
        labels.length === 0
          ? ''
          : `&filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`;
      const answer = await client.call({
        ...look(client),
        ...options,
        path: `/containers/json?all=1${filters}`,
      });
      return parseAnswer(z.array(rawListed), answer.body, 'GET /containers/json').map(
        (listed): ListedContainer => ({
          id: listed.Id,
          names: (listed.Names ?? []).map((name) => name.replace(/^\//, '')),
          labels: listed.Labels ?? {},
          state: listed.State,
        }),
      );
    },

    async layerSize(id, options = {}) {
      const path = `${pathOf('containers', id)}/json?size=1`;
      const call = { lane: 'long', deadlineMs: client.deadlines.create } as const;
      const sized = await lookUp(client, path, rawSized, { ...call, ...options });
      return sized === null ? null : (sized.SizeRw ?? 0);
    },

    async layerChanges(id, options = {}) {
      const path = `${pathOf('containers', id)}/changes`;
      // It walks the layer, which takes long for a large one: not among the quick looks.
      const answer = await client.call({ ...look(client), ...options, lane: 'long', path });
      return parseAnswer(z.array(rawLayerChange).nullable(), answer.body, `GET ${path}`) ?? [];
    },
  };
}
