/**
 * The diagnostics bundle of a failure: allow-listed fields and redacted texts, nothing else. The
 * environment is named, its values are not shown (facts: security checklist, Diagnostics).
 */
import type { ActorInput } from '../../machines/index.js';
import type { ActorScope } from '../actors/support/scope.js';
import type { RawContainer } from '../docker/raw.js';
import type { SandboxRef } from '../openshell/port.js';
import { redactedIn, redactorFor } from './redact.js';
import { shown } from './shown.js';
import { summaryOf } from './summary.js';

const LOG_LINES = 120;
/** For all of it: the rollback waits for the bundle, and the workload for the rollback. */
const PATIENCE_MS = 10_000;

export type BundleScope = Pick<ActorScope, 'docker' | 'openshell' | 'runId' | 'clock'>;

/**
 * @param known the original as it was found, whose values are taken out too; `patienceMs`: for all of it together
 * @returns the files of the bundle by name; what could not be read in time is missing
 */
export async function bundle(
  input: ActorInput<'collectDiagnostics'>,
  scope: BundleScope,
  {
    known = null,
    patienceMs = PATIENCE_MS,
  }: { known?: RawContainer | null; patienceMs?: number } = {},
): Promise<Map<string, string>> {
  const { docker, openshell } = scope;
  const giveUp = new AbortController();
  const { signal } = giveUp;
  // By the real clock: it bounds what is asked, and is no wait of the run's.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  }).then(() => giveUp.abort());
  /** Null: it could not be had, or not in time. */
  const had = <T>(asked: Promise<T>): Promise<T | null> =>
    Promise.race([asked.catch(() => null), late.then(() => null)]);
  try {
    const { original, replacementId: id, gateway } = input;
    const ref: SandboxRef | null =
      gateway === null ? null : { name: gateway.sandbox, workspace: gateway.workspace };
    const [first, second, all, before, logs, texts] = await Promise.all([
      had(docker.inspectContainer(original.id, { signal })),
      id === null ? null : had(docker.inspectContainer(id, { signal })),
      had(docker.listContainers([], { signal })),
      had(docker.logs(original.id, LOG_LINES, { signal })),
      id === null ? null : had(docker.logs(id, LOG_LINES, { signal })),
      ref === null ? null : had(openshell.texts(ref, { signal })),
    ]);
    const containers = [first, second, known];
    const redact = redacting(containers);
    // Whose values nobody knows is not shown.
    const isKnown = containers.some((raw) => raw !== null);
    const files = new Map([['summary.txt', summaryOf(input, scope.runId, scope.clock.now())]]);
    const add = (name: string, text: string | null): void => {
      if (text !== null && text !== '' && isKnown) files.set(name, redact(text));
    };
    add('original.json', documentOf(first, redact));
    add('original.log', before);
    add('replacement.json', documentOf(second, redact));
    add('replacement.log', logs);
    add('containers.txt', all === null ? null : all.map(lineOf).join(''));
    add('openshell-sandbox.txt', texts?.sandbox ?? null);
    add('openshell-list.txt', texts?.list ?? null);
    add('openshell-logs.txt', texts?.logs ?? null);
    return files;
  } finally {
    clearTimeout(timer);
  }
}

/** Takes the values of both out: what the one has for a secret, the logs of the other may repeat. */
function redacting(containers: readonly (RawContainer | null)[]): (text: string) => string {
  const redactors = containers.filter((raw) => raw !== null).map((raw) => redactorFor(raw));
  return (text) => redactors.reduce((rest, redact) => redact(rest), text);
}

/** Redacted before it is written as JSON, whose escapes could hide a value. */
const documentOf = (raw: RawContainer | null, redact: (text: string) => string): string | null =>
  raw === null ? null : `${JSON.stringify(redactedIn(shown(raw), redact), null, 2)}\n`;

/** As `docker ps --all` has it, but for what a command or a label may hold. */
const lineOf = ({ id, names, state }: { id: string; names: readonly string[]; state: string }) =>
  `${id.slice(0, 12)}  ${state.padEnd(10)}  ${names.join(', ')}\n`;
