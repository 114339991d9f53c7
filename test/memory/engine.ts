/** A Docker engine in memory, with Docker's own rules, in virtual time. */
import type { JsonObject } from '../../src/docker/raw.js';
import type { Behaviour, Matcher, Script } from './behaviour.js';
import { MemoryClock } from './clock.js';
import { Core, type EngineOptions } from './core.js';
import { create } from './create.js';
import { describe, fingerprint } from './describe.js';
import { connect } from './endpoints.js';
import type { Call } from './faults.js';
import { LateActs } from './late.js';
import { hasLabels } from './listing.js';
import { Outsider } from './outsider.js';
import type { PortContext, PortOptions } from './exchange.js';
import { MemoryPort } from './port.js';
import { bodyOf, endpointBody, networksOf, type RunOptions } from './run.js';
import { start } from './start.js';
import type { EngineEvent, MemoryContainer } from './state.js';
import { pause, stop } from './stop.js';

export class MemoryEngine {
  readonly clock: MemoryClock;
  readonly core: Core;
  /** What others do: not counted, not hooked. */
  readonly outsider: Outsider;
  readonly #context: PortContext;

  /** @param clock shared with the driver; one of its own when left out */
  constructor(options: EngineOptions = {}, clock = new MemoryClock()) {
    this.clock = clock;
    this.core = new Core(clock, options);
    this.outsider = new Outsider(this.core);
    this.#context = { core: this.core, calls: [], late: new LateActs(this.core), ports: 0 };
  }

  /** Every call of every port, in order. */
  get calls(): readonly Call[] {
    return this.#context.calls;
  }

  get events(): readonly EngineEvent[] {
    return this.core.events;
  }

  /** Requests whose answers were lost and that have not landed yet. */
  get underWay(): number {
    return this.#context.late.count;
  }

  /** IDs of the containers that were made by requests which landed when nobody listened any more. */
  get landed(): ReadonlySet<string> {
    return this.#context.late.landed;
  }

  /** Lets everything under way land. */
  landLate(): void {
    this.#context.late.landAll();
  }

  /** A client's connection: one for each process, so that one can die and the next look. */
  port(options?: PortOptions): MemoryPort {
    return new MemoryPort(this.#context, options);
  }

  /** How containers behave from their next start on; see `Behaviour`. Of several the last one wins. */
  script(matcher: Matcher, script: Script): void {
    this.core.script(matcher, script);
  }

  /** Adds an image. Returns its ID (`sha256:…`). */
  image(tag: string, config: JsonObject = {}, behaviour: Behaviour = {}): string {
    const id = `sha256:${this.core.ids.next()}`;
    const full = tag.includes(':') ? tag : `${tag}:latest`;
    for (const other of this.core.images.values()) other.tags.delete(full);
    this.core.images.set(id, {
      id,
      tags: new Set([full]),
      config,
      behaviour,
      comment: '',
      layers: 1,
      changes: new Map(),
    });
    return id;
  }

  /** Adds a user's network. A subnet that is given allows static addresses. Returns its ID. */
  network(name: string, subnet?: string, labels: Readonly<Record<string, string>> = {}): string {
    // 172.17 is the default bridge's; the engine goes on from there.
    const others = [...this.core.networks.values()].filter((one) => one.driver === 'bridge');
    const pooled = others.filter((one) => !one.subnetGiven).length;
    const given = subnet ?? `172.${17 + pooled}.0.0/16`;
    const subnetGiven = subnet !== undefined;
    return this.core.addNetwork({ name, driver: 'bridge', subnet: given, subnetGiven, labels }).id;
  }

  /** `docker run -d`, as somebody did before gpugraft came. Returns the full ID. */
  run(options: RunOptions, behaviour?: Script): string {
    const { core } = this;
    const networks = networksOf(options);
    if (core.findImage(options.image ?? 'busybox') === null) this.image(options.image ?? 'busybox');
    for (const { name } of networks) {
      if (core.findNetwork(name) === null && !name.startsWith('container:')) this.network(name);
    }
    const made = create(core, options.name, bodyOf(options));
    if (!('id' in made)) throw new Error('set createMs after the originals have been made');
    const { id } = made;
    if (behaviour !== undefined) this.script(id, behaviour);
    for (const network of networks.slice(1)) connect(core, network.name, id, endpointBody(network));
    for (const path of options.written ?? []) core.container(id).layer.set(path, 1);
    if (options.state !== 'created') start(core, id);
    if (options.state === 'exited') stop(core, id, 0);
    if (options.state === 'paused') pause(core, core.container(id));
    this.clock.advance(1);
    return id;
  }

  /** The container itself, not a document: for assertions. Null when there is none. */
  find(ref: string): MemoryContainer | null {
    return this.core.find(ref);
  }

  /** Calls `observer` after every change of the engine's state. Returns what ends it. */
  watch(observer: () => void): () => void {
    this.core.observers.add(observer);
    return () => this.core.observers.delete(observer);
  }

  /** The same with the containers that carry all the labels, oldest first: a gateway's or Compose's eyes. */
  watchLabels(
    labels: readonly string[],
    observer: (containers: readonly MemoryContainer[]) => void,
  ): () => void {
    return this.watch(() => {
      observer([...this.core.containers.values()].filter((one) => hasLabels(one, labels)));
    });
  }

  /** What is there, as text. */
  describe(): string {
    return describe(this.core);
  }

  /** Equal for states from which everything goes on alike. */
  fingerprint(): string {
    return fingerprint(this.core);
  }
}
