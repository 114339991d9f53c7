import { expect, test } from 'vitest';
import { VALUE_FLAGS, checkEnvironment } from '../../../src/config/environment.js';
import { environmentName } from '../../../src/config/given.js';
import { buildProgram } from '../../../src/cli/program/program.js';

test('every flag of apply that takes a value has a variable, and no other has', () => {
  const apply = buildProgram(() => undefined).commands.find((one) => one.name() === 'apply');
  const taking = apply?.options.filter(({ required }) => required).map(({ long }) => long ?? '');
  expect(taking?.toSorted()).toEqual([...VALUE_FLAGS].toSorted());
});

test('a variable with a slip in its name is a mistake, not ignored', () => {
  const known = Object.fromEntries(VALUE_FLAGS.map((flag) => [environmentName(flag), 'x']));
  const others = { GPUGRAFT_DEBUG: '1', GPUGRAFT_TEST_ENGINE: 'x', PATH: '/', NEMOCLAW_X: '' };
  expect(() => checkEnvironment({ ...known, ...others })).not.toThrow();
  expect(() => checkEnvironment({ GPUGRAFT_READY_TIMEOT: '5m' })).toThrow(
    'GPUGRAFT_READY_TIMEOT is not a variable that gpugraft knows',
  );
  expect(() => checkEnvironment({ GPUGRAFT_KEEP_BACKUP: '1' })).toThrow('GPUGRAFT_KEEP_BACKUP');
});
