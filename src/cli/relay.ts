/**
 * What we advise is copied. Said without the engine and the folder that were named, a command does
 * something else, or fails: so they are put into every command that stands in our own words.
 */
import path from 'node:path';
import { dockerCommand, gpugraftFlags } from '../docker/command.js';
import { shellWord } from '../../machines/index.js';
import type { Engine, Place } from '../docker/command.js';
import type { Session } from '../session.js';
import { workingFolder } from '../working-folder.js';
import type { Io } from './io.js';
import type { Flags } from './program/invocation.js';
import { parse } from './program/parse.js';

/** `gpugraft` hears what flags said, for our variables stand in the shell still; `docker` does not know those. */
export interface Relay {
  readonly gpugraft: Place;
  readonly docker: Engine;
}

export const relayOf = (flags: Flags, session: Session): Relay => ({
  docker: session,
  gpugraft: {
    context: flags.context === undefined ? null : session.context,
    host: flags.host === undefined ? null : session.host,
    stateDir: flags.stateDir === undefined ? null : session.stateDir,
    ...(flags.openshellBin === undefined || session.openshellBin === undefined
      ? {}
      : { openshellBin: session.openshellBin }),
  },
});

/** For an error, which may have come before anything was resolved: from the words alone, for help and usage errors must be quick. */
export function relayFrom(argv: readonly string[], { stdout }: Io): Relay {
  const { context = null, host = null, stateDir } = flagsIn(argv, stdout.columns);
  const folder = stateDir === undefined ? null : path.resolve(workingFolder(), stateDir);
  return { docker: { context, host }, gpugraft: { context, host, stateDir: folder } };
}

function flagsIn(argv: readonly string[], columns: number): Flags {
  try {
    const parsed = parse(argv, columns);
    return parsed.kind === 'run' ? parsed.invocation.flags : {};
  } catch {
    // It is the error itself, then.
    return {};
  }
}

const OURS =
  /\bgpugraft (?:apply|diagnose|doctor|finalize|inspect|plan|recover|rollback|runs|status)\b(?! --help)/g;
/** The verbs that talk to the engine, as our hints use them; `docker context`, for one, does not. */
const DOCKERS = /\bdocker(?= (?:images|info|inspect|network|ps|pull|rm|service|unpause)\b)/g;

/** Words of ours in which `gpugraft` commands may stand. A command that names its folder keeps that one. */
export const relayed = (text: string, { gpugraft }: Relay): string =>
  text.replaceAll(OURS, (command, at: number) => {
    const rest = text.slice(at + command.length);
    const named = /^[^;]* --state-dir /.test(rest);
    return command + gpugraftFlags(named ? { ...gpugraft, stateDir: null } : gpugraft);
  });

const OPENSHELLS = /\bopenshell(?= (?:sandbox|status)\b)/g;

function relayedHint(hint: string, relay: Relay): string {
  const { openshellBin } = relay.gpugraft;
  const theirs = hint
    .replaceAll(DOCKERS, () => dockerCommand(relay.docker))
    .replaceAll(OPENSHELLS, (word) =>
      openshellBin === undefined ? word : shellWord(openshellBin),
    );
  return relayed(theirs, relay);
}

/**
 * The same for each hint and each message in plain data. A message may quote an engine, so only our
 * own name counts in it.
 */
export function relayedIn<T>(value: T, relay: Relay): T {
  if (Array.isArray(value)) return value.map((item: unknown) => relayedIn(item, relay)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (key === 'hint' && typeof item === 'string') return [key, relayedHint(item, relay)];
      if (key === 'message' && typeof item === 'string') return [key, relayed(item, relay)];
      return [key, relayedIn(item, relay)];
    }),
  ) as T;
}
