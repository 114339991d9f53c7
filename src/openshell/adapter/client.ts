/** The user's client: what it is asked with, and what it can do, asked once. */
import { GatewayRefused, GatewayUnreachable } from '../errors.js';
import type { SandboxRef } from '../port.js';
import { oneLine, shorten } from '../parse/text.js';
import { askCapabilities } from './capabilities.js';
import type { ClientAbilities } from './capabilities.js';
import type { Asked } from './classify.js';
import { DEFAULT_DEADLINES, MAX_HELP_BYTES, MAX_LIST_BYTES } from './options.js';
import type { Deadlines, OpenShellPortOptions } from './options.js';
import { runClient } from './run.js';
import type { Ended, Invocation } from './run.js';

/** A call that is ready to be made, and what to say about it. */
export interface Question extends Asked {
  readonly call: Invocation;
}

type Figures = Partial<Pick<Invocation, 'deadlineMs' | 'maxBytes' | 'beyond'>>;

export class Client {
  readonly #options: OpenShellPortOptions;
  readonly deadlines: Deadlines;
  #abilities: Promise<ClientAbilities> | null = null;

  constructor(options: OpenShellPortOptions) {
    this.#options = options;
    this.deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  }

  run(call: Invocation, signal?: AbortSignal): Promise<Ended> {
    return runClient(this.#options, { ...call, signal });
  }

  /** Asked once, for everybody who waits for it; a failure is not remembered. */
  async abilities(signal?: AbortSignal): Promise<ClientAbilities> {
    const asking = (this.#abilities ??= askCapabilities(this));
    try {
      return await unlessAborted(asking, signal);
    } catch (error) {
      void asking.catch(() => {
        if (this.#abilities === asking) this.#abilities = null;
      });
      throw error;
    }
  }

  asking(kind: keyof Deadlines, args: readonly string[], figures: Figures = {}): Question {
    return {
      what: shorten(oneLine(['openshell', ...args].join(' ')), 200),
      readOnly: kind === 'help' || kind === 'look',
      call: {
        args,
        deadlineMs: this.deadlines[kind],
        maxBytes: kind === 'help' ? MAX_HELP_BYTES : MAX_LIST_BYTES,
        beyond: 'fail',
        ...figures,
      },
    };
  }

  helpOf(command: readonly string[]): Question {
    return this.asking('help', [...command, '--help']);
  }

  /** The arguments that say which workspace. None where nobody named one, or the client knows none. */
  async inWorkspace(workspace: string | null, signal?: AbortSignal): Promise<readonly string[]> {
    if (workspace === null) return [];
    const named = nameOf(workspace);
    return (await this.abilities(signal)).workspace ? ['--workspace', named] : [];
  }
}

/** One who gives up does not take the answer from the others. */
async function unlessAborted<T>(asking: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return asking;
  const gone = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = (): void =>
      reject(
        new GatewayUnreachable('down', 'cancelled before openshell had been asked what it can do'),
      );
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { signal: gone.signal, once: true });
  });
  try {
    return await Promise.race([asking, aborted]);
  } finally {
    gone.abort();
  }
}

/**
 * A name as an argument. No gateway gives out others, but labels can be written by anybody: one
 * that reads like an option must not become one.
 * @throws GatewayRefused
 */
export function nameOf(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) && name.length <= 253) return name;
  throw new GatewayRefused(
    'Usage',
    `${JSON.stringify(shorten(name, 100))} cannot be the name of a sandbox or a workspace`,
  );
}

export const nameIn = (ref: SandboxRef): string => nameOf(ref.name);
