import { expect, test } from 'vitest';
import type { Backend } from '../../../src/cli/backend.js';
import { failure } from '../../../src/errors.js';
import { emptyReport } from '../../../src/report.js';
import type { Report } from '../../../src/report.js';
import type { Session } from '../../../src/session.js';
import { context, FakeIo, fakeBackend, progress, report, run } from './fake.js';
import { main } from '../../../src/cli/main.js';
import { modelOriginal } from '../../../src/model/setting.js';

const keys = Object.keys(emptyReport(null, { code: 'x', message: '', hint: null }));
const grafts = (fields: Partial<Report> = {}): Partial<Backend> => ({
  graft: () => Promise.resolve(report(fields)),
});

test('apply hands on the name, the options and the session', async () => {
  let seen: unknown[] = [];
  const graft: Backend['graft'] = (...given) => {
    seen = given;
    return Promise.resolve(report({}));
  };
  const words = 'apply web --mode cdi --ready-timeout 5m --context lab --state-dir /s';
  const { exit, stdout } = await run(words, { graft });
  expect(exit).toBe(0);
  expect(stdout).toContain('grafted: web runs with the GPU\n');
  expect(seen).toMatchObject([
    'web',
    { mode: 'cdi', readyTimeoutMs: 300_000, maxPolls: 151 },
    { context: 'lab', host: null, stateDir: '/s' },
  ]);
});

test('common flags count before the command as well; behind it they count more', async () => {
  let seen: Session | undefined;
  const graft: Backend['graft'] = (_name, _options, session) => {
    seen = session;
    return Promise.resolve(report({}));
  };
  const { stdout } = await run('--context one --state-dir /s --json apply web --context two', {
    graft,
  });
  expect(seen).toMatchObject({ context: 'two', stateDir: '/s' });
  expect(Object.keys(JSON.parse(stdout) as object)).toEqual(keys);
});

test('the story is on stderr, the result on stdout, and --quiet leaves the story out', async () => {
  const graft: Backend['graft'] = (_name, _options, session) => {
    session.onProgress?.(progress('cutover.quiescingOriginal', 'stopping the original'));
    return Promise.resolve(report({}));
  };
  const told = await run('apply web', { graft });
  expect(told.stderr).toBe('  0.00 s  stopping the original\n');
  expect(told.stdout).toMatch(/^grafted: /);
  const quiet = await run('apply web --quiet', { graft });
  expect(quiet).toMatchObject({ stderr: '', stdout: told.stdout });
  const events = await run('apply web --events --json', { graft });
  expect(JSON.parse(events.stderr)).toMatchObject({
    schema: 1,
    state: 'cutover.quiescingOriginal',
  });
  expect(JSON.parse(events.stdout)).toMatchObject({ schema: 1, outcome: 'grafted' });
});

test('opted out: refused, the variable named, nothing touched', async () => {
  const env = { NEMOCLAW_DOCKER_GPU_PATCH: '0' };
  for (const command of ['apply', 'plan']) {
    // oxlint-disable-next-line no-await-in-loop -- two cases of one claim
    const { exit, stdout } = await run(`${command} web --json`, {}, { env });
    expect(exit).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused', reason: { code: 'opted-out' } });
  }
  const mistaken = await run('apply web --mode x', {}, { env });
  expect(mistaken.exit).toBe(2);
});

test.each([
  [{ terminal: true, answer: true }, '', 0, 1],
  [{ terminal: true, answer: false }, '', 3, 1],
  [{ terminal: true, answer: false }, ' --yes', 0, 0],
  [{ terminal: false }, '', 0, 0],
])('--layer discard on %j%s exits %i after %i questions', async (options, yes, exit, questions) => {
  const ran = await run(`apply web --layer discard${yes} --no-color`, grafts(), options);
  expect(ran.exit).toBe(exit);
  expect(ran.io.questions).toHaveLength(questions);
  expect(ran.stdout).toMatch(
    exit === 3 ? /^refused: nothing was changed\n {2}you said no/ : /^grafted/,
  );
});

test.each([
  [{ terminal: true, answer: true }, '', 0, 1],
  [{ terminal: true, answer: false }, '', 3, 1],
  [{ terminal: true, answer: false }, ' --yes', 0, 0],
  [{ terminal: false }, '', 0, 0],
])('--allow-dependents on %j%s exits %i after %i questions', async (options, yes, exit, count) => {
  const ran = await run(`apply web --allow-dependents${yes} --no-color`, grafts(), options);
  expect(ran.exit).toBe(exit);
  expect(ran.io.questions).toHaveLength(count);
  for (const question of ran.io.questions)
    expect(question).toMatch(/^--allow-dependents restarts .* depend on web, .* \[y\/N\] $/);
});

test('rollback --allow-dependents asks about both that it does', async () => {
  const back: Partial<Backend> = {
    rollback: (_, { allowDependents }) =>
      Promise.resolve(report({ outcome: allowDependents ? 'rolledBack' : 'refused' })),
  };
  const words = 'rollback web --allow-dependents';
  const ran = await run(words, back, { terminal: true, answer: true });
  expect(ran.exit).toBe(0);
  expect(ran.io.questions).toHaveLength(2);
  expect((await run('rollback web', back)).exit).toBe(3);
});

test('nothing is asked where nothing is thrown away', async () => {
  const ran = await run('apply web', grafts(), { terminal: true });
  expect(ran.io.questions).toEqual([]);
});

test('rollback asks, and succeeding is a success', async () => {
  const back: Partial<Backend> = {
    rollback: () => Promise.resolve(report({ outcome: 'rolledBack', rolledBack: true })),
  };
  const ran = await run('rollback web --stop-timeout 3s', back, { terminal: true, answer: true });
  expect(ran.exit).toBe(0);
  expect(ran.io.questions[0]).toMatch(/^Rolling web back throws away .* \[y\/N\] $/);
  expect((await run('rollback web', {}, { terminal: true })).exit).toBe(3);
});

test('a mistake in what a graft is to be like does not keep from rolling back', async () => {
  const back: Partial<Backend> = {
    rollback: () => Promise.resolve(report({ outcome: 'rolledBack', rolledBack: true })),
  };
  const env = { GPUGRAFT_MODE: 'x', GPUGRAFT_READY_TIMEOUT: '' };
  expect((await run('rollback web', back, { env })).exit).toBe(0);
  const wrong = await run('rollback web', back, { env: { GPUGRAFT_STOP_TIMEOUT: 'x' } });
  expect(wrong.exit).toBe(2);
});

test('a signal is a wish; a second one tells what goes on; afterwards nobody listens', async () => {
  const io = new FakeIo();
  const backend = fakeBackend({
    graft: (_name, _options, session) => {
      session.onProgress?.(progress('cutover.quiescingOriginal', 'stopping the original'));
      io.signal?.('SIGINT');
      expect(session.signal?.aborted).toBe(true);
      expect(session.signal?.reason).toBe('SIGINT');
      io.signal?.('SIGTERM');
      expect(session.signal?.reason).toBe('SIGINT');
      return Promise.resolve(report({ outcome: 'rolledBack', rolledBack: true }));
    },
  });
  expect(await main(['apply', 'web'], io, backend)).toBe(4);
  expect(io.stderr.text).toContain('SIGINT: cancelling while stopping the original');
  expect(io.stderr.text).toContain('SIGTERM again: still stopping the original');
  expect(io.stderr.text).toContain('kill -9 4711');
  expect(io.signal).toBeNull();
});

test('a bug is one line, the document, exit 1; the stack only where it was asked for', async () => {
  const graft = (): never => {
    throw new TypeError('x is not\na function');
  };
  const { exit, stdout, stderr } = await run('apply web --json', { graft });
  expect(exit).toBe(1);
  expect(stderr.split('\n')[0]).toBe('gpugraft: bug: x is not');
  expect(stderr).not.toContain('    at ');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: null, reason: { code: 'bug' } });
  expect(Object.keys(JSON.parse(stdout) as object)).toEqual(keys);
  const debug = await run('apply web', { graft }, { env: { GPUGRAFT_DEBUG: '1' } });
  expect(debug.stderr).toContain('    at ');
});

test('what is known to go wrong is refused, with its hint', async () => {
  const listRuns = (): never => {
    throw failure('state-dir', 'the state folder /s is open to others', 'chmod 700 /s');
  };
  const { exit, stdout, stderr } = await run('runs --json', { listRuns });
  expect(exit).toBe(3);
  expect(stderr).toBe('gpugraft: the state folder /s is open to others\n  hint: chmod 700 /s\n');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused', reason: { code: 'state-dir' } });
});

test('plan prints every step with its cause and exits 0', async () => {
  const planned = report({
    outcome: null,
    mode: 'cdi',
    attempts: [{ mode: 'cdi', ok: true, reason: null }],
  });
  const plan: Backend['plan'] = () =>
    Promise.resolve({ report: planned, context: context({ mode: 'cdi' }) });
  const { exit, stdout } = await run('plan web', { plan });
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^plan: apply would give web the GPU; nothing was changed\n/);
  expect(stdout).toContain('stopping the original  (original and replacement never run together)');
  const json = await run('plan web --json', { plan });
  const document = JSON.parse(json.stdout) as { steps: { state: string }[] };
  expect(Object.keys(document)).toEqual([...keys, 'steps']);
  const states = document.steps.map(({ state }) => state);
  expect(states[0]).toBe('discovery.locatingOriginal');
  expect(states).toContain('completion.removingBackup');
  expect(states.some((state) => state.startsWith('rollback.'))).toBe(false);
});

test('a plan that takes the GPU away says so, in every step', async () => {
  const planned = report({
    outcome: null,
    mode: 'none',
    attempts: [{ mode: 'none', ok: true, reason: null }],
  });
  const plan: Backend['plan'] = (_, { mode }) =>
    Promise.resolve({ report: planned, context: context({ mode: mode === 'none' ? mode : null }) });
  const { exit, stdout } = await run('plan web --mode none', { plan });
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^plan: apply would take the GPU away from web; nothing was changed\n/);
  expect(stdout).toContain('tried     a container without a GPU works\n');
  expect(stdout).not.toMatch(/with (the )?GPU|give .*GPU|GPU that/);
});

test('a plan of a run that keeps its backup does not remove it', async () => {
  const base = context();
  const options = { ...base.options, keepBackup: true };
  const plan: Backend['plan'] = () =>
    Promise.resolve({ report: report({ outcome: null }), context: { ...base, options } });
  const { stdout } = await run('plan web --keep-backup', { plan });
  expect(stdout).not.toContain('removing the backup');
});

test('a plan of a container that does not run starts nothing, and stops nothing', async () => {
  const original = { ...modelOriginal, running: false };
  const plan: Backend['plan'] = () =>
    Promise.resolve({ report: report({ outcome: null }), context: context({ original }) });
  const { stdout } = await run('plan web', { plan });
  expect(stdout).toContain('seeing that all is in place');
  expect(stdout).not.toMatch(
    /(stopping the original|starting the replacement|whether it is ready)/,
  );
});

test('a plan exits 3 where apply would refuse', async () => {
  const reason = { code: 'paused', message: 'it is paused', hint: 'docker unpause web' };
  const plan: Backend['plan'] = () =>
    Promise.resolve({ report: report({ outcome: 'refused', reason }), context: context() });
  const { exit, stdout } = await run('plan web --json', { plan });
  expect(exit).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused', steps: [], reason });
});
