/**
 * JSON without loss. An engine's documents hold 64-bit integers (`Ulimits` of
 * 9223372036854775807 mean unlimited); `JSON.parse` rounds them to …808, which the engine then
 * refuses. Here an integer beyond ±(2^53 − 1) is read as a string with a private prefix and
 * written back digit by digit; everything else is as `JSON.parse` has it. Two more things would
 * be lost on the way and are marked likewise, so that writing gives back what was read: strings
 * that begin with a NUL themselves, and a key named `__proto__`, which zod drops.
 *
 * The marks are made in the text, before and after `JSON`, because Node 20 gives a reviver no
 * access to a number's digits.
 */
import type { Json } from './raw.js';

/** A string that begins so stands for an integer; what follows are its digits. */
export const WIDE_INTEGER_PREFIX = '\u0000int:';

/** That prefix, and the one for strings kept as they are, in JSON text: a NUL is always escaped. */
const INTEGER_MARK = String.raw`"\u0000int:`;
const STRING_MARK = String.raw`"\u0000str:`;
const NUL_START = String.raw`"\u0000`;

const DIGITS = /^-?(0|[1-9]\d*)$/;
const INTEGER_TOKEN = /^"\\u0000int:(-?(?:0|[1-9]\d*))"$/;
/** A token that is long enough to be unsafe; without one the text needs no second look. */
const MAY_BE_WIDE = /\d{16}/;

/**
 * The integer that a parsed value stands for.
 * @returns null when the value is not a whole number
 */
export function integerOf(value: Json | undefined): bigint | null {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null;
  if (typeof value !== 'string' || !value.startsWith(WIDE_INTEGER_PREFIX)) return null;
  const digits = value.slice(WIDE_INTEGER_PREFIX.length);
  return DIGITS.test(digits) ? BigInt(digits) : null;
}

/**
 * Reads JSON text.
 * @throws SyntaxError where `JSON.parse` would
 */
export function parseLossless(text: string): Json {
  const plain =
    !MAY_BE_WIDE.test(text) && !text.includes(NUL_START) && !text.includes('"__proto__"');
  return JSON.parse(plain ? text : rewriteTokens(text, markString, markNumber)) as Json;
}

/** Writes JSON text; the inverse of {@link parseLossless}. */
export function stringifyLossless(value: Json): string {
  const text = JSON.stringify(value);
  return text.includes(NUL_START) ? rewriteTokens(text, unmarkString, (token) => token) : text;
}

function markString(token: string, isKey: boolean): string {
  if (token.startsWith(NUL_START) || (isKey && token === '"__proto__"'))
    return STRING_MARK + token.slice(1);
  return token;
}

function markNumber(token: string): string {
  if (token.length < 16 || !DIGITS.test(token) || Number.isSafeInteger(Number(token))) return token;
  return `${INTEGER_MARK}${token}"`;
}

function unmarkString(token: string, isKey: boolean): string {
  if (token.startsWith(STRING_MARK)) return `"${token.slice(STRING_MARK.length)}`;
  const integer = isKey ? null : INTEGER_TOKEN.exec(token);
  return integer?.[1] ?? token;
}

/** Hands every string and number token of a JSON text to its function, and copies the rest. */
function rewriteTokens(
  text: string,
  onString: (token: string, isKey: boolean) => string,
  onNumber: (token: string) => string,
): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const isString = code === 0x22;
    if (!isString && code !== 0x2d && !isDigit(code)) {
      at += 1;
      continue;
    }
    const end = isString ? endOfString(text, at) : endOfNumber(text, at);
    const token = text.slice(at, end);
    const written = isString ? onString(token, isFollowedByColon(text, end)) : onNumber(token);
    if (written !== token) {
      parts.push(text.slice(copied, at), written);
      copied = end;
    }
    at = end;
  }
  return copied === 0 ? text : parts.join('') + text.slice(copied);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    at += code === 0x5c ? 2 : 1;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    // Fractions and exponents belong to the token, so that they are not taken for integers.
    const part =
      isDigit(code) ||
      code === 0x2e ||
      code === 0x2b ||
      code === 0x2d ||
      code === 0x65 ||
      code === 0x45;
    if (!part) break;
    at += 1;
  }
  return at;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return text.charAt(at) === ':';
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
