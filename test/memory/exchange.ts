/** One process's calls to the engine: classified as the real adapter does, and broken where the hooks say so. */
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../src/docker/errors.js';
import type { Core } from './core.js';
import type { Reserved } from './create.js';
import { ProcessDied, type Call, type Hooks, type Verdict } from './faults.js';
import { attempt, type LateActs } from './late.js';
import { Pending } from './pending.js';

export interface PortOptions {
  readonly hooks?: Hooks;
  /**
   * What the code under test sees when it dies: `silent` (as kill -9 has it: no promise ever
   * settles, `died` tells the test), or `throw` (every call rejects with `ProcessDied`).
   */
  readonly death?: 'silent' | 'throw';
}

/** What the ports of one engine share. */
export interface PortContext {
  readonly core: Core;
  readonly calls: Call[];
  readonly late: LateActs;
  ports: number;
}

/** A call: what it asks for, and how the engine does it. */
export interface Deed<T> {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly changing: boolean;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly act: () => T | Pending<T>;
  /** A create's first half, for one whose name is taken long before it is there. */
  readonly reserve?: () => Reserved;
}

export class Exchange {
  readonly #context: PortContext;
  readonly #core: Core;
  readonly #hooks: Hooks;
  readonly #number: number;
  readonly #death: 'silent' | 'throw';
  #dead: ProcessDied | null = null;
  #closed = false;
  #unreachable = { calls: 0, untilMs: 0, reason: 'down' as EngineUnreachable['kind'] };
  #reportDeath!: (death: ProcessDied) => void;
  readonly died: Promise<ProcessDied>;

  constructor(context: PortContext, { hooks = {}, death = 'silent' }: PortOptions) {
    this.#context = context;
    this.#core = context.core;
    this.#hooks = hooks;
    this.#death = death;
    this.#number = ++context.ports;
    this.died = new Promise((resolve) => (this.#reportDeath = resolve));
  }

  kill(): void {
    const last = this.#context.calls.findLast((call) => call.port === this.#number);
    this.#dead ??= new ProcessDied(last ?? null);
    this.#reportDeath(this.#dead);
  }

  close(): void {
    this.#closed = true;
  }

  /** Makes the call, with what the hooks do to it. */
  async call<T>(deed: Deed<T>): Promise<T> {
    if (this.#dead !== null) return this.#silence(this.#dead);
    if (this.#closed) throw new EngineUnreachable('down', 'the port is closed');
    const call = newCall(this.#context, this.#number, deed.method, deed.args, deed.changing);
    this.#core.clock.advance(this.#core.options.callMs ?? 1);
    const verdict = this.#hooks.before?.(call) ?? { kind: 'pass' };
    if (verdict.kind !== 'pass') call.fault = verdict.kind;
    const ended = await this.#carryOut(call, deed, verdict).then(
      (answer) => () => answer,
      (error: unknown) => {
        call.outcome = outcomeOf(error);
        return (): never => {
          throw error;
        };
      },
    );
    call.outcome ??= 'ok';
    this.#context.late.afterCall();
    this.#hooks.after?.(call);
    return this.#dead === null ? ended() : this.#silence(this.#dead);
  }

  async #carryOut<T>(call: Call, deed: Deed<T>, verdict: Verdict): Promise<T> {
    if (verdict.kind === 'die-before') return this.#die(call);
    if (verdict.kind === 'unreachable') {
      const {
        calls = verdict.untilMs === undefined ? 1 : 0,
        untilMs = 0,
        reason = 'down',
      } = verdict;
      this.#unreachable = { calls, untilMs, reason };
    }
    this.#requireReach();
    switch (verdict.kind) {
      case 'refuse':
        throw new EngineRefused(verdict.status, verdict.message);
      case 'lost-request':
        return this.#lost(verdict.afterMs);
      case 'late':
        this.#context.late.add(verdict.calls, this.#lateAct(deed, verdict.reserves === true));
        return this.#lost(0);
      case 'die-late':
        this.#context.late.add(verdict.calls, this.#lateAct(deed, true));
        return this.#die(call);
      case 'cut':
        this.#core.as('us', () => attempt(deed.act));
        return this.#lost(0);
      case 'die-during':
        this.#core.as('us', () => attempt(deed.act));
        return this.#die(call);
      case 'lost-reply':
        await this.#unheard(deed);
        return this.#lost(verdict.afterMs);
      case 'done-but-error':
        await this.#perform(deed);
        throw new EngineRefused(verdict.status ?? 500, verdict.message ?? 'internal error');
      case 'die-after':
        await this.#unheard(deed);
        return this.#die(call);
      case 'alter':
        return verdict.answer(await this.#perform(deed)) as T;
      case 'pass':
      case 'unreachable':
        break;
    }
    return this.#perform(deed);
  }

  #requireReach(): void {
    const now = this.#core.clock.now();
    const { calls, untilMs, reason } = this.#unreachable;
    if (calls > 0) this.#unreachable = { ...this.#unreachable, calls: calls - 1 };
    if (calls > 0 || now < untilMs || now < this.#core.downUntil) {
      const text = 'Cannot connect to the Docker daemon. Is the docker daemon running?';
      throw new EngineUnreachable(calls > 0 || now < untilMs ? reason : 'down', text);
    }
  }

  /** Lets the engine do it, and waits for its end in virtual time. */
  async #perform<T>({ act, deadlineMs, signal }: Deed<T>): Promise<T> {
    const { core } = this.#context;
    if (signal?.aborted === true) throw new EngineAmbiguous('aborted');
    const begun = core.as('us', act);
    if (!(begun instanceof Pending)) return begun;
    const epoch = core.epoch;
    const broken = (): boolean => core.epoch !== epoch;
    const settled = (): boolean => begun.settled() || broken();
    const reason = await core.clock.until(settled, core.clock.now() + deadlineMs, signal);
    if (reason !== 'settled') throw new EngineAmbiguous(reason === 'due' ? 'time-out' : 'aborted');
    if (broken()) throw new EngineAmbiguous('the connection was closed');
    return begun.result();
  }

  /** Done to its end, with nobody to hear what came of it. */
  async #unheard<T>(deed: Deed<T>): Promise<void> {
    try {
      await this.#perform(deed);
    } catch (error) {
      if (!(error instanceof EngineRefused || error instanceof EngineAmbiguous)) throw error;
    }
  }

  #lateAct<T>({ act, reserve }: Deed<T>, reserves: boolean): () => unknown {
    if (!reserves || reserve === undefined) return act;
    return attempt(reserve)?.land ?? (() => undefined);
  }

  #lost(afterMs = 0): never {
    this.#core.clock.advance(afterMs);
    throw new EngineAmbiguous('no answer came back');
  }

  #die(call: Call): never {
    this.#dead ??= new ProcessDied(call);
    this.#reportDeath(this.#dead);
    throw this.#dead;
  }

  #silence(death: ProcessDied): Promise<never> {
    if (this.#death === 'throw') return Promise.reject(death);
    return new Promise(() => undefined);
  }
}

function newCall(
  context: PortContext,
  port: number,
  method: string,
  args: readonly unknown[],
  changing: boolean,
): Call {
  const n = context.calls.length + 1;
  const at = context.core.clock.now();
  const call: Call = { n, port, method, args, changing, at, outcome: null, fault: null };
  context.calls.push(call);
  return call;
}

function outcomeOf(error: unknown): Call['outcome'] {
  if (error instanceof EngineRefused) return 'refused';
  if (error instanceof EngineUnreachable) return 'unreachable';
  if (error instanceof EngineAmbiguous) return 'ambiguous';
  if (error instanceof ProcessDied) return 'died';
  throw error;
}
