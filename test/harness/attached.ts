/** What must hold of the containers that depend on another one, once a run on that one is over. */
import { isRunning, type MemoryContainer } from '../memory/index.js';
import type { Lab } from './lab.js';

type Joined = Pick<MemoryContainer, 'hostConfig' | 'links' | 'mounts'>;

export class Attached {
  readonly #ran: ReadonlyMap<string, boolean>;
  readonly #names: ReadonlySet<string>;
  readonly #images: ReadonlySet<string>;

  /** As it stands before the run. @param of the container that they depend on, by its name */
  constructor(
    readonly lab: Lab,
    readonly of: string,
    readonly dependents: readonly string[],
  ) {
    this.#ran = new Map(dependents.map((name) => [name, isRunning(this.#find(name))]));
    this.#names = new Set(lab.engine.core.names.keys());
    this.#images = new Set(lab.engine.core.images.keys());
  }

  /** Everything that is wrong; empty: nothing. */
  faults(): string[] {
    const { core } = this.lab.engine;
    const extra = [...core.names.keys()].filter((name) => !this.#names.has(name));
    const used = new Set([...core.containers.values()].map(({ imageId }) => imageId));
    const images = [...core.images.keys()].filter((id) => !this.#images.has(id) && !used.has(id));
    return [
      ...extra.map((name) => `${name} is left`),
      ...images.map((id) => `the image ${id} is left`),
      ...this.astray(),
    ];
  }

  /** What is wrong with the dependents themselves. */
  astray(): string[] {
    return this.dependents.flatMap((name) => this.#faultsOf(name));
  }

  #faultsOf(name: string): string[] {
    const dependent = this.lab.engine.find(name);
    if (dependent === null) return [`${name} is gone`];
    const lender = this.#find(this.of);
    const wrong = this.#strays(dependent, lender);
    if (isRunning(dependent) !== this.#ran.get(name)) wrong.push(`is ${dependent.status}`);
    const joins = this.#refs(dependent).length > 0;
    if (joins && isRunning(dependent) && (dependent.startedAt ?? 0) < (lender.startedAt ?? 0))
      wrong.push(`runs since before ${this.of} does`);
    return wrong.map((what) => `${name} ${what}`);
  }

  /** Every container that it means is the one that has the name. */
  #strays(dependent: Joined, lender: MemoryContainer): string[] {
    const meant = (ref: string): string => this.lab.engine.find(ref)?.id ?? ref;
    const wrong = this.#refs(dependent).filter((ref) => meant(ref) !== lender.id);
    const links = dependent.links.filter(({ id }) => id !== lender.id);
    const lenders = (dependent.hostConfig.VolumesFrom ?? [])
      .map((from) => from.split(':')[0] ?? '')
      .filter((ref) => meant(ref) !== lender.id);
    return [...wrong, ...links.map(({ id }) => id), ...lenders].map((ref) => `depends on ${ref}`);
  }

  #refs({ hostConfig: { NetworkMode, PidMode, IpcMode } }: Joined): string[] {
    const modes = [NetworkMode, PidMode, IpcMode].filter((mode) => mode?.startsWith('container:'));
    return modes.map((mode) => mode?.slice('container:'.length) ?? '');
  }

  #find(name: string): MemoryContainer {
    const found = this.lab.engine.find(name);
    if (found === null) throw new Error(`there is no ${name}`);
    return found;
  }
}
