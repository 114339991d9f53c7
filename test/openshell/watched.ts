/** What a gateway sees of an engine, and all that it asks of one. */

export const MANAGED_BY = 'openshell.ai/managed-by';
const SANDBOX_ID = 'openshell.ai/sandbox-id';
const SANDBOX_NAME = 'openshell.ai/sandbox-name';
export const SANDBOX_NAMESPACE = 'openshell.ai/sandbox-namespace';
const SANDBOX_WORKSPACE = 'openshell.ai/sandbox-workspace';

export const DEFAULT_NAMESPACE = 'openshell';

export type ContainerStatus =
  | 'created'
  | 'running'
  | 'restarting'
  | 'removing'
  | 'paused'
  | 'exited'
  | 'dead';

export interface WatchedContainer {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** Any number that grows: milliseconds, or an order. */
  readonly createdAt: number;
  /** In the gateway's own time; null: never, or not known. Only the default supervisor needs it. */
  readonly startedAt: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: ContainerStatus;
}

export interface WatchedEngine {
  /** All with `openshell.ai/managed-by=openshell`, stopped ones too, in any order. */
  labelled(): Promise<readonly WatchedContainer[]>;
  stop(id: string): Promise<void>;
  start(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  exec(id: string, argv: readonly string[]): Promise<ExecResult>;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
}

export interface SandboxIdentity {
  readonly id: string;
  readonly name: string;
  /** Empty where the generation knows none. */
  readonly workspace: string;
}

/** The labels by which a gateway knows its containers again. @param namespace the gateway's own */
export function labelsOf(
  sandbox: SandboxIdentity,
  namespace = DEFAULT_NAMESPACE,
): Record<string, string> {
  return {
    [MANAGED_BY]: 'openshell',
    [SANDBOX_ID]: sandbox.id,
    [SANDBOX_NAME]: sandbox.name,
    [SANDBOX_NAMESPACE]: namespace,
    ...(sandbox.workspace === '' ? {} : { [SANDBOX_WORKSPACE]: sandbox.workspace }),
  };
}

/** Names changed over time; nothing but people reads them. */
export function containerNameOf({ id, name, workspace }: SandboxIdentity): string {
  return workspace === '' ? `openshell-${name}-${id}` : `openshell-${workspace}--${name}-${id}`;
}

export const sandboxIdOf = (container: WatchedContainer): string =>
  container.labels[SANDBOX_ID] ?? '';

export const identityOf = (container: WatchedContainer): SandboxIdentity => ({
  id: sandboxIdOf(container),
  name: container.labels[SANDBOX_NAME] ?? container.name,
  workspace: container.labels[SANDBOX_WORKSPACE] ?? '',
});

export const newestFirst = (all: readonly WatchedContainer[]): readonly WatchedContainer[] =>
  all.toSorted((a, b) => b.createdAt - a.createdAt);

/** A point look-up: stop, start, get, the sweep. */
export function newestOf(
  all: readonly WatchedContainer[],
  sandboxId: string,
): WatchedContainer | null {
  return newestFirst(all).find((container) => sandboxIdOf(container) === sandboxId) ?? null;
}

/** A poll: newest first into a map, so that the oldest wins. */
export function folded(all: readonly WatchedContainer[]): ReadonlyMap<string, WatchedContainer> {
  const map = new Map<string, WatchedContainer>();
  for (const container of newestFirst(all)) {
    if (sandboxIdOf(container) !== '') map.set(sandboxIdOf(container), container);
  }
  return map;
}
