/** What may be shown of a value that differs: reports hold no secrets (facts/reliability.md, 19). */
import type { Json } from '../raw.js';
import { canonical, isObject } from './json.js';

/** Fields whose values are, or often hold, secrets: variables, command lines, drivers' options. */
const SECRET = [
  /^Config\.Env\b/,
  /^Config\.(Cmd|Entrypoint|Healthcheck|OnBuild|Shell)\b/,
  /^(Path|Args)\b/,
  /\bLogConfig\.Config\b/,
  /\b(DriverConfig|DriverOpts|StorageOpt|Annotations)\b/,
];

/** In characters. */
const LONGEST = 80;

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/**
 * The value as text of at most 80 characters; `<absent>` and `<redacted>` where it is that. Of an
 * object only the keys are shown, of a list of objects the length: a secret may stand deeper.
 */
export function shown(path: string, value: Json | undefined): string {
  if (value === undefined || value === null) return '<absent>';
  if (SECRET.some((pattern) => pattern.test(path))) return '<redacted>';
  if (typeof value === 'string') return shorten(value);
  if (isObject(value)) return shorten(`{${Object.keys(value).toSorted().join(', ')}}`);
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.length === 1 ? '1 entry' : `${value.length} entries`;
  }
  return shorten(canonical(value));
}
