/**
 * The laboratory: an engine in memory, a state folder in memory, and processes that graft on it
 * with the real machine, driver and actors, in virtual time. See `README.md`.
 */
import type { Context, Options, Undo } from '../../machines/index.js';
import { MemoryEngine, type MemoryClock } from '../memory/index.js';
import type { Generation } from '../openshell/index.js';
import { LabGateway } from './openshell.js';
import { optionsWith } from './options.js';
import { Process, type Ended, type ProcessOptions } from './process.js';
import { StateFolder } from './state-folder.js';

type EngineOptions = ConstructorParameters<typeof MemoryEngine>[0];

export interface LabOptions {
  readonly engine?: EngineOptions;
  /** Another lab's engine: this one is then a second machine (or user) that works on it. */
  readonly on?: Lab;
  readonly host?: string;
  readonly stateDir?: string;
  /** Of which time the gateway is that watches the engine's sandboxes; left out: `early`. */
  readonly gateway?: Generation;
}

export class Lab {
  readonly engine: MemoryEngine;
  readonly folder: StateFolder;
  readonly gateway: LabGateway;
  readonly #shared: { living: number; runs: number };

  constructor({
    engine,
    on,
    host = 'host',
    stateDir = '/state',
    gateway = 'early',
  }: LabOptions = {}) {
    this.engine = on?.engine ?? new MemoryEngine(engine);
    this.gateway = on?.gateway ?? new LabGateway(this.engine, gateway);
    this.folder = new StateFolder(host, stateDir);
    this.#shared = on === undefined ? { living: 0, runs: 0 } : on.#shared;
  }

  get clock(): MemoryClock {
    return this.engine.clock;
  }

  /** A new gpugraft process; each does one run or one recovery, and ends. */
  process(options: ProcessOptions = {}): Process {
    return new Process(this, options);
  }

  graft(target: string, options: Partial<Options> = {}, process: ProcessOptions = {}) {
    return this.process(process).graft(target, optionsWith(options));
  }

  recover(runId: string, choice: Context['choice'] = null, process: ProcessOptions = {}) {
    return this.process(process).recover(runId, choice);
  }

  undo(undo: Undo, options: Partial<Options> = {}, process: ProcessOptions = {}): Promise<Ended> {
    return this.process(process).undo(undo, optionsWith(options));
  }

  newRunId(): string {
    this.#shared.runs += 1;
    return `20260105-090000-${String(this.#shared.runs).padStart(6, '0')}`;
  }

  /** A process begins: time jumps only when all of them sleep. Returns what ends it. */
  enter(): () => void {
    this.#shared.living += 1;
    if (this.#shared.living > 1) this.clock.join();
    return () => {
      this.#shared.living -= 1;
      if (this.#shared.living > 0) this.clock.leave();
    };
  }
}
