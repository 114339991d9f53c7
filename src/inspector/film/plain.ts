/** Values out of a journal, cut to what can be shown: a journal is an input, and may be anybody's. */
import type { Json } from './film.js';

const DEEPEST = 12;
const MOST_ITEMS = 500;
const LONGEST_TEXT = 10_000;

/** The words of commands may be secrets, wherever they stand: how many there are says enough. */
const COMMANDS: ReadonlySet<string> = new Set(['readyCommand', 'argv']);

const shown = (key: string, value: unknown, depth: number): Json =>
  COMMANDS.has(key) && Array.isArray(value)
    ? `<${value.length} ${value.length === 1 ? 'word' : 'words'}, not shown>`
    : plain(value, depth);

/** Plain JSON of bounded depth, breadth and length; what is left out is replaced by `…`. */
export function plain(value: unknown, depth = 0): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') {
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  }
  if (typeof value !== 'object') return null;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => plain(item, depth + 1));
    return value.length > MOST_ITEMS ? [...items, '…'] : items;
  }
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MOST_ITEMS)
    .map(([key, item]): [string, Json] => [key.slice(0, 200), shown(key, item, depth + 1)]);
  return Object.fromEntries(
    entries.length > MOST_ITEMS ? [...kept, ['…', `${entries.length - MOST_ITEMS} more`]] : kept,
  );
}
