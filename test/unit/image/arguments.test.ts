import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/image/arguments.js';

describe('the arguments of the cleaner', () => {
  it('are a file, a line and a user', () => {
    expect(parseArguments(['/home/u/.bashrc', '. /x', '1000'])).toEqual({
      file: '/home/u/.bashrc',
      shim: '. /x',
      uid: 1000,
    });
    expect(parseArguments(['f', 's', '0']).uid).toBe(0);
    expect(parseArguments(['f', 's', '4294967294']).uid).toBe(4_294_967_294);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['none', [], /^usage: .*\(got 0 arguments\)$/],
    ['too few', ['f', 's'], /^usage: .*\(got 2 arguments\)$/],
    ['too many', ['f', 's', '0', ''], /^usage: .*\(got 4 arguments\)$/],
    ['no file', ['', 's', '0'], /^RC_FILE is empty$/],
    ['an empty shim, which every empty line equals', ['f', '', '0'], /^SHIM_TEXT is empty$/],
    ['a shim of two lines', ['f', 'a\nb', '0'], /^SHIM_TEXT is more than one line$/],
    ...['', 'root', '-1', '1.5', '1e3', ' 0', '0x0', '4294967295', '00000000000'].map(
      (uid) => [`the uid "${uid}"`, ['f', 's', uid], /^UID is not a number: /] as const,
    ),
  ])('that are wrong, %s, are refused in one line', (_, words, message) => {
    expect(() => parseArguments(words)).toThrow(message);
  });
});
