import type { RawContainer } from '../docker/raw.js';
import { commandSecrets, secretsIn } from './command-secrets.js';

/** Values shorter than this say nothing secret and would blot out half of every text. */
const SHORTEST = 4;

/**
 * Takes the container's environment values out of a text, and what looks like a secret in its
 * command lines: logs repeat them. Each line of a value counts by itself too, because logs come in lines.
 * @param asked a command of the user's that is run in it, whose secrets count too
 */
export function redactorFor(
  raw: Pick<RawContainer, 'Config'>,
  asked: readonly string[] = [],
): (text: string) => string {
  const values = (raw.Config.Env ?? []).map((entry) => entry.slice(entry.indexOf('=') + 1));
  const given = [...values, ...commandSecrets(raw), ...secretsIn(asked)];
  const secrets = [...given, ...given.flatMap((value) => value.split(/\r?\n/))]
    .filter((value) => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, value) => rest.replaceAll(value, '<redacted>'), text);
}

/** The same for every string in a document: in its JSON text a value could be hidden by escapes. */
export function redactedIn(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactedIn(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactedIn(item, redact)]),
  );
}
