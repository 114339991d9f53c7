import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { resolveSession } from '../../../src/config/session.js';
import { optedOut } from '../../../src/config/opt-out.js';
import { checkTarget } from '../../../src/config/target.js';

const HOME = '/home/me';

test('without a word the docker client decides, and the state folder is the usual one', () => {
  expect(resolveSession({}, { HOME })).toEqual({
    context: null,
    host: null,
    stateDir: '/home/me/.local/state/gpugraft',
  });
});

test.each([
  [{ stateDir: '/a' }, { GPUGRAFT_STATE_DIR: '/b', XDG_STATE_HOME: '/c', HOME }, '/a'],
  [{}, { GPUGRAFT_STATE_DIR: '/b', XDG_STATE_HOME: '/c', HOME }, '/b'],
  [{}, { XDG_STATE_HOME: '/c', HOME }, '/c/gpugraft'],
  [{}, { XDG_STATE_HOME: '', HOME }, '/home/me/.local/state/gpugraft'],
  [{}, { XDG_STATE_HOME: 'relative', HOME }, '/home/me/.local/state/gpugraft'],
  [{}, {}, `${homedir()}/.local/state/gpugraft`],
  [{ stateDir: 'here' }, {}, `${process.cwd()}/here`],
])('%j %j keep journals in %s', (flags, env, stateDir) => {
  expect(resolveSession(flags, env).stateDir).toBe(stateDir);
});

test('context or host, by flag or by variable', () => {
  expect(resolveSession({ context: 'c' }, { HOME })).toMatchObject({ context: 'c', host: null });
  expect(resolveSession({}, { HOME, GPUGRAFT_HOST: 'unix:///s' })).toMatchObject({
    context: null,
    host: 'unix:///s',
  });
  const env = { HOME, GPUGRAFT_CONTEXT: 'c' };
  expect(resolveSession({ host: 'tcp://h:1' }, env)).toMatchObject({
    context: null,
    host: 'tcp://h:1',
  });
});

test.each([
  [{ context: 'c', host: 'h' }, {}, '--context and --host both name an engine'],
  [{}, { GPUGRAFT_CONTEXT: 'c', GPUGRAFT_HOST: 'h' }, 'GPUGRAFT_CONTEXT and GPUGRAFT_HOST both'],
  [{ context: '--help' }, {}, '--context: "--help" is not a name or an address'],
  [{ host: 'a b' }, {}, '--host: "a b" is not'],
  [{}, { GPUGRAFT_STATE_DIR: '' }, 'GPUGRAFT_STATE_DIR is empty'],
  [{}, { GPUGRAFT_HOST: '' }, 'GPUGRAFT_HOST is empty'],
])('%j %j is refused', (flags, env, message) => {
  expect(() => resolveSession(flags, { HOME, ...env })).toThrow(message);
});

test.each(['0', 'false', 'no', 'off'])('NEMOCLAW_DOCKER_GPU_PATCH=%s opts out', (value) => {
  expect(optedOut({ NEMOCLAW_DOCKER_GPU_PATCH: value })).toMatchObject({
    code: 'opted-out',
    message: expect.stringContaining(`NEMOCLAW_DOCKER_GPU_PATCH=${value}`) as string,
  });
});
test('otherwise it does not, and nonsense is refused', () => {
  expect(optedOut({})).toBeNull();
  expect(optedOut({ NEMOCLAW_DOCKER_GPU_PATCH: '1' })).toBeNull();
  expect(() => optedOut({ NEMOCLAW_DOCKER_GPU_PATCH: '' })).toThrow('is empty');
  expect(() => optedOut({ NEMOCLAW_DOCKER_GPU_PATCH: '2' })).toThrow('neither 0 nor 1');
});

test('a container is named in the characters that Docker has', () => {
  for (const word of ['web', 'a_b.c-1', 'f'.repeat(64)]) expect(checkTarget(word, 'it')).toBe(word);
  expect(checkTarget('/web', 'it')).toBe('web');
  for (const word of ['', '/', '//web', '../x', 'a b', '-x', 'a\n', 'ä', 'a/b', 'a?b']) {
    expect(() => checkTarget(word, 'a name')).toThrow('is not a name');
  }
});
