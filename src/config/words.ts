/** Splits a command into words as a POSIX shell would, without any expansion. */

/** What a backslash keeps its meaning before, within double quotes. */
const ESCAPABLE_IN_DOUBLE = '"\\$`\n';

/**
 * Quotes and backslashes mean what they mean in a shell; `$`, `*`, `~`, `|` and the rest are
 * ordinary characters, for there is no shell where the words are used.
 * @throws RangeError with one line that says what is unbalanced
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  /** Null between words: an empty quoted word is a word as well. */
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === ' ' || char === '\t' || char === '\n') {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    const [piece, next] = pieceAt(text, at);
    // A backslash before a line's end joins the lines and makes no word of its own.
    if (piece !== '' || char !== '\\') word = (word ?? '') + piece;
    at = next;
  }
  if (word !== null) words.push(word);
  return words;
}

/** What one character, one escape or one quoted part stands for, and where it ends. */
function pieceAt(text: string, at: number): [piece: string, next: number] {
  const char = text.charAt(at);
  if (char === "'") return singleQuoted(text, at);
  if (char === '"') return doubleQuoted(text, at);
  if (char !== '\\') return [char, at + 1];
  if (at + 1 >= text.length) throw new RangeError('a backslash at the end escapes nothing');
  const escaped = text.charAt(at + 1);
  return [escaped === '\n' ? '' : escaped, at + 2];
}

function singleQuoted(text: string, at: number): [piece: string, next: number] {
  const end = text.indexOf("'", at + 1);
  if (end < 0) throw new RangeError(`the ' at character ${at + 1} is never closed`);
  return [text.slice(at + 1, end), end + 1];
}

function doubleQuoted(text: string, at: number): [piece: string, next: number] {
  let piece = '';
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === '"') return [piece, i + 1];
    const next = text.charAt(i + 1);
    if (char === '\\' && next !== '' && ESCAPABLE_IN_DOUBLE.includes(next)) {
      if (next !== '\n') piece += next;
      i += 1;
    } else {
      piece += char;
    }
  }
  throw new RangeError(`the " at character ${at + 1} is never closed`);
}
