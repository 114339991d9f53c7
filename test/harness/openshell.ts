/** The `OpenShellPort` on a gateway that watches the engine in memory, in the lab's virtual time. */
import {
  GatewayAmbiguous,
  GatewayRefused,
  GatewayUnreachable,
} from '../../src/openshell/errors.js';
import { DEFAULT_DEADLINES } from '../../src/openshell/adapter/options.js';
import type {
  GatewayCallOptions,
  OpenShellPort,
  Phase,
  Sandbox,
  SandboxRef,
} from '../../src/openshell/port.js';
import type { MemoryEngine } from '../memory/index.js';
import { traitsOf } from '../openshell/generation.js';
import { GatewayRefused as Refusal, labelsOf } from '../openshell/index.js';
import { MemoryGateway } from '../openshell/memory.js';
import type { MemoryGatewayOptions } from '../openshell/memory.js';
import type { Generation, Sandbox as Told } from '../openshell/index.js';

/** What happens before a call is made, and once it is done; either may throw what the client hears. */
export interface GatewayBreak {
  readonly before?: () => void;
  readonly after?: () => void;
}

/** Decides what becomes of a call to the gateway; nothing returned: it passes. */
export type GatewayFault = (
  method: keyof OpenShellPort,
  args: readonly unknown[],
) => Error | GatewayBreak | undefined;

const PHASES: Readonly<Record<string, Phase>> = {
  Ready: 'ready',
  Provisioning: 'provisioning',
  Error: 'error',
  Deleting: 'deleting',
  Stopping: 'stopping',
  Stopped: 'stopped',
  Starting: 'starting',
};

const silent = { exitCode: 0, output: '' };

const asTold = (told: Told): Sandbox => ({
  id: told.id,
  name: told.name,
  workspace: told.workspace === '' ? null : told.workspace,
  phase: PHASES[told.phase] ?? 'unknown',
  rawPhase: told.phase,
  reason: told.reason === '' ? null : told.reason,
});

/** The labels of the sandbox `box`, as its gateway gives them. */
export const sandboxLabels = (name = 'box', workspace = ''): Record<string, string> =>
  labelsOf({ id: `id-of-${name}`, name, workspace });

/** A gateway, and how it is reached. */
export class LabGateway {
  readonly gateway: MemoryGateway;
  /** No gateway answers. */
  down = false;
  /** The user's client may be of another time than the gateway. */
  client: Generation;
  #fault: GatewayFault | null = null;

  constructor(
    readonly engine: MemoryEngine,
    readonly generation: Generation,
    options: Omit<MemoryGatewayOptions, 'generation'> = {},
  ) {
    this.client = generation;
    const exec: MemoryGatewayOptions['exec'] = (id, argv) => {
      const container = engine.core.container(id);
      const { exitCode, output } = container.behaviour.exec?.(argv, container) ?? silent;
      return { exitCode, output };
    };
    // What runs by its first poll was there before it.
    const firstPollMs = 1000;
    this.gateway = new MemoryGateway(engine, { generation, exec, firstPollMs, ...options });
  }

  breakCalls(fault: GatewayFault | null): void {
    this.#fault = fault;
  }

  /** A client of it. @param isDead its process was killed: nothing it asks is answered any more */
  port(isDead: () => boolean): OpenShellPort {
    const { gateway, engine } = this;
    const call = async <T>(
      method: keyof OpenShellPort,
      args: readonly unknown[],
      act: () => Promise<T>,
    ): Promise<T> => {
      const unheard = new Promise<never>(() => undefined);
      if (isDead()) return unheard;
      if (this.down) throw new GatewayUnreachable('down', 'connection refused');
      const fault = this.#fault?.(method, args);
      if (fault instanceof Error) throw fault;
      fault?.before?.();
      if (isDead()) return unheard;
      try {
        const answer = await act();
        fault?.after?.();
        return await (isDead() ? unheard : answer);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === 'Internal') throw new GatewayAmbiguous(error.message);
        throw new GatewayRefused(error.code, error.message);
      }
    };
    const find = async ({ name }: SandboxRef): Promise<Sandbox | null> => {
      const all = await gateway.list();
      const told = all.find((one) => one.name === name);
      return told === undefined ? null : asTold(told);
    };
    /** What is so now, also where the list lags behind. */
    const record = async (ref: SandboxRef): Promise<Sandbox | null> =>
      gateway.lagMs > 0 ? asTold(await gateway.get(ref.name)) : find(ref);
    /** As the client waits for the phase that it asked for. */
    const untilIn = async (
      ref: SandboxRef,
      phase: Phase,
      { signal }: GatewayCallOptions = {},
    ): Promise<void> => {
      const until = engine.clock.now() + DEFAULT_DEADLINES.lifecycle;
      for (;;) {
        const seen = await record(ref);
        if (engine.clock.now() > until) throw new GatewayAmbiguous('no answer in time');
        if (seen?.phase === phase) return;
        if (seen === null || seen.phase === 'error' || signal?.aborted === true) {
          throw new GatewayAmbiguous(`it is ${seen?.rawPhase ?? 'gone'}, not ${phase}`);
        }
        await engine.clock.until(null, engine.clock.now() + 100, signal);
      }
    };
    return {
      capabilities: () =>
        call('capabilities', [], async () => {
          const { lifecycle } = traitsOf(this.client);
          return { lifecycle, json: true, workspace: lifecycle, version: null };
        }),
      listSandboxes: () =>
        call('listSandboxes', [], async () => (await gateway.list()).map((told) => asTold(told))),
      sandbox: (ref) => call('sandbox', [ref], () => find(ref)),
      exec: (ref, argv) => call('exec', [ref, argv], () => gateway.exec(ref.name, argv)),
      stopSandbox: (ref, options) =>
        call('stopSandbox', [ref], async () => {
          await gateway.stop(ref.name);
          await untilIn(ref, 'stopped', options);
        }),
      startSandbox: (ref, options) =>
        call('startSandbox', [ref], async () => {
          await gateway.start(ref.name);
          await untilIn(ref, 'ready', options);
        }),
      texts: () => call('texts', [], async () => ({ sandbox: '', list: '', logs: '' })),
    };
  }
}
