/**
 * The one sanitizer for text that comes from elsewhere: containers, engines, files, the user's
 * own arguments. What could move the cursor, hide or reorder text is shown escaped.
 */

/**
 * By category: control characters (C0 with line ends and tabs, DEL, C1), format characters (bidi,
 * zero-width, soft hyphen, tags, …), line and paragraph separators, surrogates that stand alone.
 * By name: letters and marks that show nothing.
 */
const DANGEROUS =
  // oxlint-disable-next-line no-misleading-character-class -- single characters are what is meant
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\u{e0100}-\u{e01ef}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return SHORT[char] ?? `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** One line that is safe on a terminal. Running it again changes nothing. */
export function clean(text: string): string {
  return text.replaceAll(DANGEROUS, escaped);
}

/** The same for every string in plain data, keys included, so that a renderer cannot forget one. */
export function cleaned<T>(value: T): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [clean(key), cleaned(item as unknown)]),
  ) as T;
}

/** JSON of the same value in which nothing dangerous stands raw: a terminal may be what reads it. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  // Line ends stand outside of strings only: within them JSON has escaped every one.
  return text.replaceAll(DANGEROUS, (char) =>
    char === '\n' ? char : [...Array(char.length).keys()].map((at) => unit(char, at)).join(''),
  );
}

const unit = (char: string, at: number): string =>
  `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`;
