/** A film that can be given away: attached to a bug report, it is read by anybody. */
import * as os from 'node:os';
import { redactedIn, redactorFor } from '../diagnostics/redact.js';
import { inspectIn } from '../runtime/rescue.js';
import type { RunFolder } from '../runtime/store.js';
import type { Film } from './film/film.js';

/** Shorter names would blot out half of every text. */
const SHORTEST = 3;

/** Where it was: of no use to a reader, and nobody else's business. */
function placesOf(stateDir: string): [text: string, instead: string][] {
  const places: [string, string][] = [
    [stateDir, '<state>'],
    [os.homedir(), '~'],
    [os.hostname(), '<host>'],
  ];
  return places
    .filter(([text]) => text.length >= SHORTEST)
    .toSorted(([a], [b]) => b.length - a.length);
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
      (rest, [place, instead]) => rest.replaceAll(place, instead),
      secrets?.(text) ?? text,
    );
  return redactedIn(film, redact) as Film;
}
