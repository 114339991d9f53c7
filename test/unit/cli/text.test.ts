import { shellWord } from '../../../machines/index.js';
import { expect, test } from 'vitest';
import { dockerCommand, gpugraftCommand, scriptCommand } from '../../../src/docker/command.js';
import { ageText, cut, fields, lengthText, table } from '../../../src/cli/render/text.js';

test.each([
  [0, '0.00 s'],
  [269, '0.27 s'],
  [1500, '1.5 s'],
  [12_400, '12 s'],
  [119_000, '119 s'],
  [120_000, '2 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [200_000_000, '2 days'],
])('%i ms reads %s', (ms, text) => {
  expect(lengthText(ms)).toBe(text);
});

test('an age, also of a clock that went back, and of nonsense', () => {
  const now = Date.parse('2026-01-01T00:03:00Z');
  expect(ageText('2026-01-01T00:00:00Z', now)).toBe('3 min ago');
  expect(ageText('2027-01-01T00:00:00Z', now)).toBe('0.00 s ago');
  expect(ageText('never', now)).toBe('never');
});

test('fields without a value are left out, the others stand in one column', () => {
  expect(
    fields([
      ['a', '1'],
      ['long', null],
      ['bcd', '2'],
    ]),
  ).toEqual(['  a    1', '  bcd  2']);
  expect(fields([])).toEqual([]);
});

test('a table', () => {
  expect(
    table(
      ['A', 'BB'],
      [
        ['xxx', 'y'],
        ['z', ''],
      ],
    ),
  ).toEqual(['A    BB', 'xxx  y', 'z']);
});

test.each([
  ['short', 10, 'short'],
  ['exactly10!', 10, 'exactly10!'],
  ['one more 11', 10, 'one more …'],
  ['機械学習', 6, '機械…'],
  ['機械学習', 8, '機械学習'],
  ['anything', 0, ''],
])('%s in %i columns is %s', (text, columns, shown) => {
  expect(cut(text, columns)).toBe(shown);
});

test.each([
  ['web', 'web'],
  ['/a/b.sh', '/a/b.sh'],
  ['a b', "'a b'"],
  ["it's", `'it'\\''s'`],
  ['$(x)', "'$(x)'"],
  ['', "''"],
])('%s is %s in a shell', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});

test('commands to paste name the engine and the folder that were named', () => {
  expect(dockerCommand({ context: null, host: 'tcp://h:1' })).toBe('docker --host tcp://h:1');
  expect(scriptCommand('/a b.sh', { context: null, host: null })).toBe("sh '/a b.sh'");
  expect(scriptCommand('/r.sh', { context: null, host: 'tcp://h:1' })).toBe(
    'DOCKER_HOST=tcp://h:1 sh /r.sh',
  );
  expect(scriptCommand('/r.sh', { context: 'lab', host: null })).toBe(
    'env -u DOCKER_HOST DOCKER_CONTEXT=lab sh /r.sh',
  );
  const nowhere = { context: null, host: null, stateDir: null };
  expect(gpugraftCommand('recover x', nowhere)).toBe('gpugraft recover x');
  expect(gpugraftCommand('recover x', { ...nowhere, context: 'c', stateDir: '/a b' })).toBe(
    "gpugraft recover x --context c --state-dir '/a b'",
  );
});
