/** Real processes, with this process's own streams: how they end, and which signals reach them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runUserCommand } from '../../../src/cli/user-command.js';

const run = (...argv: string[]) => runUserCommand(argv, false);

it.each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
])('ends as a shell would say that %s does', async (words, exitCode) => {
  expect(await run('sh', '-c', words)).toEqual({ exitCode });
});

it('hands the words on as they are', async () => {
  expect(await run('sh', '-c', 'test "$1" = "a  *"', 'sh', 'a  *')).toEqual({ exitCode: 0 });
});

it('says what cannot be begun, and listens for no signal afterwards', async () => {
  const before = process.listenerCount('SIGTERM');
  expect(await run('/no/such/command')).toMatchObject({
    notBegun: expect.stringContaining('ENOENT'),
  });
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** As a process of its own can load it, which is the leader of a group. */
const folder = path.join(root, `node_modules/.bundled/user-command-${process.pid}`);
const runner = path.join(folder, 'user-command.mjs');
beforeAll(() =>
  build({
    input: path.join(root, 'src/cli/user-command.ts'),
    platform: 'node',
    logLevel: 'warn',
    output: { file: runner, format: 'esm', codeSplitting: false },
  }),
);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
/** Counts what it gets, until its input ends. */
const COUNTS = `
  const got = [];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { got.push(signal); console.log('got'); });
  console.log('up');
  process.stdin.resume().on('end', () => { console.log('in all: ' + got.join(' ')); process.exit(0); });
`;

/** Runs a command as the leader of a group, and has `act` done when it has said `up`. @returns what the command got */
async function signalled(act: (leader: ChildProcess) => void): Promise<string> {
  const code = `
    process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined).on('SIGHUP', () => undefined);
    const { runUserCommand } = await import(${JSON.stringify(runner)});
    process.exit((await runUserCommand([process.execPath, '-e', ${JSON.stringify(COUNTS)}], false)).exitCode);
  `;
  const leader = spawn(process.execPath, ['--input-type=module', '-e', code], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  leader.stdout.on('data', (chunk: Buffer) => {
    const before = said;
    said += chunk.toString();
    if (!before.includes('up') && said.includes('up')) act(leader);
    // A second one would come within half a second, and is given time to.
    if (!before.includes('got') && said.includes('got')) setTimeout(() => leader.stdin.end(), 1000);
  });
  await new Promise((resolve) => leader.once('close', resolve));
  return /in all: (.*)/.exec(said)?.[1] ?? said;
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'gets %s once, whether it was sent to us alone or to all of us',
  async (signal) => {
    const alone = await signalled(({ pid }) => process.kill(pid ?? 0, signal));
    expect(alone).toBe(signal);
    const together = await signalled(({ pid }) => process.kill(-(pid ?? 0), signal));
    expect(together).toBe(signal);
  },
);
