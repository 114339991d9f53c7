import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { VALUE_FLAGS, checkEnvironment } from '../../../src/config/environment.js';
import { environmentName } from '../../../src/config/given.js';
import { buildProgram } from '../../../src/cli/program/program.js';

const withSubcommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(withSubcommands),
];

test('every flag that takes a value, of whatever command, has a variable, and no other has', () => {
  const options = withSubcommands(buildProgram(() => undefined)).flatMap((one) => one.options);
  const taking = options.filter(({ required }) => required).map(({ long }) => long ?? '');
  expect([...new Set(taking)].toSorted()).toEqual([...VALUE_FLAGS].toSorted());
});

test('a variable with a slip in its name is a mistake, not ignored', () => {
  const known = Object.fromEntries(VALUE_FLAGS.map((flag) => [environmentName(flag), 'x']));
  const others = {
    GPUGRAFT_DEBUG: '1',
    GPUGRAFT_TEST_ENGINE: 'x',
    GPUGRAFT_DEBIAN_MIRROR: 'x',
    GPUGRAFT_ENGINES: 'x',
    GPUGRAFT_ENGINES_RUN: 'x',
    PATH: '/',
    NEMOCLAW_X: '',
  };
  expect(() => checkEnvironment({ ...known, ...others })).not.toThrow();
  expect(() => checkEnvironment({ GPUGRAFT_READY_TIMEOT: '5m' })).toThrow(
    'GPUGRAFT_READY_TIMEOT is not a variable that gpugraft knows',
  );
  expect(() => checkEnvironment({ GPUGRAFT_KEEP_BACKUP: '1' })).toThrow('GPUGRAFT_KEEP_BACKUP');
});
