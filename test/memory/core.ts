/** The state of one engine and what every operation on it needs: options, look-ups, observers. */
import type { Matcher, Script, ScriptEntry } from './behaviour.js';
import type { MemoryClock } from './clock.js';
import { CDI_DEVICES } from './gpu.js';
import type { GpuModes, GpuSupport } from './gpu.js';
import { Ids } from './ids.js';
import { noSuchContainer, noSuchImage, noSuchNetwork } from './refusals.js';
import {
  isRunning,
  type Actor,
  type EngineEvent,
  type MemoryContainer,
  type MemoryImage,
  type MemoryNetwork,
  type MemoryVolume,
} from './state.js';

export interface EngineOptions {
  /** `1.41` behaves like 20.10, `1.51` (the default) like 28.5. */
  readonly apiVersion?: '1.41' | '1.51';
  /** One word for every mode, or each by itself. CDI is never there below API 1.44. */
  readonly gpu?: GpuSupport | Partial<GpuModes>;
  readonly liveRestore?: boolean;
  /** Qualified names of CDI devices, beside `0`, `1` and `all` of `nvidia.com/gpu`. */
  readonly cdiDevices?: readonly string[];
  /** The runtime of containers that name none; `runc` by default. */
  readonly defaultRuntime?: 'runc' | 'nvidia';
  /** What each call costs in virtual milliseconds; 1 by default, so that times differ. */
  readonly callMs?: number;
  /** How long a create takes (copying files into volumes): the name is taken at once, the container appears at the end. */
  readonly createMs?: number;
  /** How long a removal takes: meanwhile the container is `removing` and keeps its name. */
  readonly removeMs?: number;
  /** Engines of different seeds give out different IDs. */
  readonly seed?: number;
}

export class Core {
  readonly modern: boolean;
  readonly apiVersion: string;
  readonly gpu: GpuModes;
  readonly cdiDevices: ReadonlySet<string>;
  readonly ids: Ids;
  readonly containers = new Map<string, MemoryContainer>();
  /** Name without slash to container ID: the engine's atomic name check. */
  readonly names = new Map<string, string>();
  readonly images = new Map<string, MemoryImage>();
  readonly networks = new Map<string, MemoryNetwork>();
  readonly volumes = new Map<string, MemoryVolume>();
  /** Host ports that somebody outside the engine holds, as `8080/tcp`. */
  readonly foreignPorts = new Set<string>();
  readonly events: EngineEvent[] = [];
  /** IDs of containers that a port's call has changed. */
  readonly touched = new Set<string>();
  readonly scripts: ScriptEntry[] = [];
  readonly observers = new Set<() => void>();
  createMs: number;
  removeMs: number;
  liveRestore: boolean;
  /** Grows with every start of the engine's process. */
  epoch = 1;
  /** Until when (ms epoch) the engine does not answer; 0 when it is up. */
  downUntil = 0;
  /** Whose operation is being carried out. */
  actor: Actor = 'engine';
  /** Grows with every change of state. */
  revision = 0;
  nextPid = 4000;
  /** The next open port to give out. */
  nextPort = 32_768;
  #notifying = false;

  constructor(
    readonly clock: MemoryClock,
    readonly options: EngineOptions,
  ) {
    this.apiVersion = options.apiVersion ?? '1.51';
    this.modern = this.apiVersion !== '1.41';
    const gpu = options.gpu ?? 'ok';
    const given = typeof gpu === 'string' ? { cdi: gpu, gpus: gpu, 'nvidia-runtime': gpu } : gpu;
    this.gpu = {
      cdi: this.modern ? (given.cdi ?? 'none') : 'none',
      gpus: given.gpus ?? 'none',
      'nvidia-runtime': given['nvidia-runtime'] ?? 'none',
    };
    this.cdiDevices = new Set([...CDI_DEVICES, ...(options.cdiDevices ?? [])]);
    this.ids = new Ids(options.seed);
    this.createMs = options.createMs ?? 0;
    this.removeMs = options.removeMs ?? 0;
    this.liveRestore = options.liveRestore ?? false;
    for (const [name, driver, subnet] of [
      ['bridge', 'bridge', '172.17.0.0/16'],
      ['host', 'host', null],
      ['none', 'null', null],
    ] as const) {
      this.addNetwork({ name, driver, subnet, subnetGiven: false, labels: {} });
    }
  }

  addNetwork(network: Omit<MemoryNetwork, 'id' | 'createdAt' | 'addresses'>): MemoryNetwork {
    const added = {
      ...network,
      id: this.ids.next(),
      createdAt: this.clock.now(),
      addresses: new Map<string, string>(),
    };
    this.networks.set(added.name, added);
    return added;
  }

  script(matcher: Matcher, script: Script): void {
    this.scripts.push({ matcher, script });
  }

  /** Docker's order: full ID, then name, then an unambiguous beginning of an ID. */
  find(ref: string): MemoryContainer | null {
    const byId = this.containers.get(ref);
    if (byId !== undefined) return byId;
    const named = this.names.get(ref.replace(/^\//, ''));
    // A name that is taken by a create in progress hides nothing: there is no container yet.
    if (named !== undefined) return this.containers.get(named) ?? null;
    if (ref === '') return null;
    const matches = [...this.containers.values()].filter(({ id }) => id.startsWith(ref));
    return matches.length === 1 ? matches[0]! : null;
  }

  /** @throws EngineRefused 404 */
  container(ref: string): MemoryContainer {
    const found = this.find(ref);
    if (found === null) throw noSuchContainer(ref);
    return found;
  }

  findImage(ref: string): MemoryImage | null {
    const byId = this.images.get(ref) ?? this.images.get(`sha256:${ref}`);
    if (byId !== undefined) return byId;
    const tag = /:[^/]*$/.test(ref) ? ref : `${ref}:latest`;
    for (const image of this.images.values()) if (image.tags.has(tag)) return image;
    if (!/^(sha256:)?[0-9a-f]{6,64}$/.test(ref)) return null;
    const digits = ref.replace('sha256:', '');
    const matches = [...this.images.values()].filter(({ id }) => id.slice(7).startsWith(digits));
    return matches.length === 1 ? matches[0]! : null;
  }

  /** @throws EngineRefused 404 */
  image(ref: string): MemoryImage {
    const found = this.findImage(ref);
    if (found === null) throw noSuchImage(ref);
    return found;
  }

  findNetwork(ref: string): MemoryNetwork | null {
    const named = this.networks.get(ref === 'default' ? 'bridge' : ref);
    if (named !== undefined) return named;
    for (const network of this.networks.values()) {
      if (network.id === ref || (ref.length >= 12 && network.id.startsWith(ref))) return network;
    }
    return null;
  }

  /** @throws EngineRefused 404 */
  network(ref: string): MemoryNetwork {
    const found = this.findNetwork(ref);
    if (found === null) throw noSuchNetwork(ref);
    return found;
  }

  /** Notes what happened to a container and tells the observers, once the state is consistent again. */
  changed(action: string, container: { id: string; name: string }): void {
    this.revision++;
    if (this.actor === 'us') this.touched.add(container.id);
    this.events.push({ at: this.clock.now(), action, id: container.id, name: container.name });
    // An observer that changes something itself must not be called in the middle of its own move.
    if (this.#notifying) return;
    this.#notifying = true;
    try {
      for (const observer of this.observers) observer();
    } finally {
      this.#notifying = false;
    }
  }

  /** Does something in somebody's name. */
  as<T>(actor: Actor, act: () => T): T {
    const before = this.actor;
    this.actor = actor;
    try {
      return act();
    } finally {
      this.actor = before;
    }
  }

  /** Plans something in a container's life; all of it is dropped when the container stops. */
  plan(container: MemoryContainer, afterMs: number, what: string, run: () => void): void {
    const happening = this.clock.at(
      this.clock.now() + afterMs,
      `${container.name}: ${what}`,
      () => {
        container.planned = container.planned.filter((other) => other !== happening);
        run();
      },
    );
    container.planned.push(happening);
  }

  unplan(container: MemoryContainer): void {
    for (const happening of container.planned) this.clock.cancel(happening);
    container.planned = [];
  }

  running(): MemoryContainer[] {
    return [...this.containers.values()].filter(isRunning);
  }
}
