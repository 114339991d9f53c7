/** The `DockerPort` on an engine in memory. What becomes of a call is decided in `exchange.ts`. */
import type {
  CallOptions,
  CommitRequest,
  CreateBody,
  DockerPort,
  RestartPolicy,
} from '../../src/docker/port.js';
import type { JsonObject } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { Exchange, type PortContext, type PortOptions } from './exchange.js';
import type { ProcessDied } from './faults.js';
import * as operate from './operations.js';
import type { Pending } from './pending.js';

const CALL_DEADLINE_MS = 30_000;
const STOP_MARGIN_MS = 20_000;
/** As long as the real one listens to an engine that says nothing. */
const SILENCE_MS = 300_000;

export class MemoryPort implements DockerPort {
  readonly #core: Core;
  readonly #exchange: Exchange;

  constructor(context: PortContext, options: PortOptions = {}) {
    this.#core = context.core;
    this.#exchange = new Exchange(context, options);
  }

  /** Resolves when a hook has killed the process behind this port. */
  get died(): Promise<ProcessDied> {
    return this.#exchange.died;
  }

  /** kill -9 from outside, between two calls or in the middle of one. */
  kill(): void {
    this.#exchange.kill();
  }

  engine(options?: CallOptions) {
    return this.#look('engine', [], options, () => operate.engineFacts(this.#core));
  }
  inspectContainer(ref: string, options?: CallOptions) {
    return this.#look('inspectContainer', [ref], options, () => operate.inspect(this.#core, ref));
  }
  listContainers(labels: readonly string[], options?: CallOptions) {
    return this.#look('listContainers', [labels], options, () => operate.list(this.#core, labels));
  }
  inspectImage(ref: string, options?: CallOptions) {
    return this.#look('inspectImage', [ref], options, () => operate.image(this.#core, ref));
  }
  listImages(options?: CallOptions) {
    return this.#look('listImages', [], options, () => [...this.#core.images.keys()].toReversed());
  }
  layerChanges(id: string, options?: CallOptions) {
    return this.#look('layerChanges', [id], options, () => operate.changes(this.#core, id));
  }
  layerSize(id: string, options?: CallOptions) {
    return this.#look('layerSize', [id], options, () => operate.layerSize(this.#core, id));
  }
  fileBytes(id: string, path: string, options?: CallOptions) {
    const act = () => operate.fileBytes(this.#core, id, path);
    return this.#look('fileBytes', [id, path], options, act);
  }
  isFolderEmpty(id: string, path: string, options?: CallOptions) {
    const act = () => operate.isFolderEmpty(this.#core, id, path);
    return this.#look('isFolderEmpty', [id, path], options, act);
  }
  volumeBytes(name: string, options?: CallOptions) {
    const act = () => operate.volumeBytes(this.#core, name);
    return this.#look('volumeBytes', [name], options, act);
  }
  logs(id: string, tail: number, options?: CallOptions) {
    return this.#look('logs', [id, tail], options, () => operate.logs(this.#core, id, tail));
  }
  readLogs(id: string, take: (chunk: Uint8Array) => void, options?: CallOptions) {
    return this.#look('readLogs', [id], options, () => operate.readLogs(this.#core, id, take));
  }
  watchStarts(labels: readonly string[], heard: () => void, options?: CallOptions): Promise<void> {
    const watching = operate.watchStarts(this.#core, labels, heard);
    const act = () => watching.begin();
    return this.#look('watchStarts', [labels], options, act, SILENCE_MS).finally(watching.end);
  }
  createContainer(name: string, body: CreateBody, options?: CallOptions) {
    const act = () => operate.create(this.#core, name, body);
    const reserve = () => operate.reserve(this.#core, name, body);
    const signal = options?.signal;
    const deed = { method: 'createContainer', args: [name, body], changing: true, signal };
    return this.#exchange.call({ ...deed, deadlineMs: CALL_DEADLINE_MS, act, reserve });
  }
  startContainer(id: string, options?: CallOptions) {
    return this.#change('startContainer', [id], options, () => operate.start(this.#core, id));
  }
  stopContainer(id: string, graceS: number | null, options?: CallOptions) {
    const act = () => operate.stop(this.#core, id, graceS);
    const deadlineMs = operate.graceOf(this.#core, id, graceS) * 1000 + STOP_MARGIN_MS;
    return this.#change('stopContainer', [id, graceS], options, act, deadlineMs);
  }
  renameContainer(id: string, name: string, options?: CallOptions) {
    const act = () => operate.rename(this.#core, id, name);
    return this.#change('renameContainer', [id, name], options, act);
  }
  setRestartPolicy(id: string, policy: RestartPolicy, options?: CallOptions) {
    const act = () => operate.setPolicy(this.#core, id, policy);
    return this.#change('setRestartPolicy', [id, policy], options, act);
  }
  removeContainer(id: string, force: boolean, options?: CallOptions) {
    const act = () => operate.remove(this.#core, id, force);
    return this.#change('removeContainer', [id, force], options, act);
  }
  connectNetwork(network: string, id: string, endpoint: JsonObject, options?: CallOptions) {
    const act = () => operate.connect(this.#core, network, id, endpoint);
    return this.#change('connectNetwork', [network, id, endpoint], options, act);
  }
  commitContainer(id: string, request: CommitRequest, options?: CallOptions) {
    const act = () => operate.commit(this.#core, id, request);
    return this.#change('commitContainer', [id, request], options, act);
  }
  removeImage(id: string, options?: CallOptions) {
    return this.#change('removeImage', [id], options, () => operate.removeImage(this.#core, id));
  }
  exec(id: string, argv: readonly string[], options?: CallOptions & { timeoutMs?: number }) {
    const act = () => operate.exec(this.#core, id, argv);
    return this.#look('exec', [id, argv], options, act, options?.timeoutMs);
  }
  close(): Promise<void> {
    this.#exchange.close();
    return Promise.resolve();
  }

  #look<T>(
    method: string,
    args: readonly unknown[],
    options: CallOptions | undefined,
    act: () => T | Pending<T>,
    deadlineMs = CALL_DEADLINE_MS,
  ): Promise<T> {
    const signal = options?.signal;
    return this.#exchange.call({ method, args, changing: false, deadlineMs, signal, act });
  }

  #change<T>(
    method: string,
    args: readonly unknown[],
    options: CallOptions | undefined,
    act: () => T | Pending<T>,
    deadlineMs = CALL_DEADLINE_MS,
  ): Promise<T> {
    const signal = options?.signal;
    return this.#exchange.call({ method, args, changing: true, deadlineMs, signal, act });
  }
}
