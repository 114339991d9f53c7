/** What each call of the port does to the engine in memory. */
import type { EngineFacts, ExecResult } from '../../src/docker/port.js';
import type { ScriptedExec } from './behaviour.js';
import type { Core } from './core.js';
import { HOST_NAME } from './hostconfig.js';
import { inspectContainer, inspectImage } from './inspect.js';
import { layerChanges, listContainers } from './listing.js';
import { Pending } from './pending.js';
import { notRunning, pausedExec, restartingExec } from './refusals.js';
import { isRunning } from './state.js';

export { commit, fileBytes, layerSize, removeImage } from './commit.js';
export { create, reserve } from './create.js';
export { connect } from './endpoints.js';
export { setPolicy } from './policy.js';
export { remove, rename } from './remove.js';
export { start } from './start.js';
export { watchStarts } from './starts.js';
export { stop } from './stop.js';
export { isFolderEmpty, volumeBytes } from './volumes.js';

const EXEC_OUTPUT_BYTES = 65_536;

export function engineFacts(core: Core): EngineFacts {
  const nvidia = core.gpu['nvidia-runtime'] === 'none' ? [] : ['nvidia'];
  return {
    id: `MEMORY-${core.options.seed ?? 1}`,
    version: core.modern ? '28.5.2' : '20.10.24',
    apiVersion: core.apiVersion,
    osType: 'linux',
    architecture: 'x86_64',
    runtimes: [...nvidia, 'runc'],
    defaultRuntime: core.options.defaultRuntime ?? 'runc',
    hostName: HOST_NAME,
    rootDir: '/var/lib/docker',
    operatingSystem: 'Debian GNU/Linux (in memory)',
    epoch: String(core.epoch),
  };
}

export function inspect(core: Core, ref: string) {
  const container = core.find(ref);
  return container === null ? null : inspectContainer(core, container);
}

export const list = listContainers;

export function image(core: Core, ref: string) {
  const found = core.findImage(ref);
  return found === null ? null : inspectImage(found);
}

/** @throws EngineRefused 404 */
export const changes = (core: Core, ref: string) => layerChanges(core.container(ref));

/** @throws EngineRefused 404 */
export function logs(core: Core, ref: string, tail: number): string {
  const text = core.container(ref).logs;
  const lines = text.split(/(?<=\n)/);
  return lines.slice(Math.max(0, lines.length - tail)).join('');
}

/** A piece for each line. @throws EngineRefused 404 */
export function readLogs(core: Core, ref: string, take: (chunk: Uint8Array) => void): boolean {
  const { hostConfig, logs: text, startedAt } = core.container(ref);
  if ((hostConfig.LogConfig as { readonly Type: string }).Type === 'none') return false;
  const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
  const at = new Date(startedAt ?? 0).toISOString();
  for (const line of lines) take(Buffer.from(`${at} ${line}`));
  return true;
}

/** Seconds of grace that a stop of this container would get; what does not exist needs none. */
export function graceOf(core: Core, ref: string, graceS: number | null): number {
  return Math.max(0, graceS ?? core.find(ref)?.config.StopTimeout ?? 10);
}

/** @throws EngineRefused when it does not run */
export function exec(
  core: Core,
  ref: string,
  argv: readonly string[],
): ExecResult | Pending<ExecResult> {
  const container = core.container(ref);
  if (container.status === 'paused') throw pausedExec(ref);
  if (container.status === 'restarting') throw restartingExec(container.id);
  if (!isRunning(container)) throw notRunning(core.modern, container.id);
  const scripted = container.behaviour.exec?.(argv, container) ?? unscripted(core, argv);
  const result = {
    exitCode: scripted.exitCode,
    output: scripted.output.slice(0, EXEC_OUTPUT_BYTES),
  };
  if (scripted.tookMs === undefined) return result;
  const endAt = core.clock.now() + scripted.tookMs;
  core.clock.at(endAt, `exec ${argv[0] ?? ''} ends`, () => undefined);
  const gone = (): boolean => !isRunning(container);
  return new Pending(
    () => core.clock.now() >= endAt || gone(),
    // A command dies with its container.
    () => (core.clock.now() < endAt ? { exitCode: 137, output: '' } : result),
  );
}

function unscripted(core: Core, argv: readonly string[]): ScriptedExec {
  if (argv[0] === 'true') return { exitCode: 0, output: '' };
  const end = core.modern ? '' : ': unknown';
  return {
    exitCode: core.modern ? 127 : 126,
    output: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${argv[0] ?? ''}": executable file not found in $PATH${end}\n`,
  };
}
