/** What an engine in memory holds. Only the files of this folder change it. */
import type { RawContainer, RawLayerChange, JsonObject } from '../../src/docker/raw.js';
import type { Behaviour } from './behaviour.js';
import type { Happening } from './timeline.js';

export type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited';
/** Whose doing a change was: a port's call, somebody else's, or what happens by itself. */
export type Actor = 'us' | 'outsider' | 'engine';

export interface Endpoint {
  /** As configured: `Aliases`, `IPAMConfig`, `Links`, `DriverOpts`, `MacAddress`, unknown fields. */
  readonly config: JsonObject;
  /** Set once the container has been attached; stays after a stop. */
  networkId: string;
  /** Only while the container runs. */
  live: { endpointId: string; address: string; mac: string } | null;
  /** Below API 1.44 the engine adds the short ID to the aliases, when it attaches or connects. */
  shortIdAdded: boolean;
}

export interface PortUse {
  readonly key: string;
  readonly hostIp: string;
  readonly hostPort: number;
  /** On IPv6 as well. */
  readonly dual: boolean;
}

/** Another container, by its ID, and the name that it has or had last. */
export interface LinkTo {
  readonly id: string;
  name: string;
  readonly alias: string;
}

export interface MemoryContainer {
  readonly id: string;
  /** Without the leading slash. */
  name: string;
  readonly createdAt: number;
  readonly imageId: string;
  readonly config: RawContainer['Config'];
  readonly hostConfig: RawContainer['HostConfig'];
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: RawContainer['Mounts'];
  readonly path: string;
  readonly args: readonly string[];
  readonly endpoints: Map<string, Endpoint>;
  readonly links: readonly LinkTo[];
  readonly anonymousVolumes: readonly string[];
  /** What was written to the writable layer, by path. */
  readonly layer: Map<string, RawLayerChange['Kind']>;
  status: Status;
  startedAt: number | null;
  finishedAt: number | null;
  pid: number;
  exitCode: number;
  error: string;
  restartCount: number;
  /** The engine's delay before the next restart, doubled each time (ms). */
  backoffMs: number;
  /** Stopped by a call, or by an engine that was killed: `unless-stopped` stays down. */
  stoppedByHand: boolean;
  /** How often it was started, restarts by policy included. */
  starts: number;
  /** Who asked for its last start; restarts by policy leave it. */
  startedBy: Actor | null;
  /** Grows from start to start over the whole engine: who came second. */
  startOrder: number;
  health: { status: 'starting' | 'healthy' | 'unhealthy'; failingStreak: number } | null;
  ports: readonly PortUse[];
  logs: string;
  /** What the scripts say of the present start. */
  behaviour: Behaviour;
  /** What is planned for it: its exit, a kill after the grace, health changes, a restart. */
  planned: Happening[];
  stop: { killAt: number } | null;
}

export interface MemoryImage {
  readonly id: string;
  readonly tags: Set<string>;
  readonly config: JsonObject;
  readonly behaviour: Behaviour;
  /** Of a commit: its comment, how many layers it has, and what the layers above the first one changed. */
  readonly comment: string;
  readonly layers: number;
  readonly changes: ReadonlyMap<string, number>;
}

export interface MemoryNetwork {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly driver: string;
  /** `172.18.0.0/16`; null for host and none. */
  readonly subnet: string | null;
  /** Static addresses need a subnet that the user gave. */
  readonly subnetGiven: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Address to the ID of the container that has it, or `outsider`. */
  readonly addresses: Map<string, string>;
}

export interface MemoryVolume {
  readonly name: string;
  readonly anonymous: boolean;
  /** Grows with each write that somebody other than a started container's process made. */
  copiedInto: number;
  /** Nothing is in it: a create fills it from the image, unless told not to. */
  empty: boolean;
}

export interface EngineEvent {
  readonly at: number;
  readonly action: string;
  readonly id: string;
  readonly name: string;
}

/** Docker's own word for it: a restarting or paused container counts as running. */
export const isRunning = (container: MemoryContainer): boolean =>
  container.status === 'running' ||
  container.status === 'paused' ||
  container.status === 'restarting';
