/** Commands that a person pastes: `docker`, and scripts that call it, for the engine that was talked to. Pure. */
import type { Session } from '../session.js';

export type Engine = Pick<Session, 'context' | 'host'>;

/** A word for a shell: quoted where it needs it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `docker`, talking to the engine that the run talked to. */
export function dockerCommand({ context, host }: Engine): string {
  if (context !== null) return `docker --context ${shellWord(context)}`;
  return host === null ? 'docker' : `docker --host ${shellWord(host)}`;
}

/** A script of ours, run so that its `docker` talks to that engine. The client takes DOCKER_HOST before DOCKER_CONTEXT. */
export function scriptCommand(script: string, { context, host }: Engine): string {
  const sh = `sh ${shellWord(script)}`;
  if (context !== null) return `env -u DOCKER_HOST DOCKER_CONTEXT=${shellWord(context)} ${sh}`;
  return host === null ? sh : `DOCKER_HOST=${shellWord(host)} ${sh}`;
}
