import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/config/options.js';
import type { RunFlags } from '../../../src/config/options.js';
import { UsageError } from '../../../src/config/usage-error.js';
import { optionsSchema } from '../../../machines/index.js';

const RECONNECT = 'NEMOCLAW_DOCKER_GPU_SUPERVISOR_RECONNECT_';

function failureOf(flags: RunFlags, env: Record<string, string>): UsageError['failure'] {
  try {
    resolveOptions(flags, env);
  } catch (error) {
    if (error instanceof UsageError) return error.failure;
    throw error;
  }
  throw new Error('it was accepted');
}

test('the defaults are those of the design', () => {
  const options = resolveOptions({}, {});
  expect(optionsSchema.parse(options)).toEqual(options);
  expect(options).toEqual({
    mode: 'auto',
    devices: 'all',
    layer: 'carry',
    backup: 'auto',
    keepBackup: false,
    defer: false,
    allowDependents: false,
    network: 'preserve',
    ready: 'auto',
    readyCommand: null,
    readyTimeoutMs: 900_000,
    pollIntervalMs: 2000,
    errorDebounce: 15,
    stableForMs: 5000,
    maxPolls: 451,
    maxRestarts: 3,
    maxRepairs: 2,
    stopTimeoutS: null,
    gpuProof: { kind: 'auto' },
    engineTimeoutMs: 300_000,
  });
});

test.each<[flag: keyof RunFlags, name: string, text: string, key: string, value: unknown]>([
  ['mode', 'MODE', 'nvidia-runtime', 'mode', 'nvidia-runtime'],
  ['mode', 'MODE', 'none', 'mode', 'none'],
  ['devices', 'DEVICES', ' 0 , 1', 'devices', '0,1'],
  ['devices', 'DEVICES', 'nvidia.com/gpu=0', 'devices', '0'],
  ['devices', 'DEVICES', 'nvidia.com/gpu=first', 'devices', 'nvidia.com/gpu=first'],
  ['layer', 'LAYER', 'discard', 'layer', 'discard'],
  ['backup', 'BACKUP', 'container', 'backup', 'container'],
  ['ready', 'READY', 'health', 'ready', 'health'],
  ['readyTimeout', 'READY_TIMEOUT', '5m', 'readyTimeoutMs', 300_000],
  ['pollInterval', 'POLL_INTERVAL', '100ms', 'pollIntervalMs', 100],
  ['errorDebounce', 'ERROR_DEBOUNCE', '3', 'errorDebounce', 3],
  ['stableFor', 'STABLE_FOR', '0s', 'stableForMs', 0],
  ['stopTimeout', 'STOP_TIMEOUT', '1m', 'stopTimeoutS', 60],
  ['stopTimeout', 'STOP_TIMEOUT', '0s', 'stopTimeoutS', 0],
  ['gpuProof', 'GPU_PROOF', 'none', 'gpuProof', { kind: 'none' }],
  [
    'gpuProof',
    'GPU_PROOF',
    'sh -c "a b"',
    'gpuProof',
    { kind: 'command', argv: ['sh', '-c', 'a b'] },
  ],
  ['engineTimeout', 'ENGINE_TIMEOUT', '10s', 'engineTimeoutMs', 10_000],
])('%s and GPUGRAFT_%s take %j', (flag, name, text, key, value) => {
  expect(resolveOptions({ [flag]: text }, {})).toHaveProperty(key, value);
  expect(resolveOptions({}, { [`GPUGRAFT_${name}`]: text })).toHaveProperty(key, value);
});

test('what the limit on polls is follows from the deadline and the interval', () => {
  expect(resolveOptions({ readyTimeout: '5s', pollInterval: '2s' }, {}).maxPolls).toBe(4);
});

test('the names of the seed count as well, after our own', () => {
  const seed = { [`${RECONNECT}TIMEOUT`]: '30', [`${RECONNECT}ERROR_DEBOUNCE`]: '4' };
  expect(resolveOptions({}, seed)).toMatchObject({ readyTimeoutMs: 30_000, errorDebounce: 4 });
  expect(resolveOptions({}, { [`${RECONNECT}TIMEOUT`]: '2m' }).readyTimeoutMs).toBe(120_000);
  const both = { ...seed, GPUGRAFT_READY_TIMEOUT: '7s', GPUGRAFT_ERROR_DEBOUNCE: '9' };
  expect(resolveOptions({}, both)).toMatchObject({ readyTimeoutMs: 7000, errorDebounce: 9 });
  expect(resolveOptions({ readyTimeout: '6s' }, both).readyTimeoutMs).toBe(6000);
});

test.each<[RunFlags, Record<string, string>, string]>([
  [
    { ready: 'running', stableFor: '2m', readyTimeout: '1m' },
    {},
    '--stable-for (2m) is longer than --ready-timeout (1m): nothing could be ready in time',
  ],
  [
    { ready: 'health' },
    { GPUGRAFT_STABLE_FOR: '20m' },
    'GPUGRAFT_STABLE_FOR (20m) is longer than --ready-timeout (15m by default): nothing could be ready in time',
  ],
  [
    { stableFor: '5s' },
    { [`${RECONNECT}TIMEOUT`]: '3' },
    `--stable-for (5s) is longer than ${RECONNECT}TIMEOUT (3s): nothing could be ready in time`,
  ],
])('a wait that nothing could end well is a mistake: %j, %j', (flags, env, message) => {
  expect(failureOf(flags, env)).toMatchObject({ code: 'usage', message });
});

test('a wait that could end well is none', () => {
  const equal = { stableFor: '5s', readyTimeout: '5s' };
  for (const ready of ['auto', 'running', 'health'])
    expect(resolveOptions({ ...equal, ready }, {}).stableForMs).toBe(5000);
  const command = { stableFor: '5m', readyTimeout: '5s', readyCommand: 'true' };
  expect(resolveOptions(command, {}).ready).toBe('command');
  // A gateway's word counts at once, and nobody asked for the five seconds that are ours.
  expect(
    resolveOptions({ stableFor: '5m', readyTimeout: '5s', ready: 'openshell' }, {}).ready,
  ).toBe('openshell');
  const seed = { [`${RECONNECT}TIMEOUT`]: '3' };
  expect(resolveOptions({}, seed)).toMatchObject({ readyTimeoutMs: 3000, stableForMs: 3000 });
});

test('a bad value of the environment is no matter where a flag wins', () => {
  expect(resolveOptions({ mode: 'cdi' }, { GPUGRAFT_MODE: 'nonsense' }).mode).toBe('cdi');
});

const bad: [flag: keyof RunFlags, kebab: string, text: string][] = [
  ['mode', 'mode', 'nonsense'],
  ['mode', 'mode', 'CDI'],
  ['devices', 'devices', '0,0'],
  ['devices', 'devices', 'GPU 1'],
  ['layer', 'layer', 'keep'],
  ['backup', 'backup', 'both'],
  ['ready', 'ready', 'soon'],
  ['readyCommand', 'ready-command', "sh -c 'x"],
  ['readyTimeout', 'ready-timeout', '0s'],
  ['readyTimeout', 'ready-timeout', '-5s'],
  ['readyTimeout', 'ready-timeout', 'NaN'],
  ['readyTimeout', 'ready-timeout', '30'],
  ['readyTimeout', 'ready-timeout', '9999999h'],
  ['pollInterval', 'poll-interval', '1ms'],
  ['errorDebounce', 'error-debounce', '0'],
  ['errorDebounce', 'error-debounce', '-1'],
  ['errorDebounce', 'error-debounce', '1.5'],
  ['errorDebounce', 'error-debounce', 'NaN'],
  ['errorDebounce', 'error-debounce', '1e3'],
  ['errorDebounce', 'error-debounce', '99999999999'],
  ['stableFor', 'stable-for', 'for ever'],
  ['stopTimeout', 'stop-timeout', '1500ms'],
  ['gpuProof', 'gpu-proof', '""'],
  ['engineTimeout', 'engine-timeout', '0s'],
  ['network', 'network', 'bridge'],
];
test.each(bad)('%s: --%s %j is refused, its flag or variable named', (flag, kebab, text) => {
  const variable = `GPUGRAFT_${kebab.replaceAll('-', '_').toUpperCase()}`;
  expect(failureOf({ [flag]: text }, {})).toMatchObject({ code: 'usage' });
  expect(failureOf({ [flag]: text }, {}).message).toMatch(new RegExp(`^--${kebab}: .`));
  expect(failureOf({}, { [variable]: text }).message).toMatch(new RegExp(`^${variable}: .`));
  expect(failureOf({}, { [variable]: text }).message).not.toContain('\n');
});

test.each(['TIMEOUT', 'ERROR_DEBOUNCE'])(
  'the seed’s %s is validated under its own name',
  (name) => {
    for (const text of ['-1', 'NaN', '0', '1e99', 'x']) {
      expect(failureOf({}, { [RECONNECT + name]: text }).message).toMatch(RECONNECT + name);
    }
    expect(failureOf({}, { [RECONNECT + name]: '' }).message).toBe(`${RECONNECT}${name} is empty`);
  },
);

test('a backup and a readiness of every kind can be asked for', () => {
  for (const backup of ['auto', 'container', 'snapshot'] as const)
    expect(resolveOptions({ backup }, {}).backup).toBe(backup);
  expect(resolveOptions({ ready: 'openshell' }, {}).ready).toBe('openshell');
  expect(resolveOptions({ defer: true }, {}).defer).toBe(true);
});

test.each<[RunFlags, Record<string, string>, string]>([
  [{ mode: 'none', devices: '0' }, {}, '--devices 0 does not go with --mode none'],
  [
    { devices: '0,1' },
    { GPUGRAFT_MODE: 'none' },
    '--devices 0,1 does not go with GPUGRAFT_MODE none',
  ],
  [
    {},
    { GPUGRAFT_MODE: 'none', GPUGRAFT_DEVICES: '1' },
    'GPUGRAFT_DEVICES 1 does not go with GPUGRAFT_MODE none',
  ],
])('no GPU and some devices contradict each other: %j %j', (flags, env, message) => {
  const found = failureOf(flags, env);
  expect(found.code).toBe('usage');
  expect(found.message).toBe(`${message}, which takes every GPU away`);
  expect(found.hint).toContain('leave one of the two out');
});

test('no GPU goes with all devices, and a flag for it wins over devices in the environment', () => {
  expect(resolveOptions({ mode: 'none', devices: 'all' }, {})).toMatchObject({
    mode: 'none',
    devices: 'all',
  });
  expect(resolveOptions({ mode: 'none' }, { GPUGRAFT_DEVICES: '1' })).toMatchObject({
    mode: 'none',
    devices: 'all',
  });
});

test('preserving the networks is what happens anyway', () => {
  expect(resolveOptions({}, {}).network).toBe('preserve');
  expect(resolveOptions({ network: 'preserve' }, {})).toEqual(resolveOptions({}, {}));
});

test('the host’s network is asked for by flag, variable or the seed’s variable, in this order', () => {
  const seed = 'NEMOCLAW_DOCKER_GPU_PATCH_NETWORK';
  expect(resolveOptions({ network: 'host' }, {}).network).toBe('host');
  expect(resolveOptions({}, { GPUGRAFT_NETWORK: 'host' }).network).toBe('host');
  expect(resolveOptions({}, { [seed]: 'host' }).network).toBe('host');
  const both = { GPUGRAFT_NETWORK: 'preserve', [seed]: 'host' };
  expect(resolveOptions({}, both).network).toBe('preserve');
  expect(resolveOptions({ network: 'host' }, both).network).toBe('host');
  expect(failureOf({}, { [seed]: 'bridge' }).message).toContain(`${seed}: "bridge"`);
});

test('a ready command means the readiness that runs it', () => {
  const expected = { ready: 'command', readyCommand: ['curl', '-f', 'x'] };
  expect(resolveOptions({ readyCommand: 'curl -f x' }, {})).toMatchObject(expected);
  expect(resolveOptions({ ready: 'command', readyCommand: 'curl -f x' }, {})).toMatchObject(
    expected,
  );
  expect(failureOf({ ready: 'command' }, {}).message).toBe('--ready command needs a command');
  expect(failureOf({ ready: 'health', readyCommand: 'x' }, {}).message).toBe(
    '--ready-command does not go with --ready health',
  );
});

test('a flag for another readiness wins over a command in the environment', () => {
  const env = { GPUGRAFT_READY_COMMAND: 'x' };
  expect(resolveOptions({ ready: 'running' }, env)).toMatchObject({
    ready: 'running',
    readyCommand: null,
  });
});
