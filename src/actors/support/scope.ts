import type {
  Gateway,
  Holder,
  ActorInput,
  ActorName,
  ActorOutput,
} from '../../../machines/index.js';
import type { Clock } from '../../clock.js';
import type { CreateBody, DockerPort } from '../../docker/port.js';
import type { Connection } from '../../docker/spec/endpoints.js';
import type { RawContainer } from '../../docker/raw.js';
import type { OpenShellPort } from '../../openshell/port.js';
import type { PartRuns } from './parts.js';
import type { ThisHost } from '../../this-host.js';

/** Where a run is at home: in our state folder, in another one of this machine, or on another machine. */
export type Whereabouts = 'here' | 'otherFolder' | 'otherMachine';

/** What a run keeps on this machine's disk, as far as actors write it. */
export interface RunStore {
  /** Whether the process of that run lives; null where it cannot be known from here. */
  isHolderAlive(holder: Holder): Promise<boolean | null>;
  whereIs(holder: Holder): Whereabouts;
  /** Whether that run's journal, as far as it can be read from here, says that it has ended; then there is nothing left to recover. */
  isRunOver(holder: Holder): boolean;
  /** The name of the container of which this one is a backup that a run of ours kept; null: of none. */
  backupOf(originalId: string): string | null;
  writeRescue(document: RescueDocument): void;
  /** The inspect in a run's rescue document: the original as it was before the first change. Null: there is none. */
  originalAsFound(runId: string): RawContainer | null;
  /** What makes a removed original again by hand takes the place of what started it. */
  writeSnapshot(document: SnapshotDocument): void;
  /** Writes a bundle of small text files, 0600 in a folder 0700. @returns the folder */
  writeDiagnostics(files: ReadonlyMap<string, string>, keepsEarlier: boolean): string;
  /**
   * Writes a log, 0600 in a folder 0700, of the pieces that `fill` hands on: whole and durable, or
   * not at all. Where no piece comes, there is no file.
   * @throws GraftError `state-dir`, from what takes the pieces too; and what `fill` throws
   */
  writeLog<T>(name: LogName, fill: (take: (bytes: Uint8Array) => void) => Promise<T>): Promise<T>;
}

/** Whose log it is. */
export type LogName = 'original.log' | 'replacement.log';

/** The one place that may hold environment values: what a person needs to bring the original back. */
export interface RescueDocument {
  readonly runId: string;
  readonly original: ActorInput<'writeRescue'>['original'];
  readonly replacementName: string;
  readonly backupName: string;
  readonly engineId: string;
  readonly inspect: RawContainer;
  /** Which watches the container, and is not to be surprised; null: none. */
  readonly gateway: Gateway | null;
}

/** The same for an original that is removed: how it is made again. */
export interface SnapshotDocument extends ActorInput<'writeSnapshot'> {
  readonly engineId: string;
  readonly inspect: RawContainer;
  readonly apiVersion: string;
  readonly body: CreateBody;
  readonly connect: readonly Connection[];
}

/** What every actor works with. */
export interface ActorScope {
  readonly docker: DockerPort;
  /** The gateway of OpenShell sandboxes, by the user's own client; asked of sandboxes alone. */
  readonly openshell: OpenShellPort;
  /** `docker`, told which engine, for commands that a person pastes. */
  readonly dockerCommand: string;
  readonly clock: Clock;
  /** Aborted when the state was left: a read-only wait ends then. */
  readonly signal: AbortSignal;
  readonly runId: string;
  /** The pinned ID of the engine; null before it is known. */
  readonly engineId: string | null;
  /** Milliseconds that a step waits for an engine that does not answer, and for an act to take effect. */
  readonly patienceMs: number;
  readonly store: RunStore;
  /** Runs of dependents' own that are parts of this one. */
  readonly parts: PartRuns;
  /** The machine that this process runs on. */
  readonly host: ThisHost;
}

/**
 * A convergent actor: run again at any instant, it comes to the same end. It throws a
 * `GraftError` when its step cannot be done, and `EngineSilent` when nothing can be known.
 */
export type Actor<N extends ActorName> = (
  input: ActorInput<N>,
  scope: ActorScope,
) => Promise<ActorOutput<N>>;

export type Actors = { readonly [N in ActorName]: Actor<N> };
