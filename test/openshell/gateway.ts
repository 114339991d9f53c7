/** A gateway that watches an engine: when it looks, and what it answers. It has no timers of its own. */
import { traitsOf } from './generation.js';
import type { Generation, Traits } from './generation.js';
import type { GatewayLog } from './log.js';
import { Registry } from './registry.js';
import type { Sandbox, SupervisorOf } from './registry.js';
import type { Script } from './script.js';
import { newestOf, sandboxIdOf } from './watched.js';
import type { ExecResult, SandboxIdentity, WatchedContainer, WatchedEngine } from './watched.js';

export const POLL_MS = 2000;
export const SWEEP_MS = 60_000;

/** Null: whoever asks knows of none. */
export type Workspace = string | null;

/** The gateway says no, in its own words. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused';

  constructor(
    readonly code: 'NotFound' | 'FailedPrecondition' | 'Unimplemented' | 'Internal',
    message: string,
  ) {
    super(message);
  }
}

export interface GatewayOptions {
  readonly generation: Generation;
  readonly engine: WatchedEngine;
  /** Milliseconds; never goes back. */
  readonly now: () => number;
  /** Instead of one that is there `supervisorAfterMs` (300) after its container's start. */
  readonly supervisorOf?: SupervisorOf;
  readonly supervisorAfterMs?: number;
  /** How far `list` lags behind. */
  readonly lagMs?: number;
  /** When the first poll and the first sweep are due, from now on: at once, and after 60 s. */
  readonly firstPollMs?: number;
  readonly firstSweepMs?: number;
}

export class Gateway {
  readonly traits: Traits;
  readonly registry: Registry;
  lagMs: number;
  readonly #engine: WatchedEngine;
  readonly #now: () => number;
  #nextPoll: number;
  #nextSweep: number;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(options: GatewayOptions) {
    const { engine, now, supervisorAfterMs = 300 } = options;
    this.traits = traitsOf(options.generation);
    this.lagMs = options.lagMs ?? 0;
    this.#engine = engine;
    this.#now = now;
    this.#nextPoll = now() + (options.firstPollMs ?? 0);
    this.#nextSweep = now() + (options.firstSweepMs ?? SWEEP_MS);
    const after: SupervisorOf = ({ startedAt }) =>
      startedAt !== null && now() - startedAt >= supervisorAfterMs ? 'live' : 'absent';
    this.registry = new Registry(this.traits, now, options.supervisorOf ?? after);
  }

  get log(): GatewayLog {
    return this.registry.log;
  }

  /** When the next poll or sweep is due. */
  get nextDue(): number {
    return Math.min(this.#nextPoll, this.#nextSweep);
  }

  poll(): Promise<void> {
    return this.#look((containers) => this.registry.polled(containers));
  }

  sweep(): Promise<void> {
    return this.#look((containers) => this.registry.swept(containers));
  }

  /** Does what is due by now. Whoever lets time jump sees fewer things happen in between. */
  async advance(): Promise<void> {
    while (this.nextDue <= this.#now()) {
      const polls = this.#nextPoll <= this.#nextSweep;
      // Moved first: a look that fails is not made up for.
      if (polls) this.#nextPoll += POLL_MS;
      else this.#nextSweep += SWEEP_MS;
      await (polls ? this.poll() : this.sweep());
    }
    await this.#look((containers) => this.registry.sessions(containers));
  }

  register(identity: SandboxIdentity): void {
    this.registry.register(identity);
  }

  async list(): Promise<readonly Sandbox[]> {
    await this.#catchUp();
    const told = this.registry.lagging(this.lagMs).map((record) => this.registry.told(record));
    for (const record of told) {
      this.registry.turn(record);
      this.#note({ kind: 'list', phase: record.phase }, record);
    }
    return told;
  }

  /** @throws GatewayRefused */
  async get(name: string, workspace: Workspace = null): Promise<Sandbox> {
    await this.#catchUp();
    const told = this.registry.told(this.#record(name, workspace));
    this.#note({ kind: 'get', phase: told.phase }, told);
    return told;
  }

  /** @throws GatewayRefused unless it is Ready */
  async exec(
    name: string,
    argv: readonly string[],
    workspace: Workspace = null,
  ): Promise<ExecResult> {
    await this.#catchUp();
    const told = this.registry.told(this.#record(name, workspace));
    this.#note({ kind: 'exec', phase: told.phase }, told);
    if (told.phase !== 'Ready') {
      throw new GatewayRefused('FailedPrecondition', `sandbox is not ready (phase: ${told.phase})`);
    }
    const all = await this.#engine.labelled();
    const connected = all.find((one) => sandboxIdOf(one) === told.id && one.status === 'running');
    if (connected === undefined) throw this.#gone();
    return this.#engine.exec(connected.id, argv);
  }

  /** Asked again it goes on, and is content with what is done. @throws GatewayRefused unless it is Ready */
  async stop(name: string, workspace: Workspace = null): Promise<void> {
    const record = await this.#atLifecycle(name, workspace);
    if (record.phase === 'Stopped') return;
    if (record.phase !== 'Ready' && record.phase !== 'Stopping') {
      throw this.#unfit('stop', record, `sandbox must be Ready to stop`);
    }
    const newest = await this.#newest(record);
    this.#note({ kind: 'stop', accepted: true }, record);
    this.registry.become(record, { phase: 'Stopping', reason: 'Stopping' });
    try {
      await this.#engine.stop(newest.id);
    } catch (error) {
      this.registry.become(record, record);
      throw this.#failed('stop', error);
    }
    this.registry.become(record, { phase: 'Stopped', reason: 'Stopped' });
  }

  /** Asked again it goes on, and is content with what is done. @throws GatewayRefused unless it is Stopped */
  async start(name: string, workspace: Workspace = null): Promise<void> {
    const record = await this.#atLifecycle(name, workspace);
    if (record.phase === 'Ready') return;
    if (record.phase !== 'Stopped' && record.phase !== 'Starting') {
      throw this.#unfit('start', record, `sandbox must be Stopped to start`);
    }
    const newest = await this.#newest(record);
    this.#note({ kind: 'start', accepted: true }, record);
    this.registry.starting(record);
    try {
      await this.#engine.start(newest.id);
    } catch (error) {
      this.registry.become(record, record);
      this.registry.started(record);
      throw this.#failed('start', error);
    }
    // A look that began before the start may still find it down: that one is let pass.
    await this.#look((containers) => {
      this.registry.started(record);
      this.registry.sessions(containers);
    }).catch((error: unknown) => {
      this.registry.started(record);
      throw error;
    });
  }

  /** Removes the newest container; the record goes once there is none left. @throws GatewayRefused */
  async delete(name: string, workspace: Workspace = null): Promise<void> {
    await this.#catchUp();
    const record = this.#record(name, workspace);
    this.#note({ kind: 'delete', accepted: true }, record);
    this.registry.become(record, { phase: 'Deleting', reason: 'Deleting' });
    const newest = newestOf(await this.#engine.labelled(), record.id);
    if (newest !== null) await this.#engine.remove(newest.id);
    const left = newestOf(await this.#engine.labelled(), record.id);
    if (left === null) this.registry.drop(record);
  }

  /** Has it say so, whatever is true; null: the truth again. */
  async script(name: string, script: Script | null): Promise<void> {
    await this.advance();
    await this.#look((containers) => this.registry.script(name, script, containers));
  }

  /** Answers come from the records, also while the engine gives none. */
  #catchUp(): Promise<void> {
    return this.advance().catch(() => undefined);
  }

  /** One look at a time, so that an answer that is late does not undo a newer one. */
  #look(act: (containers: readonly WatchedContainer[]) => void): Promise<void> {
    const look = this.#looking.then(async () => act(await this.#engine.labelled()));
    this.#looking = look.catch(() => undefined);
    return look;
  }

  async #atLifecycle(name: string, workspace: Workspace): Promise<Sandbox> {
    if (!this.traits.lifecycle) {
      throw new GatewayRefused('Unimplemented', 'this gateway does not stop or start sandboxes');
    }
    await this.#catchUp();
    return this.registry.told(this.#record(name, workspace));
  }

  #record(name: string, workspace: Workspace): Sandbox {
    const record = this.registry.find(name, workspace);
    if (record === null) throw new GatewayRefused('NotFound', 'sandbox not found');
    return record;
  }

  async #newest(record: Sandbox): Promise<WatchedContainer> {
    const newest = newestOf(await this.#engine.labelled(), record.id);
    if (newest === null) throw this.#gone();
    return newest;
  }

  #gone(): GatewayRefused {
    return new GatewayRefused('NotFound', 'sandbox container not found');
  }

  #unfit(verb: 'stop' | 'start', record: Sandbox, message: string): GatewayRefused {
    this.#note({ kind: verb, accepted: false }, record);
    return new GatewayRefused('FailedPrecondition', `${message} (current phase: ${record.phase})`);
  }

  #failed(verb: string, error: unknown): GatewayRefused {
    const message = error instanceof Error ? error.message : String(error);
    return new GatewayRefused('Internal', `${verb} sandbox failed: ${message}`);
  }

  #note(entry: Note, { name }: SandboxIdentity): void {
    this.log.add({ at: this.#now(), sandbox: name, ...entry });
  }
}

type Note =
  | { readonly kind: 'list' | 'get' | 'exec'; readonly phase: Sandbox['phase'] }
  | { readonly kind: 'stop' | 'start' | 'delete'; readonly accepted: boolean };
