/** What one run works with from its first step to its last: the engine, its folder, its lock. */
import { failure } from '../errors.js';
import type { GraftError } from '../errors.js';
import type { PartRuns } from '../actors/support/parts.js';
import type { ActorScope, RunStore } from '../actors/support/scope.js';
import { runActor } from '../actors/index.js';
import { systemClock } from '../clock.js';
import { createDockerPort } from '../docker/adapter/index.js';
import { dockerCommand } from '../docker/command.js';
import { isEngineError } from '../docker/errors.js';
import type { DockerPort } from '../docker/port.js';
import { createOpenShellPort } from '../openshell/adapter/index.js';
import type { OpenShellPort } from '../openshell/port.js';
import type { DriverParts, Snapshot } from '../runtime/driver.js';
import type { Journal } from '../runtime/journal.js';
import { inspectIn, rescueJson, rescueScript } from '../runtime/rescue.js';
import { snapshotJson, snapshotScript } from '../runtime/rescue-snapshot.js';
import { isRunId } from '../runtime/run-id.js';
import { findKeptBackup, isRunOver } from '../runtime/runs.js';
import { RunFolder, isHolderAlive, whereIs } from '../runtime/store.js';
import { stateMetaOf } from '../runtime/state-meta.js';
import type { Session } from '../session.js';
import { thisHost } from '../this-host.js';

/** The adapter for the engine that the session means. @param inheritFds descriptors that the docker children keep open */
export function engineOf(session: Session, inheritFds: readonly number[] = []): DockerPort {
  return createDockerPort({
    ...(session.context === null ? {} : { context: session.context }),
    ...(session.host === null ? {} : { host: session.host }),
    ...(session.onCall === undefined ? {} : { onCall: session.onCall }),
    inheritFds,
  });
}

/** The adapter for the gateway that the user's own client reaches. */
export const gatewayOf = (
  { openshellBin }: Session,
  inheritFds: readonly number[] = [],
): OpenShellPort =>
  createOpenShellPort({ ...(openshellBin === undefined ? {} : { bin: openshellBin }), inheritFds });

/** Everything that the driver needs for one run. `last` is where the run stood when it stopped. */
export interface Workplace {
  readonly parts: DriverParts;
  readonly last: () => Snapshot | null;
}

interface Site {
  readonly session: Session;
  readonly folder: RunFolder;
  readonly journal: Journal;
  readonly docker: DockerPort;
  readonly openshell: OpenShellPort;
  readonly parts: PartRuns;
}

export function workplace({ session, folder, journal, docker, openshell, parts }: Site): Workplace {
  let last: Snapshot | null = null;
  const store = storeOf(session, folder);
  return {
    last: () => last,
    parts: {
      journal,
      now: () => new Date(systemClock.now()).toISOString(),
      ...(session.signal === undefined ? {} : { cancel: session.signal }),
      onEntry(line, snapshot) {
        last = snapshot;
        const { description, meta } = stateMetaOf(snapshot);
        session.onProgress?.({ ...line, description, meta, context: snapshot.context });
      },
      runActor(name, input, signal) {
        if (last === null) throw new Error('an actor ran before its state was entered');
        const scope: ActorScope = {
          docker,
          openshell,
          dockerCommand: dockerCommand(session),
          signal,
          store,
          parts,
          clock: systemClock,
          host: thisHost,
          runId: last.context.runId,
          engineId: last.context.engineId,
          patienceMs: last.context.options.engineTimeoutMs,
        };
        return runActor(name, input, scope);
      },
    },
  };
}

function storeOf(session: Session, folder: RunFolder): RunStore {
  const { stateDir } = session;
  return {
    isHolderAlive: (holder) => isHolderAlive(holder, stateDir),
    whereIs: (holder) => whereIs(holder, stateDir),
    isRunOver: (holder) => isRunOver(holder, stateDir),
    backupOf: (originalId) => findKeptBackup(stateDir, originalId)?.name ?? null,
    writeRescue(document) {
      onDisk(() => folder.writeRescue(rescueJson(document), rescueScript(document, session)));
    },
    originalAsFound: (runId) =>
      isRunId(runId) ? inspectIn(new RunFolder(stateDir, runId).readRescue()) : null,
    writeSnapshot(document) {
      onDisk(() =>
        folder.writeRescue(snapshotJson(document), snapshotScript(document, folder, session)),
      );
    },
    writeDiagnostics: (files, keepsEarlier) =>
      onDisk(() => folder.writeDiagnostics(files, keepsEarlier)),
    async writeLog(name, fill) {
      try {
        return await folder.writeLog(name, fill);
      } catch (error) {
        throw isEngineError(error) ? error : cannotWrite(error as Error);
      }
    },
  };
}

function onDisk<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw cannotWrite(error as Error);
  }
}

const cannotWrite = ({ message }: Error): GraftError =>
  failure(
    'state-dir',
    `cannot write to the state folder: ${message}`,
    '--state-dir names another folder',
  );
