import type { RawContainer } from '../docker/raw.js';

/** Values shorter than this say nothing secret and would blot out half of every text. */
const SHORTEST = 4;

/** Takes the container's environment values out of a text: they may be secrets, and logs repeat them. */
export function redactorFor(raw: Pick<RawContainer, 'Config'>): (text: string) => string {
  const values = (raw.Config.Env ?? [])
    .map((entry) => entry.slice(entry.indexOf('=') + 1))
    .filter((value) => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => values.reduce((rest, value) => rest.replaceAll(value, '<redacted>'), text);
}
