/**
 * The port to a Docker engine: everything gpugraft ever asks of one. One adapter talks to real
 * engines (`adapter/`), one in-memory engine stands in for them in tests; both are held to the
 * same rules by the same tests.
 *
 * Every method has a deadline of its own and answers in one of four ways:
 * - it resolves: the engine answered, and this is what it said;
 * - `EngineRefused`: the engine answered with an error (HTTP status and its own text);
 * - `EngineUnreachable`: no request reached the engine, so nothing was done;
 * - `EngineAmbiguous`: the request may have reached the engine and no answer came back, so the
 *   act may have happened, may happen later, or never (facts: a call whose client is gone still
 *   happens). Only looking again can tell.
 */
import type { JsonObject, RawContainer, RawImage, RawLayerChange } from './raw.js';

/** What an engine says of itself. `id` is pinned for the length of a run. */
export interface EngineFacts {
  readonly id: string;
  /** Such as `28.5.2`. */
  readonly version: string;
  /** The negotiated API version, such as `1.51`. */
  readonly apiVersion: string;
  readonly osType: string;
  readonly architecture: string;
  /** Names of the runtimes configured (`runc`, `nvidia`, …). A hint only: a start decides. */
  readonly runtimes: readonly string[];
  /** The runtime of containers that name none; empty where the engine does not say. */
  readonly defaultRuntime: string;
  /** What the machine that the engine runs on calls itself. */
  readonly hostName: string;
  /** Where it keeps images and layers, on that machine; empty where it does not say. */
  readonly rootDir: string;
  /** Free text for people: `Docker Desktop`, `Debian GNU/Linux 12`, … */
  readonly operatingSystem: string;
  /**
   * Changes whenever the engine's process was started anew; null where the engine gives no sign
   * of it. Two equal values mean that no restart lay between them.
   */
  readonly epoch: string | null;
}

/** A body for `POST /containers/create`. */
export type CreateBody = JsonObject;

export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
}

/** What a commit writes into the image beside the layer. */
export interface CommitRequest {
  /** Stands in the image's own document, and in nothing that is made from it. */
  readonly comment: string;
  /** Laid over the container's configuration: variables and labels by their names. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExecResult {
  readonly exitCode: number;
  /** stdout and stderr together, bounded to 64 KiB, undecodable bytes replaced. */
  readonly output: string;
}

export interface ListedContainer {
  readonly id: string;
  /** Without the leading slash. */
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `created`, `running`, `exited`, …: a hint only, lists are stale (facts/reliability.md). */
  readonly state: string;
}

export interface CallOptions {
  /** Ends the waiting for an answer, not the act: the call then throws `EngineAmbiguous`. */
  readonly signal?: AbortSignal;
}

export interface DockerPort {
  /** Facts about the engine; the first call negotiates the API version. */
  engine(options?: CallOptions): Promise<EngineFacts>;

  /** `ref` is a full ID, or a name when somebody's word is first looked up. Null: the engine says that there is none. */
  inspectContainer(ref: string, options?: CallOptions): Promise<RawContainer | null>;
  /** All containers (stopped too) that carry every one of the labels (`key` or `key=value`). A hint, never a verdict. */
  listContainers(
    labels: readonly string[],
    options?: CallOptions,
  ): Promise<readonly ListedContainer[]>;
  inspectImage(ref: string, options?: CallOptions): Promise<RawImage | null>;
  /** IDs of the images that the engine has, newest first. */
  listImages(options?: CallOptions): Promise<readonly string[]>;
  /** The writable layer's changes (`docker diff`). */
  layerChanges(id: string, options?: CallOptions): Promise<readonly RawLayerChange[]>;
  /** Bytes of the writable layer; null: the engine says that there is no such container. Walks the layer and the image: slow for large ones. */
  layerSize(id: string, options?: CallOptions): Promise<number | null>;
  /**
   * Bytes of a regular file in the container's own file system, running or not; null: there is none
   * at the path (a link is none). What a hook of the runtime mounted over it is not seen.
   */
  fileBytes(id: string, path: string, options?: CallOptions): Promise<number | null>;
  /**
   * Whether a folder as the container sees it, volumes included, has nothing in it.
   * @throws EngineRefused also where the engine cannot look into this container
   */
  isFolderEmpty(id: string, path: string, options?: CallOptions): Promise<boolean>;
  /** Bytes in the files of a volume; null: not known. Walks every volume of the engine: a last resort. */
  volumeBytes(name: string, options?: CallOptions): Promise<number | null>;
  /** The last lines of both streams, undecoded control characters included: sanitize before showing. */
  logs(id: string, tail: number, options?: CallOptions): Promise<string>;
  /**
   * All lines of both streams in order, each behind the engine's timestamp, as they were logged:
   * piece by piece, for they may be gigabytes. It may take as long as pieces come.
   * @param take what it throws ends the reading, and is thrown
   * @returns false: the log driver of this container cannot be read
   * @throws EngineAnswerInvalid where the engine could not read them to their end
   */
  readLogs(id: string, take: (chunk: Uint8Array) => void, options?: CallOptions): Promise<boolean>;
  /**
   * Listens for starts of containers that carry every one of the labels. `heard` is called once it
   * listens, so that whoever looks then misses none, and again with each start: a hint that there is
   * something to look at, which may come twice. It must not throw.
   * @returns once the engine has ended it; an engine that has had nothing to say for minutes counts
   *   as unreachable. Either way whoever watches on begins anew.
   */
  watchStarts(labels: readonly string[], heard: () => void, options?: CallOptions): Promise<void>;

  createContainer(name: string, body: CreateBody, options?: CallOptions): Promise<Created>;
  /** Already running counts as done. */
  startContainer(id: string, options?: CallOptions): Promise<void>;
  /** Not running counts as done. `graceS` null: the container's own StopTimeout. The call's deadline is the grace plus a margin. */
  stopContainer(id: string, graceS: number | null, options?: CallOptions): Promise<void>;
  renameContainer(id: string, name: string, options?: CallOptions): Promise<void>;
  setRestartPolicy(id: string, policy: RestartPolicy, options?: CallOptions): Promise<void>;
  /** Never with `v`: volumes stay. `force` kills a running container first. */
  removeContainer(id: string, force: boolean, options?: CallOptions): Promise<void>;
  connectNetwork(
    network: string,
    id: string,
    endpoint: JsonObject,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Makes an image of a container and its writable layer (`docker commit`), without a tag, without
   * a pause. What the request does not name of the configuration is the container's own.
   * @returns the ID of the image
   */
  commitContainer(id: string, request: CommitRequest, options?: CallOptions): Promise<string>;
  /** Removes an image that has no tag and that no container uses, and none of those below it. One that is not there counts as removed. */
  removeImage(id: string, options?: CallOptions): Promise<void>;
  /** Runs a command in a running container without a shell or a terminal, and waits for its end. */
  exec(
    id: string,
    argv: readonly string[],
    options?: CallOptions & { timeoutMs?: number },
  ): Promise<ExecResult>;

  /** Closes every connection. The port answers no call afterwards. */
  close(): Promise<void>;
}

export interface RestartPolicy {
  /** `no`, `always`, `unless-stopped`, `on-failure`; an empty name from old engines means `no`. */
  readonly name: string;
  readonly maximumRetryCount: number;
}
