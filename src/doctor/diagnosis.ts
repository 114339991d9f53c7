/** What `gpugraft doctor` finds: the document of its `--json`, every field always there. */
import type { Failure, Mode } from '../../machines/index.js';
import type { OpenShellCapabilities } from '../openshell/port.js';

export interface Diagnosis {
  readonly schema: 1;
  /** The engine answers, at least one mode works, and the state folder can be used. */
  readonly ok: boolean;
  /** Why not `ok`; null when it is. */
  readonly reason: Failure | null;
  readonly engine: EngineFinding | null;
  /** Where the engine keeps images and layers, and where journals are kept. */
  readonly disks: { readonly engine: DiskFinding | null; readonly stateDir: DiskFinding | null };
  readonly openshell: OpenShellFinding;
  /** The image that the probes were made from; null when there was none. */
  readonly image: string | null;
  readonly modes: readonly ModeFinding[];
  readonly stateDir: {
    readonly path: string;
    readonly ok: boolean;
    readonly problem: Failure | null;
  };
  readonly runs: readonly RunFinding[];
  readonly leftovers: readonly Leftover[];
}

export interface EngineFinding {
  readonly id: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly operatingSystem: string;
  readonly osType: string;
  readonly architecture: string;
  readonly runtimes: readonly string[];
}

export interface DiskFinding {
  readonly path: string;
  /** Null: it cannot be seen from here. */
  readonly freeBytes: number | null;
}

/** What the user's `openshell` can do; only sandboxes need one. */
export interface OpenShellFinding {
  /** Null: it cannot be asked, and `problem` says why. */
  readonly capabilities: OpenShellCapabilities | null;
  readonly problem: string | null;
}

export interface ModeFinding {
  readonly mode: Mode;
  /** Null: it could not be tried. */
  readonly ok: boolean | null;
  /** Why it does not work, in the engine's words, or why it was not tried. */
  readonly reason: string | null;
  /** Milliseconds from asking for the probe's start to seeing its end; null when it was not tried. */
  readonly ms: number | null;
}

/** A run that was interrupted, waits for a person, is stranded, or cannot be read. */
export interface RunFinding {
  readonly runId: string;
  readonly name: string | null;
  readonly condition: 'interrupted' | 'waiting' | 'stranded' | 'unreadable';
  readonly since: string | null;
  readonly problem: Failure | null;
  /** What goes on with it; null where nothing can. */
  readonly command: string | null;
}

/** A container of ours that a run did not remove. */
export interface Leftover {
  readonly kind: 'backup' | 'probe' | 'claim' | 'placeholder' | 'other';
  readonly name: string;
  readonly id: string;
  readonly runId: string;
  /** What cleans it. */
  readonly command: string;
}

/** How commands are written for the engine and the folder that doctor was asked about. */
export interface Commands {
  /** `recover RUN` becomes `gpugraft recover RUN --context …`. @param stateDir another folder than doctor's */
  gpugraft(words: string, stateDir?: string): string;
  docker(words: string): string;
}
