/** A film that can be given away: attached to a bug report, it is read by anybody. */
import * as os from 'node:os';
import { redactedIn, redactorFor } from '../diagnostics/redact.js';
import { inspectIn } from '../runtime/rescue.js';
import type { RunFolder } from '../runtime/store.js';
import type { Film } from './film/film.js';

/** Where it was: of no use to a reader, and nobody else's business. */
function placesOf(stateDir: string): readonly (readonly [RegExp, string])[] {
  const literal = (text: string): string => text.replaceAll(/[^\w]/g, String.raw`\$&`);
  const home = os.homedir();
  return [
    [new RegExp(literal(stateDir), 'g'), '<state>'],
    // A home of `/` says nothing, and would take every path apart.
    ...(home.length > 1 ? [[new RegExp(literal(home), 'g'), '~'] as const] : []),
    // A short name is a part of many words.
    [new RegExp(`(?<![\\w-])${literal(os.hostname())}(?![\\w-])`, 'g'), '<host>'],
  ];
}

/**
 * Takes out the values of the container's environment and what looks like a secret in its command
 * lines, as long as the rescue document knows them (the journal itself holds none), and the names of
 * the machine, of the home folder and of the state folder.
 */
export function redacted(film: Film, folder: RunFolder): Film {
  const original = inspectIn(folder.readRescue());
  const secrets = original === null ? null : redactorFor(original);
  const places = placesOf(folder.stateDir);
  const redact = (text: string): string =>
    places.reduce(
      (rest, [place, instead]) => rest.replace(place, instead),
      secrets?.(text) ?? text,
    );
  const within = <T>(value: T): T => redactedIn(value, redact) as T;
  // What the machine itself names is no secret, and a state called by a variable's value stays one.
  return {
    ...film,
    frames: film.frames.map((frame) => ({
      ...frame,
      cause: { ...frame.cause, data: within(frame.cause.data) },
      actor: frame.actor === null ? null : { ...frame.actor, input: within(frame.actor.input) },
      changes: within(frame.changes),
    })),
    calls: within(film.calls),
    standing: within(film.standing),
  };
}
