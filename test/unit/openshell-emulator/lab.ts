/** A gateway, an engine that is a list, and a clock that is a number: time passes in small steps. */
import { Gateway, containerNameOf, labelsOf } from '../../openshell/index.js';
import type {
  ContainerStatus,
  GatewayOptions,
  Phase,
  SandboxIdentity,
  WatchedContainer,
  WatchedEngine,
} from '../../openshell/index.js';

export type Fake = { -readonly [K in keyof WatchedContainer]: WatchedContainer[K] };

/** How long a removal takes. */
export const REMOVAL_MS = 20;
const STEP_MS = 10;
const START = 1_000_000;

export class GatewayLab implements WatchedEngine {
  time = START;
  readonly containers: Fake[] = [];
  readonly identity: SandboxIdentity;
  readonly original: Fake;
  readonly gateway: Gateway;
  /** How long a stop and a start through the gateway take. */
  stopMs = 0;
  startMs = 0;
  #made = 0;

  constructor(options: Partial<GatewayOptions> & Pick<GatewayOptions, 'generation'>) {
    const workspace = options.generation === 'lifecycle' ? 'default' : '';
    this.identity = { id: 'abc123', name: 'box', workspace };
    this.original = this.create();
    this.up(this.original);
    this.time += 1000;
    this.gateway = new Gateway({ engine: this, now: () => this.time, ...options });
  }

  create(identity = this.identity): Fake {
    this.#made += 1;
    const id = `container-${this.#made}`;
    const name = containerNameOf(identity) + (this.#made === 1 ? '' : `.${id}`);
    const labels = labelsOf(identity);
    const made: Fake = {
      id,
      name,
      createdAt: this.#made,
      startedAt: null,
      labels,
      status: 'created',
    };
    this.containers.push(made);
    return made;
  }

  up(container: Fake): void {
    if (container.status === 'running') return;
    container.status = 'running';
    container.startedAt = this.time;
  }

  down(container: Fake, status: ContainerStatus = 'exited'): void {
    container.status = status;
  }

  gone(container: Fake): void {
    this.containers.splice(this.containers.indexOf(container), 1);
  }

  /** As an engine does it: there is a short while in which it is being removed. */
  async removed(container: Fake): Promise<void> {
    container.status = 'removing';
    await this.pass(REMOVAL_MS);
    this.gone(container);
  }

  /** Time passes, and the gateway does what is due. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    while (this.time < end) {
      this.time = Math.min(end, this.time + STEP_MS);
      await this.gateway.advance();
    }
  }

  /** As it would be told. */
  async phase(): Promise<Phase | null> {
    await this.gateway.advance();
    return this.gateway.registry.find('box')?.phase ?? null;
  }

  /** The wait for a supervisor: every 2 s, until it is Ready or 15 in a row were Error. */
  async wait(debounce = 15): Promise<{ end: 'ready' | 'failed'; errors: number; tookMs: number }> {
    const from = this.time;
    for (let errors = 0; ;) {
      const said = (await this.gateway.list()).find(({ name }) => name === 'box')?.phase;
      if (said === 'Ready') return { end: 'ready', errors, tookMs: this.time - from };
      errors = said === 'Error' ? errors + 1 : 0;
      if (errors >= debounce) return { end: 'failed', errors, tookMs: this.time - from };
      if (this.time - from > 900_000) throw new Error(`still ${said} after 900 s`);
      await this.pass(2000);
    }
  }

  /** Once: whoever looks next hears of it only when this is over. */
  late: Promise<unknown> | null = null;

  async labelled(): Promise<readonly WatchedContainer[]> {
    const { late } = this;
    this.late = null;
    const seen = this.containers.map((container) => ({ ...container }));
    await late;
    return seen;
  }

  async stop(id: string): Promise<void> {
    await this.pass(this.stopMs);
    this.down(this.#find(id));
  }

  async start(id: string): Promise<void> {
    await this.pass(this.startMs);
    this.up(this.#find(id));
  }

  async remove(id: string): Promise<void> {
    this.gone(this.#find(id));
  }

  async exec(id: string, argv: readonly string[]): Promise<{ exitCode: number; output: string }> {
    return { exitCode: 0, output: `${id}: ${argv.join(' ')}` };
  }

  #find(id: string): Fake {
    const found = this.containers.find((container) => container.id === id);
    if (found === undefined) throw new Error(`No such container: ${id}`);
    return found;
  }
}
