/** What `create` works with, in the hands of a test: an engine, a gateway, a command and a clock. */
import { expect } from 'vitest';
import { creation } from '../../../src/composition/creation.js';
import type { Attached, CommandEnd, CreationParts } from '../../../src/composition/creation.js';
import type { Clock } from '../../../src/clock.js';
import { EngineUnreachable } from '../../../src/docker/errors.js';
import type { ListedContainer } from '../../../src/docker/port.js';
import { options } from '../../../src/index.js';
import type { Phase } from '../../../src/openshell/port.js';
import type { Report } from '../../../src/report.js';
import type { Session } from '../../../src/session.js';
import { progress, report } from '../cli/fake.js';

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Wanted {
  readonly lifecycle?: boolean;
  readonly graft?: CreationParts['graft'];
  /** The graft says itself when it begins to change something. */
  readonly isQuiet?: boolean;
  readonly defer?: boolean;
  readonly workspace?: string;
  readonly attached?: Attached;
  readonly forwards?: boolean;
}

/** An engine, a gateway and a command that do what the test says, when it says it. */
export class World {
  readonly did: string[] = [];
  containers: ListedContainer[] = [];
  phase: Phase | null = 'ready';
  watchError: Error | null = null;
  listError: Error | null = null;
  gatewayError: Error | null = null;
  /** Whoever listens to the engine. */
  heard: (() => void) | null = null;
  dropped: (() => void) | null = null;
  listened = 0;
  readonly cancel = new AbortController();
  #end: (end: CommandEnd | { notBegun: string }) => void = () => undefined;
  #timers: { readonly until: number; readonly wake: () => void }[] = [];
  #now = 0;

  constructor(readonly wanted: Wanted = {}) {}

  readonly clock: Clock = {
    now: () => this.#now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) resolve();
        signal?.addEventListener('abort', () => resolve());
        this.#timers.push({ until: this.#now + ms, wake: resolve });
      }),
  };

  async pass(ms: number): Promise<void> {
    await turn();
    this.#now += ms;
    for (const { until, wake } of this.#timers) if (until <= this.#now) wake();
    await turn();
  }

  /** The container is there, and the engine says so. */
  async appears(state = 'running', workspace: string | null = null): Promise<void> {
    await turn();
    const labels: Record<string, string> =
      workspace === null ? {} : { 'openshell.ai/sandbox-workspace': workspace };
    const id = workspace === null ? 'box-id' : `box-id-in-${workspace}`;
    this.containers = [...this.containers, { id, names: ['openshell-box'], labels, state }];
    this.heard?.();
    await turn();
  }

  async ends(end: CommandEnd | { notBegun: string }): Promise<void> {
    await turn();
    this.did.push('ends');
    this.#end(end);
    await turn();
  }

  async cancels(): Promise<void> {
    await turn();
    this.cancel.abort('SIGINT');
    await turn();
  }

  begin() {
    const { did } = this;
    const session: Session = {
      context: null,
      host: null,
      stateDir: '/state',
      signal: this.cancel.signal,
    };
    const deferred = (): Promise<Report> => Promise.resolve(report({ outcome: 'deferred' }));
    const command = {
      words: 'openshell sandbox create',
      run: () => {
        did.push(this.heard === null ? 'runs unheard' : 'runs');
        return new Promise<CommandEnd | { notBegun: string }>((resolve) => (this.#end = resolve));
      },
    };
    const parts: CreationParts = {
      clock: this.clock,
      docker: {
        listContainers: () =>
          this.listError === null
            ? Promise.resolve(this.containers)
            : Promise.reject(this.listError),
        watchStarts: (labels, heard, { signal } = {}) => {
          expect(labels).toEqual([
            'openshell.ai/managed-by=openshell',
            'openshell.ai/sandbox-name=box',
          ]);
          if (this.watchError !== null) return Promise.reject(this.watchError);
          this.listened += 1;
          this.heard = heard;
          heard();
          return new Promise((resolve, reject) => {
            this.dropped = resolve;
            signal?.addEventListener('abort', () => {
              this.heard = null;
              reject(new EngineUnreachable('down', 'cancelled'));
            });
          });
        },
      },
      openshell: {
        capabilities: () =>
          this.gatewayError === null
            ? Promise.resolve({
                lifecycle: this.wanted.lifecycle ?? false,
                json: true,
                workspace: false,
                version: null,
              })
            : Promise.reject(this.gatewayError),
        sandbox: ({ workspace }) => {
          did.push(`asked${workspace === null ? '' : ` of ${workspace}`}: ${this.phase ?? 'none'}`);
          const { phase } = this;
          if (phase === null) return Promise.resolve(null);
          return Promise.resolve({
            id: 'id',
            name: 'box',
            workspace: null,
            phase,
            rawPhase: phase,
            reason: null,
          });
        },
      },
      graft: (target, given, on) => {
        did.push(`graft ${target}, defer ${given.defer}`);
        on.onProgress?.(progress('preparation.creatingAhead', 'creating'));
        if (this.wanted.isQuiet !== true)
          on.onProgress?.(progress('cutover.beginning', 'swapping', { changed: true }));
        return (this.wanted.graft ?? deferred)(target, given, on);
      },
      recover: (_run, choice, { signal }) => {
        did.push(`${choice}${signal === undefined ? ', steadily' : ''}`);
        if (choice !== 'back') return Promise.resolve(report({ outcome: 'grafted' }));
        const reason = { code: 'asked-back', message: 'asked back', hint: null };
        return Promise.resolve(report({ outcome: 'rolledBack', rolledBack: true, reason }));
      },
    };
    const { defer = false, workspace = null, attached = 'unknown', forwards = false } = this.wanted;
    const order = {
      name: 'box',
      workspace,
      options: options({ defer }),
      command,
      attached,
      forwards,
    };
    const made = creation(order, session, parts);
    made.catch(() => undefined);
    return made;
  }
}
