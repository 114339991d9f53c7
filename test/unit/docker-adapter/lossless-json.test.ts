import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integerOf, parseLossless, stringifyLossless } from '../../../src/docker/lossless-json.js';
import { rawContainer, type Json } from '../../../src/docker/raw.js';

const WIDE = '9223372036854775807';

describe('lossless JSON', () => {
  test('what JSON.parse would round comes back digit by digit', () => {
    const text = `{"Hard":${WIDE},"Soft":-${WIDE},"u":18446744073709551615,"safe":9007199254740991,"f":1.5e300,"s":"${WIDE}"}`;
    expect(JSON.stringify(JSON.parse(text))).not.toBe(text);
    const value = parseLossless(text) as Record<string, Json>;
    expect(integerOf(value['Hard'])).toBe(9223372036854775807n);
    expect(integerOf(value['Soft'])).toBe(-9223372036854775807n);
    expect(value['safe']).toBe(9007199254740991);
    expect(value['s']).toBe(WIDE);
    expect(stringifyLossless(value)).toBe(
      `{"Hard":${WIDE},"Soft":-${WIDE},"u":18446744073709551615,"safe":9007199254740991,"f":1.5e+300,"s":"${WIDE}"}`,
    );
  });

  test('numbers and only numbers have an integer', () => {
    expect([1, 1.5, '1', '\u0000int:x', null, undefined].map((value) => integerOf(value))).toEqual([
      1n,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('strings that look like the marks, and keys that zod would drop, survive', () => {
    const value = JSON.parse(
      '{"__proto__":{"a":1},"\\u0000int:5":"\\u0000int:5","x":["\\u0000str:y","\\u0000","__proto__","\\"123456789012345678901\\\\"]}',
    ) as Json;
    const text = JSON.stringify(value);
    expect(stringifyLossless(parseLossless(text))).toBe(text);
    expect(Object.keys(parseLossless(text) as object)).not.toContain('__proto__');
  });

  test.each(['', '{', `{"a":${WIDE}`, '-', `[${WIDE}e]`, `"${WIDE}`, `0${WIDE}`])(
    'text that is not JSON is refused: %s',
    (text) => {
      expect(() => parseLossless(text)).toThrow(SyntaxError);
    },
  );

  test('any document: written again as it was read', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(stringifyLossless(parseLossless(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('any integers among any strings, with any white space', () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
      fc.constantFrom(
        '"__proto__"',
        '"\\u0000int:99999999999999999999"',
        '"a\\\\"',
        '"\\""',
        'null',
        '1e3',
      ),
    );
    const space = fc.constantFrom('', ' ', '\n', '\t ');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), space, leaf)), (entries) => {
        const text = `{${entries.map(([key, gap, token], index) => `${JSON.stringify(`k${index}${key}`)}${gap}:${gap}${token}`).join(',')}}`;
        const expected = `{${entries.map(([key, , token], index) => `${JSON.stringify(`k${index}${key}`)}:${token === '1e3' ? '1000' : token}`).join(',')}}`;
        expect(stringifyLossless(parseLossless(text))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('a document without wide integers is what JSON.parse makes of it', () => {
    const text = '{"a":[1,-2.5,"x",true,null,{"b":"1234567890123456"}]}';
    expect(parseLossless(text)).toEqual(JSON.parse(text));
  });

  test('the schema of a container takes an unlimited ulimit', () => {
    const ulimits = rawContainer.shape.HostConfig.shape.Ulimits;
    const value = parseLossless(`[{"Name":"core","Soft":0,"Hard":${WIDE}}]`);
    expect(stringifyLossless(ulimits.parse(value) as Json)).toBe(
      `[{"Name":"core","Soft":0,"Hard":${WIDE}}]`,
    );
    expect(ulimits.safeParse([{ Name: 'core', Soft: 0, Hard: '7' }]).success).toBe(false);
  });
});
