import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration, durationText } from '../../../src/config/duration.js';

const any = duration({ least: 0, most: 1e12 });
const issue = (schema: typeof any, text: string): string | undefined =>
  schema.safeParse(text).error?.issues[0]?.message;

test.each([
  ['100ms', 100],
  ['2s', 2000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['0s', 0],
  [' 2s ', 2000],
])('%s is %i ms', (text, ms) => {
  expect(any.parse(text)).toBe(ms);
});

test.each([
  '-1s',
  'NaN',
  'NaNs',
  'Infinity',
  '1e3s',
  '2 s',
  's',
  '5d',
  '5S',
  '0x10s',
  '1m30s',
  '٣s',
])('%s is no duration', (text) => {
  expect(issue(any, text)).toBe(
    `${JSON.stringify(text)} is not a duration: write 100ms, 2s, 5m or 1h`,
  );
});

test('a number without a unit is seconds only where that was agreed', () => {
  expect(issue(any, '30')).toContain('has no unit: write 30s');
  const seconds = duration({ least: 0, most: 1e9 }, 'seconds');
  expect(seconds.parse('30')).toBe(30_000);
  expect(issue(seconds, 'soon')).toBe('"soon" is not a number of seconds');
});

test('out of range names both ends', () => {
  const schema = duration({ least: 1000, most: 60_000 });
  expect(issue(schema, '2m')).toBe('2m is out of range: from 1s to 1m');
  expect(issue(schema, '1ms')).toBe('1ms is out of range: from 1s to 1m');
  expect(schema.parse('1s')).toBe(1000);
  expect(schema.parse('60s')).toBe(60_000);
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.nat(1e9), (ms) => {
      expect(any.parse(durationText(ms))).toBe(ms);
    }),
  );
});
