/** Looks at one container, always by its full ID. */
import { failure } from '../../errors.js';
import type { DockerPort } from '../../docker/port.js';
import type { RawContainer } from '../../docker/raw.js';
import { redactorFor } from '../../diagnostics/redact.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

export const look = (docker: DockerPort, id: string) => (): Promise<RawContainer | null> =>
  docker.inspectContainer(id);

/** Looks once, patiently. */
export const seen = (scope: ActorScope, id: string): Promise<RawContainer | null> =>
  reach(scope, look(scope.docker, id));

/** @throws GraftError `container-gone` when the engine says that there is none */
export async function mustSee(scope: ActorScope, id: string, what: string): Promise<RawContainer> {
  const raw = await seen(scope, id);
  if (raw === null) throw gone(what, id);
  return raw;
}

export const gone = (what: string, id: string) =>
  failure(
    'container-gone',
    `${what} (${id.slice(0, 12)}) is gone: somebody else removed it, or put another container in its place`,
    'docker ps -a shows what there is now',
  );

export const nameOf = (raw: RawContainer): string => raw.Name.replace(/^\//, '');

/** Not running, and nothing is about to run it again. */
export const isDown = (raw: RawContainer): boolean => !raw.State.Running && !raw.State.Restarting;

/** There, and not on its way out: what is being removed, or could not be removed whole, comes back no more. */
export const isStanding = (raw: RawContainer | null): raw is RawContainer =>
  raw !== null && raw.State.Status !== 'removing' && !raw.State.Dead;

/** The engine writes the year 1 for "never". */
export const wasStarted = (raw: RawContainer): boolean => !raw.State.StartedAt.startsWith('0001-');

const LOG_LINES = 3;
const LONGEST = 300;

/** How a container went down, with its last log lines, environment values taken out. */
export async function describeEnd(scope: ActorScope, raw: RawContainer): Promise<string> {
  const { State: state } = raw;
  const how = endOf(state);
  const oom = state.OOMKilled === true ? ', out of memory' : '';
  const text = state.Error === '' ? '' : `: ${state.Error}`;
  const redact = redactorFor(raw);
  return `${how}${oom}${redact(text)}${await lastLines(scope, raw.Id, redact)}`;
}

function endOf({ Running, Restarting, Status, ExitCode }: RawContainer['State']): string {
  if (Restarting) return `it keeps restarting (exit code ${ExitCode})`;
  // Started again since: inspect has forgotten the exit code.
  return Running ? 'it runs again for now' : `it is ${Status} with exit code ${ExitCode}`;
}

/** Redacted before anything is cut: half a secret would pass. */
async function lastLines(
  scope: ActorScope,
  id: string,
  redact: (text: string) => string,
): Promise<string> {
  try {
    const lines = redact(await scope.docker.logs(id, LOG_LINES))
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-LOG_LINES);
    if (lines.length === 0) return '; it logged nothing';
    return `; its last log lines: ${lines.join(' | ').slice(-LONGEST)}`;
  } catch {
    // Logs are a help, never a verdict: some drivers cannot be read at all.
    return '';
  }
}
