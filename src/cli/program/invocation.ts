/** What the user asked for, as words: nothing of it has been looked at yet. */
export type CommandName =
  | 'apply'
  | 'create'
  | 'plan'
  | 'status'
  | 'runs'
  | 'recover'
  | 'rollback'
  | 'finalize'
  | 'doctor'
  | 'diagnose'
  | 'inspect'
  | 'completion'
  | 'complete'
  | 'machine diagram'
  | 'machine paths'
  | 'machine export';

export interface Invocation {
  readonly command: CommandName;
  /** Positional arguments that were given. */
  readonly args: readonly string[];
  readonly flags: Flags;
}

/** Flags by their camel-case names; a flag that was not given is absent. */
export interface Flags {
  readonly context?: string;
  readonly host?: string;
  readonly stateDir?: string;
  readonly openshellBin?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False for `--no-color`. */
  readonly color?: boolean;
  readonly events?: boolean;
  readonly yes?: boolean;

  readonly mode?: string;
  readonly devices?: string;
  readonly ready?: string;
  readonly readyCommand?: string;
  readonly readyTimeout?: string;
  readonly pollInterval?: string;
  readonly errorDebounce?: string;
  readonly stableFor?: string;
  readonly layer?: string;
  readonly backup?: string;
  readonly keepBackup?: boolean;
  readonly defer?: boolean;
  readonly allowDependents?: boolean;
  readonly network?: string;
  readonly stopTimeout?: string;
  readonly gpuProof?: string;
  readonly engineTimeout?: string;

  readonly all?: boolean;
  readonly forward?: boolean;
  readonly back?: boolean;
  readonly abandon?: boolean;

  readonly inspect?: boolean;
  readonly stately?: boolean;
  readonly export?: string;
  readonly image?: string;
  readonly format?: string;
  readonly debounce?: string;
  readonly maxPolls?: string;
  readonly count?: boolean;
}
