/** Keeps what a container has logged, before the container goes and its logs with it. */
import type { ActorInput, Warning } from '../../../machines/index.js';
import { EngineRefused, isEngineError } from '../../docker/errors.js';
import type { RawContainer } from '../../docker/raw.js';
import { EngineSilent, GraftError, failure } from '../../errors.js';
import { isDown, seen } from './look.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

/** Milliseconds: a container waits to be put back meanwhile, and what was logged until then is kept. */
const ON_THE_WAY_BACK_MS = 60_000;

/**
 * Keeps all of the backup's logs. One that will not be removed keeps its own.
 * @throws GraftError `logs-not-kept`: then the backup must not go
 */
export async function keepBackupLogs(
  scope: ActorScope,
  { originalId, backupName }: Pick<ActorInput<'removeBackup'>, 'originalId' | 'backupName'>,
): Promise<Warning[]> {
  const raw = await seen(scope, originalId);
  if (raw === null || !isDown(raw) || isGoing(raw)) return [];
  try {
    const readable = await reach(scope, () =>
      scope.store.writeLog('original.log', (take) => scope.docker.readLogs(originalId, take)),
    );
    return readable ? [] : [unreadable(raw)];
  } catch (error) {
    if (error instanceof EngineRefused && error.status === 404) return [];
    if (error instanceof EngineSilent) throw error;
    if (!(error instanceof GraftError) && !isEngineError(error)) throw error;
    throw failure(
      'logs-not-kept',
      `its logs could not be kept: ${error.message}`,
      `${byHand(scope, backupName)} does both by hand`,
    );
  }
}

/** The engine reads no logs of such a one any more. */
const isGoing = ({ State: { Status, Dead } }: RawContainer): boolean =>
  Status === 'removing' || Dead;

function unreadable({ HostConfig }: RawContainer): Warning {
  const { Type: driver = 'none' } = (HostConfig['LogConfig'] ?? {}) as { readonly Type?: string };
  return {
    code: 'logs-not-readable',
    message: `docker cannot read logs back from the log driver ${driver}: there were none of the original to keep`,
  };
}

const byHand = ({ dockerCommand: docker }: ActorScope, name: string): string =>
  `${docker} logs --timestamps ${name} > ${name}.log 2>&1 && ${docker} rm ${name}`;

/**
 * Keeps what the replacement has logged before it is taken down: as much as comes in a minute.
 * Whatever fails, there is only less of it, for nothing holds up a way back.
 */
export async function keepReplacementLogs(
  { docker, store, signal }: ActorScope,
  id: string,
): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ON_THE_WAY_BACK_MS)]);
  await store
    .writeLog('replacement.log', (take) =>
      docker.readLogs(id, take, { signal: patience }).catch((error: unknown) => {
        if (!isEngineError(error)) throw error;
      }),
    )
    .catch(() => undefined);
}
