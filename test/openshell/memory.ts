/**
 * A gateway that watches an engine in memory, exactly: between two changes of the engine nothing is
 * different at any poll, so the polls of that time are made up for when the next change, or a
 * question, comes. Nothing is planned on the clock.
 */
import { isRunning } from '../memory/index.js';
import type { MemoryEngine } from '../memory/index.js';
import { Gateway, POLL_MS, SWEEP_MS } from './gateway.js';
import type { GatewayOptions } from './gateway.js';
import { MANAGED_BY } from './watched.js';
import type { ExecResult, WatchedContainer, WatchedEngine } from './watched.js';

export interface MemoryGatewayOptions extends Omit<GatewayOptions, 'engine' | 'now'> {
  /** What runs in a container, and how it ends: with 0 when left out. */
  readonly exec?: (id: string, argv: readonly string[]) => ExecResult;
}

const STOP_GRACE_S = 10;

export class MemoryGateway extends Gateway {
  readonly #memory: MemoryEngine;
  readonly #time: { at: number };
  readonly #supervisorAfterMs: number;
  #seen: readonly WatchedContainer[];
  #nextPoll: number;
  #nextSweep: number;

  constructor(memory: MemoryEngine, options: MemoryGatewayOptions) {
    const time = { at: memory.clock.now() };
    super({ ...options, engine: viewOf(memory, options.exec), now: () => time.at });
    this.#memory = memory;
    this.#time = time;
    this.#supervisorAfterMs = options.supervisorAfterMs ?? 300;
    this.#seen = labelledIn(memory);
    this.#nextPoll = time.at + (options.firstPollMs ?? 0);
    this.#nextSweep = time.at + (options.firstSweepMs ?? SWEEP_MS);
    memory.watch(() => {
      this.#catchUp();
      this.#seen = labelledIn(memory);
      // A supervisor that is gone is missed at once.
      this.registry.sessions(this.#seen);
    });
  }

  override get nextDue(): number {
    return Math.min(this.#nextPoll, this.#nextSweep);
  }

  override async advance(): Promise<void> {
    this.#catchUp();
    this.registry.sessions(this.#seen);
  }

  /** All that happened by itself until now, each at its time; the clock itself stays. */
  #catchUp(): void {
    const now = this.#memory.clock.now();
    for (let due = this.#next(); due <= now; due = this.#next()) {
      this.#time.at = due;
      if (due === this.#nextPoll) {
        this.#nextPoll += POLL_MS;
        this.registry.polled(this.#seen);
      } else if (due === this.#nextSweep) {
        this.#nextSweep += SWEEP_MS;
        this.registry.swept(this.#seen);
      } else this.registry.sessions(this.#seen);
    }
    this.#time.at = now;
  }

  #next(): number {
    const connections = this.#seen
      .map(({ startedAt }) => (startedAt ?? Infinity) + this.#supervisorAfterMs)
      .filter((at) => at > this.#time.at);
    return Math.min(this.nextDue, ...connections);
  }
}

/** In the order of their creation, which is finer than the clock. */
function labelledIn(memory: MemoryEngine): readonly WatchedContainer[] {
  const all = [...memory.core.containers.values()];
  const ours = all.filter(({ labels }) => labels[MANAGED_BY] === 'openshell');
  return ours.map(({ id, name, labels, status, startedAt }, place) => ({
    id,
    name,
    createdAt: place,
    startedAt,
    labels,
    status,
  }));
}

function viewOf(memory: MemoryEngine, exec: MemoryGatewayOptions['exec']): WatchedEngine {
  const { outsider, clock, core } = memory;
  return {
    labelled: async () => labelledIn(memory),
    stop: async (id) => {
      outsider.stop(id, STOP_GRACE_S);
      const down = (): boolean => !isRunning(core.container(id));
      await clock.until(down, clock.now() + STOP_GRACE_S * 1000 + 1);
    },
    start: async (id) => {
      if (!isRunning(core.container(id))) outsider.start(id);
    },
    remove: async (id) => {
      outsider.remove(id);
      await clock.until(() => !core.containers.has(id), Infinity);
    },
    exec: async (id, argv) => exec?.(id, argv) ?? { exitCode: 0, output: '' },
  };
}
