import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clean, cleaned, jsonText } from '../../../src/cli/sanitize.js';

test.each([
  ['plain, with ünïcode and 機械 and 🚀', 'plain, with ünïcode and 機械 and 🚀'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u009b31m', '\\x9b31m'],
  ['over\rwritten', 'over\\rwritten'],
  ['a\bb', 'a\\x08b'],
  ['two\nlines\tand a tab', 'two\\nlines\\tand a tab'],
  ['\u0000\u007f', '\\x00\\x7f'],
  ['abc\u202etxt.exe', 'abc\\u202etxt.exe'],
  ['\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
  ['zero\u200bwidth\u200d\ufeff', 'zero\\u200bwidth\\u200d\\ufeff'],
  ['soft\u00adhyphen', 'soft\\xadhyphen'],
  ['line\u2028separator', 'line\\u2028separator'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['lone \ud800 surrogate', 'lone \\ud800 surrogate'],
])('%j', (text, shown) => {
  expect(clean(text)).toBe(shown);
});

/** What may never reach a terminal, written another way than the sanitizer does. */
const isHarmless = (text: string): boolean =>
  Array.from(text).every(
    (char) => /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char) || /\p{Zs}|\p{Cn}|\p{Co}/u.test(char),
  );

test('whatever goes in, nothing harmful comes out, and cleaning again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = clean(text);
      expect(isHarmless(shown)).toBe(true);
      expect(clean(shown)).toBe(shown);
    }),
  );
});

test('a whole document is cleaned, keys as well, and keeps its form', () => {
  expect(cleaned({ a: ['\r', 1, null, true], ['k\u001b']: { b: '\u202e' } })).toEqual({
    a: ['\\r', 1, null, true],
    'k\\x1b': { b: '\\u202e' },
  });
});

test('JSON means the same, and is harmless as it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = jsonText(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(isHarmless(text)).toBe(true);
    }),
  );
  expect(jsonText({ a: '\u009b\u202e\u{e0041}' })).toBe('{"a":"\\u009b\\u202e\\udb40\\udc41"}');
  expect(jsonText({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});
