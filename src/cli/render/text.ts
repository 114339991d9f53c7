/** Small pieces that every rendering uses. Pure. */

/** `0.27 s`, `12 s`, `3 min 20 s`, `2 h 5 min`: as exact as the length deserves. */
export function lengthText(ms: number): string {
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(s < 1 ? 2 : 1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return joined(minutes, 'min', Math.round(s % 60), 's');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? joined(hours, 'h', minutes % 60, 'min') : `${Math.floor(hours / 24)} days`;
}

const joined = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  `${large} ${largeUnit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`;

/** `3 min ago`; an unreadable time is shown as it stands. */
export function ageText(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (!Number.isFinite(at)) return iso;
  return `${lengthText(Math.max(0, Math.floor((now - at) / 1000) * 1000))} ago`;
}

/** Lines of `label  value`, the values in one column; rows without a value are left out. */
export function fields(
  rows: readonly (readonly [label: string, value: string | null])[],
): string[] {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== null);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
}

/** A table with its columns aligned; the last column is as long as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Columns that a character takes on a terminal: enough to keep a status line on one line. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1fbff}\u{20000}-\u{3fffd}]/u;

const widthOf = (char: string): number => (WIDE.test(char) ? 2 : 1);

/** Cuts a text, without escape sequences in it, so that it takes at most `columns` columns. */
export function cut(text: string, columns: number): string {
  const chars = Array.from(text);
  if (chars.reduce((sum, char) => sum + widthOf(char), 0) <= columns) return text;
  let left = columns - 1;
  let kept = '';
  for (const char of chars) {
    left -= widthOf(char);
    if (left < 0) break;
    kept += char;
  }
  return columns > 0 ? `${kept}…` : '';
}
