import { expect, test } from 'vitest';
import { emptyReport } from '../../../src/report.js';
import { report, run, summary } from './fake.js';

const document = Object.keys(emptyReport(null, { code: 'x', message: '', hint: null }));

test.each([
  ['', 'gpugraft needs a command', 'gpugraft --help lists them'],
  ['aply web', "unknown command 'aply'", 'did you mean apply?'],
  ['xyzzy', "unknown command 'xyzzy'", 'see gpugraft --help'],
  ['apply', "missing required argument 'container'", 'see gpugraft apply --help'],
  ['apply a b', 'too many arguments', 'see gpugraft apply --help'],
  ['apply web --redy x', "unknown option '--redy'", 'did you mean --ready?'],
  ['apply web --mode', "option '--mode <mode>' argument missing", 'see gpugraft apply --help'],
  ['apply web --mode x', '--mode: "x" is not one of auto, cdi, gpus, nvidia-runtime, none', null],
  [
    'apply web --mode none --devices 0',
    '--devices 0 does not go with --mode none, which takes every GPU away',
    'leave one',
  ],
  ['apply ../x', '"../x" is not the name or ID of a container', null],
  ['apply web --host a --context b', '--context and --host both name an engine', 'leave one'],
  ['recover web --all', '--all and a name do not go together', 'leave one of the two out'],
  ['recover --back', '--back decides about one run', 'name the container or the run'],
  ['recover web --back --forward', '--forward and --back contradict each other', null],
  ['create', "missing required argument 'sandbox'", 'see gpugraft create --help'],
  ['create box', 'gpugraft create needs the command that', 'gpugraft create box -- openshell'],
  ['create box --', 'gpugraft create needs the command that', 'gpugraft create box -- openshell'],
  ['create ../x -- true', '"../x" is not the name of a sandbox', null],
  ['create box --mode x -- true', '--mode: "x" is not one of', null],
  ['machine', 'gpugraft machine needs a command', 'gpugraft machine --help lists them'],
  ['machine paths --debounce x', '--debounce: "x" is not a whole number from 1 to 5', null],
  ['doctor --image -x', '--image: "-x" is not a name or an address', null],
])('gpugraft %s is a mistake', async (words, message, hint) => {
  const { exit, stdout, stderr } = await run(words);
  expect(exit).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.startsWith(`gpugraft: ${message}`)).toBe(true);
  expect(stderr.split('\n')[1]).toContain(hint === null ? '' : `  hint: ${hint}`);
  expect(stderr).not.toContain('    at ');
});

test.each([
  'apply --json',
  'aply web --json',
  '--json',
  'runs x --json',
  'apply web --json --mode x',
])('gpugraft %s prints the document all the same, every key there', async (words) => {
  const { exit, stdout } = await run(words);
  expect(exit).toBe(2);
  const printed = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(printed)).toEqual(document);
  expect(printed).toMatchObject({ schema: 1, outcome: null, reason: { code: 'usage' } });
});

test('help of all, and of each', async () => {
  for (const words of ['--help', 'apply --help', 'help', 'help apply', 'machine --help']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other reads better when it fails
    const { exit, stdout, stderr } = await run(words);
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Usage: gpugraft/);
  }
});

test.each([
  'apply',
  'create',
  'plan',
  'status',
  'runs',
  'recover',
  'rollback',
  'doctor',
  'machine diagram',
  'machine paths',
  'machine export',
])('the help of %s has an example', async (command) => {
  const { stdout } = await run(`${command} --help`);
  expect(stdout).toContain('Examples:');
  expect(stdout).toContain(`gpugraft ${command}`);
});

test('the version', async () => {
  expect(await run('--version')).toMatchObject({ exit: 0, stdout: '1.2.3\n' });
  expect(await run('-V')).toMatchObject({ exit: 0, stdout: '1.2.3\n' });
});

test('a mistake in the environment names its variable', async () => {
  const { exit, stderr } = await run('apply web', {}, { env: { GPUGRAFT_READY_TIMEOUT: '' } });
  expect(exit).toBe(2);
  expect(stderr).toBe(
    'gpugraft: GPUGRAFT_READY_TIMEOUT is empty\n  hint: unset GPUGRAFT_READY_TIMEOUT, or give it a value\n',
  );
});

test.each(['apply web', 'create box -- true', 'plan web'])(
  'a variable that nobody knows keeps gpugraft %s from beginning',
  async (words) => {
    const { exit, stderr } = await run(words, {}, { env: { GPUGRAFT_READY_TIMEOT: '5m' } });
    expect(exit).toBe(2);
    expect(stderr).toContain('GPUGRAFT_READY_TIMEOT is not a variable that gpugraft knows');
  },
);

test.each(['recover', 'recover web', 'rollback web', 'status', 'runs'])(
  'a variable that nobody knows keeps no gpugraft %s from ending or showing a run',
  async (words) => {
    const { exit, stderr } = await run(
      words,
      {
        listRuns: () => Promise.resolve([summary({})]),
        recover: () => Promise.resolve(report({ outcome: 'rolledBack', rolledBack: true })),
        rollback: () => Promise.resolve(report({ outcome: 'rolledBack', rolledBack: true })),
      },
      { env: { GPUGRAFT_READY_TIMEOT: '5m' } },
    );
    expect(exit).not.toBe(2);
    expect(stderr).not.toContain('GPUGRAFT_READY_TIMEOT');
  },
);

test('what the user wrote is shown escaped', async () => {
  const { stderr } = await run('apply \u001b[31mweb');
  expect(stderr).not.toContain('\u001b');
});

test('diagnose says where the bundle is, or why there is none', async () => {
  const none = {
    schema: 1,
    name: null,
    folder: null,
    files: [],
    runId: null,
    reason: null,
  } as const;
  const there = { ...none, name: 'web', folder: '/state/diagnostics/x', files: ['summary.txt'] };
  const well = await run('diagnose web', { collect: () => Promise.resolve(there) });
  expect(well.exit).toBe(0);
  expect(well.stdout).toBe('diagnostics of web in /state/diagnostics/x\n  summary.txt\n');
  const reason = { code: 'no-such-container', message: 'there is no container web', hint: null };
  const ill = await run('diagnose web', { collect: () => Promise.resolve({ ...none, reason }) });
  expect(ill.exit).toBe(3);
  expect(ill.stdout).toContain('there is no container web');
});
