/** Which engine is talked to and where journals are kept, from flags and environment. */
import { homedir } from 'node:os';
import path from 'node:path';
import type { Session } from '../session.js';
import { workingFolder } from '../working-folder.js';
import { given, read } from './given.js';
import type { Environment, Given } from './given.js';
import { dockerWord } from './schemas.js';
import { UsageError } from './usage-error.js';

export interface SessionFlags {
  readonly context?: string;
  readonly host?: string;
  readonly stateDir?: string;
  readonly openshellBin?: string;
}

/**
 * Without a context or a host the docker client decides: its own `DOCKER_HOST`, `DOCKER_CONTEXT`
 * and configuration count.
 * @throws UsageError for a value that is not valid, or for both a context and a host
 */
export function resolveSession(
  flags: SessionFlags,
  env: Environment,
): Pick<Session, 'context' | 'host' | 'stateDir' | 'openshellBin'> {
  const engine = engineOf(given('--context', flags.context, env), given('--host', flags.host, env));
  return {
    ...engine,
    stateDir: stateDirOf(given('--state-dir', flags.stateDir, env), env),
    ...openshellOf(given('--openshell-bin', flags.openshellBin, env)),
  };
}

function engineOf(context: Given | null, host: Given | null): Pick<Session, 'context' | 'host'> {
  let [first, second] = [context, host];
  // A flag for the one wins over a variable for the other.
  if (first !== null && second !== null && first.from !== second.from) {
    if (first.from === 'environment') first = null;
    else second = null;
  }
  if (first !== null && second !== null) {
    throw new UsageError(
      `${first.source} and ${second.source} both name an engine`,
      'leave one of the two out',
    );
  }
  return {
    context: first === null ? null : read(dockerWord, first),
    host: second === null ? null : read(dockerWord, second),
  };
}

/** A path is taken from where gpugraft was called; a bare name is looked for on PATH. */
function openshellOf(found: Given | null): Pick<Session, 'openshellBin'> {
  if (found === null) return {};
  const word = read(dockerWord, found);
  return { openshellBin: word.includes('/') ? path.resolve(workingFolder(), word) : word };
}

/** A relative or empty XDG_STATE_HOME counts as unset, as the XDG rules have it. */
function stateDirOf(found: Given | null, env: Environment): string {
  if (found !== null) return path.resolve(workingFolder(), found.value);
  const xdg = env['XDG_STATE_HOME'] ?? '';
  if (path.isAbsolute(xdg)) return path.join(xdg, 'gpugraft');
  const home = env['HOME'] ?? '';
  return path.join(path.isAbsolute(home) ? home : homedir(), '.local', 'state', 'gpugraft');
}
