/** Whether volumes hold anything. */
import { z } from 'zod';
import type { DockerPort } from '../../port.js';
import { parseAnswer } from '../answer.js';
import type { EngineClient } from '../client.js';
import { pathOf } from '../paths.js';
import { TarEntries } from '../tar-entries.js';

const rawVolume = z.looseObject({
  Name: z.string(),
  UsageData: z.looseObject({ Size: z.number() }).nullish(),
});
const rawUsage = z.looseObject({ Volumes: z.array(rawVolume).nullish() });

/** They walk folders, which takes long for large ones: not among the quick looks. */
const look = (client: EngineClient) =>
  ({ method: 'GET', readOnly: true, lane: 'long', deadlineMs: client.deadlines.look }) as const;

export function volumes(client: EngineClient): Pick<DockerPort, 'isFolderEmpty' | 'volumeBytes'> {
  return {
    async isFolderEmpty(id, path, { signal: outer } = {}) {
      const query = new URLSearchParams({ path: `${path}/.` });
      const entries = new TarEntries();
      const enough = new AbortController();
      const signals = outer === undefined ? [enough.signal] : [enough.signal, outer];
      const onChunk = (chunk: Buffer): void => {
        entries.add(chunk);
        // The first entry is the folder itself; nothing behind the second need be sent.
        if (entries.count > 1) enough.abort();
      };
      const asked = client.call({
        ...look(client),
        path: `${pathOf('containers', id)}/archive?${query.toString()}`,
        signal: AbortSignal.any(signals),
        onChunk,
      });
      await asked.catch((error: unknown) => {
        if (entries.count <= 1) throw error;
      });
      return entries.count <= 1;
    },

    async volumeBytes(name, options = {}) {
      const path = '/system/df?type=volume';
      const answer = await client.call({ ...look(client), path, ...options });
      const listed = parseAnswer(rawUsage, answer.body, `GET ${path}`).Volumes ?? [];
      // The engine says -1 for "not known".
      const bytes = listed.find((volume) => volume.Name === name)?.UsageData?.Size ?? -1;
      return bytes < 0 ? null : bytes;
    },
  };
}
