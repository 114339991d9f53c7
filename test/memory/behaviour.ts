/** How the processes in containers behave: scripted by tests, asked at every start. */
import type { ExecResult } from '../../src/docker/port.js';
import type { MemoryContainer } from './state.js';

export interface ScriptedExec extends ExecResult {
  /** How long the command takes, in virtual milliseconds; none when left out. */
  readonly tookMs?: number;
}

export interface Behaviour {
  /** It exits by itself, so long after each start; null: it stays. */
  readonly exit?: { readonly afterMs: number; readonly code: number } | null;
  /** What it does on the stop signal; a process with an init ends at once with 143. */
  readonly stop?:
    | { readonly kind: 'exits'; readonly afterMs: number; readonly code: number }
    | { readonly kind: 'ignores' }
    /** In uninterruptible sleep: not even SIGKILL ends it. */
    | { readonly kind: 'unkillable' };
  /** Health as time goes on, counted from each start. Only where there is a HEALTHCHECK. */
  readonly health?: readonly {
    readonly afterMs: number;
    readonly status: 'starting' | 'healthy' | 'unhealthy';
  }[];
  readonly exec?: (argv: readonly string[], container: MemoryContainer) => ScriptedExec;
  /** Its start fails, with the engine's status and text. */
  readonly startError?: { readonly status: number; readonly message: string } | null;
  /** Printed at each start. */
  readonly logs?: string;
}

/** Which containers: a full ID, a name (at the moment of the start), or a predicate. */
export type Matcher = string | ((container: MemoryContainer) => boolean);
export type Script = Behaviour | ((container: MemoryContainer) => Behaviour);

export interface ScriptEntry {
  readonly matcher: Matcher;
  readonly script: Script;
}

const EXITS_AT_ONCE = { kind: 'exits', afterMs: 0, code: 143 } as const;

/** What the present start of `container` will be like; of several scripts the last one wins, field by field. */
export function behaviourOf(
  container: MemoryContainer,
  ofImage: Behaviour,
  scripts: readonly ScriptEntry[],
): Behaviour {
  let behaviour: Behaviour = { ...builtIn(container), ...ofImage };
  for (const { matcher, script } of scripts) {
    const matches =
      typeof matcher === 'string'
        ? matcher === container.id || matcher === container.name
        : matcher(container);
    if (!matches) continue;
    behaviour = { ...behaviour, ...(typeof script === 'function' ? script(container) : script) };
  }
  return behaviour;
}

function builtIn(container: MemoryContainer): Behaviour {
  // The engine's own init, asked for its version: the probe's command, which ends at once.
  const probe = container.path === '/sbin/docker-init' && container.args[0] === '--version';
  return {
    stop: EXITS_AT_ONCE,
    exit: probe ? { afterMs: 20, code: 0 } : null,
    ...(probe ? { logs: 'tini version 0.19.0\n' } : {}),
  };
}
