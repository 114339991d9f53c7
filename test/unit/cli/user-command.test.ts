/** Real processes, with this process's own streams: how they end is all that is asked of them. */
import { expect, it } from 'vitest';
import { runUserCommand } from '../../../src/cli/user-command.js';

const run = (...argv: string[]) => runUserCommand(argv, { aside: false, atTerminal: false });

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
