/** Commands that a person pastes: `gpugraft`, `docker`, and scripts that call it, for the engine and the folder that were worked with. Pure. */
import { shellWord } from '../../machines/index.js';
import type { Session } from '../session.js';

export type Engine = Pick<Session, 'context' | 'host'>;

/** What a `gpugraft` that is pasted must be told; null: it knows by itself. */
export interface Place extends Engine {
  readonly stateDir: string | null;
  /** The openshell client; left out: the one on PATH. */
  readonly openshellBin?: string;
}

/** `docker`, talking to the engine that the run talked to. */
export const dockerCommand = (engine: Engine): string => `docker${engineFlags(engine)}`;

/** With a space before it. The client takes one of the two. */
function engineFlags({ context, host }: Engine): string {
  if (context !== null) return ` --context ${shellWord(context)}`;
  return host === null ? '' : ` --host ${shellWord(host)}`;
}

/** @param words such as `recover RUN` */
export const gpugraftCommand = (words: string, place: Place): string =>
  `gpugraft ${words}${gpugraftFlags(place)}`;

/** What `gpugraft` is told of engine and folder, with a space before it. */
export const gpugraftFlags = ({ stateDir, openshellBin, ...engine }: Place): string =>
  [
    engineFlags(engine),
    stateDir === null ? '' : ` --state-dir ${shellWord(stateDir)}`,
    openshellBin === undefined ? '' : ` --openshell-bin ${shellWord(openshellBin)}`,
  ].join('');

/** A script of ours, run so that its `docker` talks to that engine. The client takes DOCKER_HOST before DOCKER_CONTEXT. */
export function scriptCommand(script: string, { context, host }: Engine): string {
  const sh = `sh ${shellWord(script)}`;
  if (context !== null) return `env -u DOCKER_HOST DOCKER_CONTEXT=${shellWord(context)} ${sh}`;
  return host === null ? sh : `DOCKER_HOST=${shellWord(host)} ${sh}`;
}
