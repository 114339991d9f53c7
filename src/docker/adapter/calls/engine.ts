/** What an engine says of itself. */
import { z } from 'zod';
import { EngineRefused } from '../../errors.js';
import type { CallOptions, EngineFacts } from '../../port.js';
import { rawNetwork } from '../../raw.js';
import { parseAnswer } from '../answer.js';
import type { Call, EngineClient } from '../client.js';
import { rawVersion } from '../negotiate.js';

const rawInfo = z.looseObject({
  ID: z.string(),
  Name: z.string(),
  Runtimes: z.record(z.string(), z.looseObject({})).nullish(),
  DefaultRuntime: z.string().nullish(),
  OperatingSystem: z.string(),
  DockerRootDir: z.string().nullish(),
  LiveRestoreEnabled: z.boolean().optional(),
});

/** Asked anew at every call: a restart, or another engine at the same place, must show. */
export async function engineFacts(
  client: EngineClient,
  options: CallOptions = {},
): Promise<EngineFacts> {
  const get = (path: string): Call => ({
    method: 'GET',
    path,
    readOnly: true,
    lane: 'look',
    deadlineMs: client.deadlines.look,
    ...options,
  });
  const apiVersion = await client.version(options);
  const [version, info, created] = await Promise.all([
    client.call(get('/version')).then(({ body }) => parseAnswer(rawVersion, body, 'GET /version')),
    client.call(get('/info')).then(({ body }) => parseAnswer(rawInfo, body, 'GET /info')),
    bridgeCreated(client, get('/networks/bridge')),
  ]);
  return {
    id: info.ID,
    version: version.Version,
    apiVersion,
    osType: version.Os,
    architecture: version.Arch,
    runtimes: Object.keys(info.Runtimes ?? {}).toSorted(),
    defaultRuntime: info.DefaultRuntime ?? '',
    hostName: info.Name,
    rootDir: info.DockerRootDir ?? '',
    operatingSystem: info.OperatingSystem,
    epoch: info.LiveRestoreEnabled === true ? null : created,
  };
}

/**
 * The engine makes its default bridge anew whenever its process starts (measured on 20.10 and
 * 28.5), except that with live-restore it keeps the one that running containers are on. So the
 * bridge's ID and time of creation tell two starts apart, but not with live-restore.
 * @returns null where there is no default bridge
 */
async function bridgeCreated(client: EngineClient, call: Call): Promise<string | null> {
  try {
    const { body } = await client.call(call);
    const bridge = parseAnswer(rawNetwork, body, 'GET /networks/bridge');
    return `${bridge.Id.slice(0, 12)}@${bridge.Created}`;
  } catch (error) {
    if (error instanceof EngineRefused && error.status === 404) return null;
    throw error;
  }
}
