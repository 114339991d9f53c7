import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitWords } from '../../../src/config/words.js';

test.each<[string, string[]]>([
  ['', []],
  ['  \t\n ', []],
  ['a b  c', ['a', 'b', 'c']],
  ["'a b' c", ['a b', 'c']],
  ['"a b" c', ['a b', 'c']],
  ['a\'b\'"c"d', ['abcd']],
  ["''", ['']],
  ['a "" b', ['a', '', 'b']],
  ['a\\ b', ['a b']],
  ['a\\\\b', ['a\\b']],
  ["'a\\b'", ['a\\b']],
  ['"a\\"b"', ['a"b']],
  ['"a\\nb"', ['a\\nb']],
  ['"\\$HOME"', ['$HOME']],
  ['echo $HOME *.c | cat', ['echo', '$HOME', '*.c', '|', 'cat']],
  ['a\\\nb', ['ab']],
  ['a \\\n b', ['a', 'b']],
  ['"a\\\nb"', ['ab']],
  ["'a\nb'", ['a\nb']],
  ['curl -fs "http://localhost/?a=1&b=2"', ['curl', '-fs', 'http://localhost/?a=1&b=2']],
  ['für 機械', ['für', '機械']],
])('%j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([
  ["a 'b", "the ' at character 3 is never closed"],
  ['"a\\"', 'the " at character 1 is never closed'],
  ['a\\', 'a backslash at the end escapes nothing'],
])('%j is refused', (text, message) => {
  expect(() => splitWords(text)).toThrow(new RangeError(message));
});

const quotings: ((word: string) => string)[] = [
  (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  (word) => `"${word.replaceAll(/[\\"$`]/g, (char) => `\\${char}`)}"`,
  (word) =>
    word === ''
      ? "''"
      : Array.from(word)
          .map((c) => (c === '\n' ? "'\n'" : `\\${c}`))
          .join(''),
];

test('words that were quoted come back, however they were quoted', () => {
  const quoted = fc.record({
    word: fc.string({ unit: 'grapheme' }),
    how: fc.constantFrom(...quotings),
    gap: fc.constantFrom(' ', '  ', '\t', '\n', ' \\\n '),
  });
  fc.assert(
    fc.property(fc.array(quoted), (parts) => {
      const text = parts.map(({ word, how, gap }) => how(word) + gap).join('');
      expect(splitWords(text)).toEqual(parts.map(({ word }) => word));
    }),
  );
});
