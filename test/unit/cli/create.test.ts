import { expect, test } from 'vitest';
import type { Backend } from '../../../src/cli/backend.js';
import { main } from '../../../src/cli/main.js';
import type { Report } from '../../../src/report.js';
import { FakeIo, fakeBackend, progress, report, run } from './fake.js';

/** A backend that runs the command and answers this report. */
const creates = (fields: Partial<Report> = {}): Partial<Backend> => ({
  async create({ command }, session) {
    session.onProgress?.(progress('cutover.startingReplacement', 'starting the replacement'));
    const end = await command.run();
    return { report: report(fields), exitCode: 'exitCode' in end ? end.exitCode : null };
  },
});
const WORDS =
  'create box --mode cdi --json -- openshell sandbox create --name box --json -- sh -c exit';

test('hands on the name, the options and the command, every word behind -- untouched', async () => {
  let seen: unknown[] = [];
  const create: Backend['create'] = async (...given) => {
    seen = given;
    await given[0].command.run();
    return { report: report({}), exitCode: 0 };
  };
  const { io, exit, stdout } = await run(`--context lab ${WORDS}`, { create });
  expect(exit).toBe(0);
  expect(seen).toMatchObject([
    {
      name: 'box',
      options: { mode: 'cdi', defer: false },
      command: { words: 'openshell sandbox create' },
    },
    { context: 'lab' },
  ]);
  const argv = 'openshell sandbox create --name box --json -- sh -c exit'.split(' ');
  expect(io.commands).toEqual([{ argv, aside: true }]);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'grafted' });
});

test('a report calls the command by its program, for its words may be secrets', async () => {
  const called: string[] = [];
  const create: Backend['create'] = (order) => {
    called.push(order.command.words);
    return Promise.resolve({ report: report({}), exitCode: 0 });
  };
  for (const words of [
    'env TOKEN=canary openshell sandbox create',
    'openshell --workspace ours sandbox create --env T=canary',
    'sh -c TOKEN=canary',
  ])
    await run(`create box -- ${words}`, { create });
  expect(called).toEqual(['openshell sandbox create', 'openshell sandbox create', 'sh']);
});

test.each([
  ['openshell sandbox create --name box', null],
  ['openshell --workspace ours sandbox create', 'ours'],
  ['openshell sandbox create --workspace=ours', 'ours'],
  ['openshell sandbox create --workspace', null],
  ['openshell sandbox create -- ide --workspace theirs', null],
])('%s is in the workspace %s', async (words, workspace) => {
  let seen: unknown = null;
  const create: Backend['create'] = (order) => {
    seen = order.workspace;
    return Promise.resolve({ report: report({}), exitCode: 0 });
  };
  await run(`create box -- ${words}`, { create });
  expect(seen).toBe(workspace);
});

test("without --json the command's stdout is ours", async () => {
  const { io } = await run('create box -- openshell sandbox create', creates());
  expect(io.commands).toMatchObject([{ aside: false }]);
});

test("a terminal's story is not redrawn over what the command writes", async () => {
  const { stderr } = await run('create box -- true', creates(), { terminal: true });
  expect(stderr).toMatch(
    /^gpugraft: the sandbox is grafted once .* with exit\n {2}0\.00 s {2}starting the replacement\n$/,
  );
  expect((await run('create box -- true', creates())).stderr).not.toContain('leave a session');
});

test.each([
  ['openshell sandbox create --name box', false, 'unknown', ''],
  [
    'openshell sandbox create --name box -- agent',
    false,
    'unknown',
    'even if this command goes on',
  ],
  ['openshell sandbox create --upload=.:/sandbox -- agent', false, 'upload', 'arrives whole'],
  ['openshell sandbox create --upload .', true, 'session', 'leave a session'],
  ['make sandbox --upload .', false, 'unknown', ''],
  ['openshell sandbox create -- tool --upload .', false, 'unknown', 'even if'],
] as const)('%s, at a terminal %s, may have open: %s', async (words, terminal, attached, said) => {
  let seen: unknown = null;
  const create: Backend['create'] = (order) => {
    seen = order;
    return Promise.resolve({ report: report({}), exitCode: 0 });
  };
  const { stderr } = await run(`create box -- ${words}`, { create }, { terminal });
  expect(seen).toMatchObject({ attached, forwards: false });
  if (said === '') expect(stderr).toBe('');
  else expect(stderr).toContain(said);
  await run(`create box -- ${words} --forward 8080`, { create });
  expect(seen).toMatchObject({
    forwards: words.startsWith('openshell') && !words.includes(' -- '),
  });
  expect((await run(`--quiet create box -- ${words}`, { create }, { terminal })).stderr).toBe('');
});

test('a sandbox that goes with its session is refused before it is begun', async () => {
  const words = 'create box -- openshell sandbox create --no-keep -- train';
  const { exit, io, stdout } = await run(words, creates());
  expect(exit).toBe(3);
  expect(io.commands).toEqual([]);
  expect(stdout).toContain('openshell sandbox delete box');
  expect(
    (await run('create box -- openshell sandbox create -- train --no-keep', creates())).exit,
  ).toBe(0);
});

test.each([
  [0, 'grafted', 0],
  [0, 'refused', 3],
  [0, 'rolledBack', 4],
  [0, 'stranded', 5],
  [7, 'rolledBack', 7],
  [130, 'refused', 130],
  [7, 'grafted', 7],
] as const)(
  'the command ends with %d and the graft %s: exit %d',
  async (exitCode, outcome, exit) => {
    const ran = await run('create box -- true', creates({ outcome }), { exitCode });
    expect(ran.exit).toBe(exit);
  },
);

test('a command that was not begun has no exit code: that of the report counts', async () => {
  const reason = { code: 'sandbox-exists', message: 'it is there', hint: null };
  const create = () =>
    Promise.resolve({ report: report({ outcome: 'refused', reason }), exitCode: null });
  const { exit, stdout } = await run('create box -- true', { create });
  expect(exit).toBe(3);
  expect(stdout).toContain('it is there');
});

test('the opt-out begins nothing', async () => {
  const env = { NEMOCLAW_DOCKER_GPU_PATCH: '0' };
  const { exit, io } = await run('create box -- true', {}, { env });
  expect(exit).toBe(3);
  expect(io.commands).toEqual([]);
});

test('a signal is told to the graft', async () => {
  let aborted: unknown = null;
  const create: Backend['create'] = ({ command }, session) => {
    void command.run();
    return new Promise((resolve) =>
      session.signal?.addEventListener('abort', () => {
        aborted = session.signal?.reason;
        resolve({ report: report({ outcome: 'refused' }), exitCode: 130 });
      }),
    );
  };
  const io = new FakeIo();
  const ending = main(['create', 'box', '--', 'true'], io, fakeBackend({ create }));
  await expect.poll(() => io.signal).not.toBeNull();
  io.signal?.('SIGINT');
  expect(await ending).toBe(130);
  expect(aborted).toBe('SIGINT');
});
