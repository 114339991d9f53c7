/** A box on an engine in memory, and a scope to run single steps and actors with. */
import type { ActorScope } from '../../../src/actors/support/scope.js';
import { MemoryEngine, type Call, type Hooks, type Verdict } from '../../memory/index.js';
import { LabGateway, StateFolder } from '../../harness/index.js';

export const runId = '20260105-090000-00000a';

export interface Stage {
  readonly engine: MemoryEngine;
  readonly scope: ActorScope;
  readonly folder: StateFolder;
}

const noParts = (): Promise<never> => Promise.reject(new Error('this stage has no parts'));

type EngineOptions = ConstructorParameters<typeof MemoryEngine>[0];

/** @param hooks what becomes of the calls of this scope's port */
export function stage(
  hooks: Hooks = {},
  options: EngineOptions = {},
  more: Partial<ActorScope> = {},
): Stage {
  const engine = new MemoryEngine(options);
  const folder = new StateFolder('host', '/state');
  const { clock } = engine;
  const scope: ActorScope = {
    docker: engine.port({ hooks }),
    openshell: new LabGateway(engine, 'early').port(() => false),
    dockerCommand: 'docker',
    clock: {
      now: clock.now,
      sleep: async (ms, signal) => {
        await clock.until(null, clock.now() + ms, signal);
      },
    },
    signal: new AbortController().signal,
    runId,
    engineId: 'MEMORY-1',
    patienceMs: 60_000,
    store: folder.storeOf(runId),
    parts: { standing: () => null, begin: noParts, goOn: noParts },
    host: { name: 'host', read: () => null },
    ...more,
  };
  return { engine, scope, folder };
}

/** The first `times` calls of a method meet a fault. */
export function at(method: string, verdict: Verdict, times = 1): Hooks {
  let left = times;
  return {
    before: (call: Call) => (call.method === method && left-- > 0 ? verdict : undefined),
  };
}

/** What an actor threw, by its failure's code; `done` when it threw nothing. */
export async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'done';
  } catch (error) {
    const { failure } = error as { failure?: { code: string } };
    if (failure === undefined) throw error;
    return failure.code;
  }
}
