/** The calls that change something on the engine, one request each. */
import { z } from 'zod';
import type { CallOptions, DockerPort } from '../../port.js';
import { stringifyLossless } from '../../lossless-json.js';
import { parseAnswer } from '../answer.js';
import type { Call, EngineClient } from '../client.js';
import { DEFAULT_GRACE_S, ENDLESS_GRACE_S } from '../options.js';
import { pathOf } from '../paths.js';

const rawCreated = z.looseObject({
  Id: z.string().min(1),
  Warnings: z.array(z.string()).nullish(),
});
const rawCommitted = z.looseObject({ Id: z.string().min(1) });
const rawGrace = z.looseObject({ Config: z.looseObject({ StopTimeout: z.number().nullish() }) });

type Changes = Pick<
  DockerPort,
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'renameContainer'
  | 'setRestartPolicy'
  | 'removeContainer'
  | 'connectNetwork'
  | 'commitContainer'
  | 'removeImage'
>;

export function changes(client: EngineClient): Changes {
  const change = (call: Pick<Call, 'path'> & Partial<Call>) =>
    client.call({
      method: 'POST',
      readOnly: false,
      lane: 'long',
      deadlineMs: client.deadlines.change,
      ...call,
    });
  const container = (id: string): string => pathOf('containers', id);

  return {
    async createContainer(name, body, options = {}) {
      const answer = await change({
        path: `/containers/create?name=${encodeURIComponent(name)}`,
        body: stringifyLossless(body),
        deadlineMs: client.deadlines.create,
        ...options,
      });
      const created = parseAnswer(rawCreated, answer.body, 'POST /containers/create');
      return { id: created.Id, warnings: created.Warnings ?? [] };
    },

    async startContainer(id, options = {}) {
      // 304: it runs already.
      await change({
        path: `${container(id)}/start`,
        accept: [304],
        deadlineMs: client.deadlines.start,
        ...options,
      });
    },

    async stopContainer(id, graceS, options = {}) {
      const grace = graceS ?? (await ownGrace(client, id, options));
      const waited = grace < 0 ? ENDLESS_GRACE_S : grace;
      await change({
        path: `${container(id)}/stop${graceS === null ? '' : `?t=${graceS}`}`,
        // 304: it does not run.
        accept: [304],
        deadlineMs: waited * 1000 + client.deadlines.stopMargin,
        ...options,
      });
    },

    async renameContainer(id, name, options = {}) {
      await change({
        path: `${container(id)}/rename?name=${encodeURIComponent(name)}`,
        ...options,
      });
    },

    async setRestartPolicy(id, policy, options = {}) {
      // To the engine an empty name means "leave it as it is", not `no`.
      const RestartPolicy = {
        Name: policy.name === '' ? 'no' : policy.name,
        MaximumRetryCount: policy.maximumRetryCount,
      };
      await change({
        path: `${container(id)}/update`,
        body: JSON.stringify({ RestartPolicy }),
        ...options,
      });
    },

    async removeContainer(id, force, options = {}) {
      await change({
        method: 'DELETE',
        path: `${container(id)}${force ? '?force=1' : ''}`,
        ...options,
      });
    },

    async connectNetwork(network, id, endpoint, options = {}) {
      const body = stringifyLossless({ Container: id, EndpointConfig: endpoint });
      await change({ path: `${pathOf('networks', network)}/connect`, body, ...options });
    },

    async commitContainer(id, { comment, env, labels }, options = {}) {
      const query = new URLSearchParams({ container: id, comment, pause: '0' });
      const answer = await change({
        path: `/commit?${query.toString()}`,
        body: stringifyLossless({ Env: [...env], Labels: { ...labels } }),
        deadlineMs: client.deadlines.commit,
        ...options,
      });
      return parseAnswer(rawCommitted, answer.body, 'POST /commit').Id;
    },

    async removeImage(id, options = {}) {
      await change({
        method: 'DELETE',
        path: `${pathOf('images', id)}?noprune=1`,
        accept: [404],
        ...options,
      });
    },
  };
}

/** The grace that the engine will give by itself, in seconds: only the call's deadline depends on it. */
async function ownGrace(client: EngineClient, id: string, options: CallOptions): Promise<number> {
  const path = `${pathOf('containers', id)}/json`;
  const answer = await client.call({
    method: 'GET',
    path,
    readOnly: true,
    lane: 'look',
    deadlineMs: client.deadlines.look,
    accept: [404],
    ...options,
  });
  // The stop that follows says so better.
  if (answer.status === 404) return DEFAULT_GRACE_S;
  return parseAnswer(rawGrace, answer.body, `GET ${path}`).Config.StopTimeout ?? DEFAULT_GRACE_S;
}
