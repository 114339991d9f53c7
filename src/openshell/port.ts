/**
 * The port to an OpenShell gateway, which watches its sandboxes' containers: everything gpugraft
 * ever asks of one. One adapter runs the user's own `openshell` (`adapter/`).
 *
 * Every method has a deadline of its own and answers in one of five ways:
 * - it resolves: the gateway answered, and this is what it said;
 * - `GatewayRefused`: it said no, with its own text. Nothing was begun;
 * - `GatewayUnreachable`: nothing reached a gateway, so nothing was done;
 * - `GatewayAmbiguous`: it may have been accepted, now or later, and only looking can tell. So
 *   also a start that was accepted and then ended in Error;
 * - `GatewayAnswerInvalid`: what came is not what gpugraft knows. It is no verdict on anything.
 */

/** What the user's client can do: asked of it, never guessed from its version. */
export interface OpenShellCapabilities {
  /** `sandbox stop` and `sandbox start` exist (from 0.0.105). */
  readonly lifecycle: boolean;
  /** `sandbox list` knows `-o json`. */
  readonly json: boolean;
  /** `--workspace` exists. */
  readonly workspace: boolean;
  /** What the client says of itself, such as `0.0.111`: for reports alone. Null: it does not say. */
  readonly version: string | null;
}

/** `error` stands for Error, Failed and CrashLoopBackOff; `unknown` for every word that nobody here knows. */
export type Phase =
  | 'ready'
  | 'provisioning'
  | 'error'
  | 'deleting'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'completed'
  | 'unknown';

/** Which sandbox is meant. */
export interface SandboxRef {
  readonly name: string;
  /**
   * From the container's label; null: whatever the user's client is set to. A client that does not
   * know workspaces is not told.
   */
  readonly workspace: string | null;
}

/** A sandbox as the gateway has it on record. */
export interface Sandbox {
  /** Null where only the plain table could be had, which does not tell. */
  readonly id: string | null;
  readonly name: string;
  /** Null from gateways that know none. */
  readonly workspace: string | null;
  readonly phase: Phase;
  /** The gateway's own word for it, without control characters. */
  readonly rawPhase: string;
  /** Why it is not ready, such as `ContainerExited`; null where the gateway does not tell. */
  readonly reason: string | null;
}

export interface SandboxExecResult {
  readonly exitCode: number;
  /** The end of stdout, then of stderr: 64 KiB at most, control characters taken out. */
  readonly output: string;
}

/** What a gateway says in words, for the diagnostics: bounded, and as it came but for control characters. */
export interface GatewayTexts {
  /** `openshell sandbox get`. */
  readonly sandbox: string;
  /** `openshell sandbox list`. */
  readonly list: string;
  /** `openshell logs`: the last lines that it shows of its own accord. */
  readonly logs: string;
}

export interface GatewayCallOptions {
  /** Ends the waiting for an answer, not the act: a change then throws `GatewayAmbiguous`. */
  readonly signal?: AbortSignal;
}

export interface OpenShellPort {
  /** Asked once, in parallel, and remembered; a failure is not. */
  capabilities(options?: GatewayCallOptions): Promise<OpenShellCapabilities>;
  /** Every sandbox of a workspace, all pages of it. @param workspace null: what the user's client is set to */
  listSandboxes(
    workspace: string | null,
    options?: GatewayCallOptions,
  ): Promise<readonly Sandbox[]>;
  /** Null: the gateway answered, and has no record of it. Compare its `id`: a name can be given anew. */
  sandbox(ref: SandboxRef, options?: GatewayCallOptions): Promise<Sandbox | null>;
  /**
   * Runs a command in the sandbox through the gateway, and waits for its end. Gateways refuse it
   * unless the phase is Ready.
   */
  exec(
    ref: SandboxRef,
    argv: readonly string[],
    options?: GatewayCallOptions & { readonly timeoutMs?: number },
  ): Promise<SandboxExecResult>;
  /** Resolves once the gateway says Stopped. It stops the newest container with the sandbox's labels. */
  stopSandbox(ref: SandboxRef, options?: GatewayCallOptions): Promise<void>;
  /**
   * Resolves once the gateway says Ready. `GatewayRefused` alone proves that it was not accepted;
   * one that was accepted and then failed is `GatewayAmbiguous`.
   */
  startSandbox(ref: SandboxRef, options?: GatewayCallOptions): Promise<void>;
  /** Never throws: what cannot be had stands there as the reason why. */
  texts(ref: SandboxRef, options?: GatewayCallOptions): Promise<GatewayTexts>;
}
