import { expect, test } from 'vitest';
import { environmentName, given } from '../../../src/config/given.js';

test('a flag has its variable', () => {
  expect(environmentName('--ready-timeout')).toBe('GPUGRAFT_READY_TIMEOUT');
  expect(environmentName('--mode')).toBe('GPUGRAFT_MODE');
});

test('a flag wins over its variable, that over the further ones', () => {
  const env = { GPUGRAFT_MODE: 'gpus', OTHER: 'cdi' };
  expect(given('--mode', 'auto', env, ['OTHER'])).toEqual({
    value: 'auto',
    source: '--mode',
    from: 'flag',
  });
  expect(given('--mode', undefined, env, ['OTHER'])?.source).toBe('GPUGRAFT_MODE');
  expect(given('--mode', undefined, { OTHER: 'cdi' }, ['OTHER'])?.source).toBe('OTHER');
  expect(given('--mode', undefined, {}, ['OTHER'])).toBeNull();
});

test.each([
  ['a flag', '', {}, '--mode is empty'],
  ['blanks', '  ', {}, '--mode is empty'],
  ['a variable', undefined, { GPUGRAFT_MODE: '' }, 'GPUGRAFT_MODE is empty'],
])('set to nothing is a mistake: %s', (_, flag, env, message) => {
  expect(() => given('--mode', flag, env)).toThrow(message);
});

test('an empty variable is no matter where a flag wins', () => {
  expect(given('--mode', 'cdi', { GPUGRAFT_MODE: '' })?.value).toBe('cdi');
});
