/** The adapter of the Docker port for real engines. */
import type { DockerPort } from '../port.js';
import { changes } from './calls/changes.js';
import { engineFacts } from './calls/engine.js';
import { watchStarts } from './calls/events.js';
import { execInContainer } from './calls/exec.js';
import { fileBytes } from './calls/file-bytes.js';
import { allLogs, containerLogs } from './calls/logs.js';
import { looks } from './calls/looks.js';
import { volumes } from './calls/volumes.js';
import { EngineClient } from './client.js';
import type { DockerPortOptions } from './options.js';

export type { CallRecord, Deadlines, DockerPortOptions } from './options.js';

/**
 * A port to the engine that the user's own `docker` reaches: contexts, `DOCKER_HOST`, ssh and TLS
 * are the docker client's business. Nothing is started before the first call; `close` must be
 * called, or the children keep this process alive.
 */
export function createDockerPort(options: DockerPortOptions = {}): DockerPort {
  const client = new EngineClient(options);
  return {
    engine: (given) => engineFacts(client, given),
    ...looks(client),
    ...fileBytes(client),
    ...volumes(client),
    ...changes(client),
    logs: (id, tail, given = {}) => containerLogs(client, id, tail, given),
    readLogs: (id, take, given = {}) => allLogs(client, id, take, given),
    watchStarts: (labels, heard, given = {}) => watchStarts(client, labels, heard, given),
    exec: (id, argv, given = {}) => execInContainer(client, id, argv, given),
    close: () => client.close(),
  };
}
