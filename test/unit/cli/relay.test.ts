/** A command that is copied from our words goes to the engine and the folder that the user named. */
import { expect, test } from 'vitest';
import { relayedIn } from '../../../src/cli/relay.js';
import type { Relay } from '../../../src/cli/relay.js';
import { failure } from '../../../src/errors.js';
import type { Failure } from '../../../machines/index.js';
import { FakeIo, fakeBackend, progress, report, run, summary } from './fake.js';
import { main } from '../../../src/cli/main.js';

const relay: Relay = {
  gpugraft: { context: null, host: 'tcp://h:1', stateDir: '/a b', openshellBin: '/my/openshell' },
  docker: { context: null, host: 'tcp://h:1' },
};
const bin = '--openshell-bin /my/openshell';
const flags = `--host tcp://h:1 --state-dir '/a b' ${bin}`;
const hinted = (hint: string): string => relayedIn({ hint }, relay).hint;

test.each([
  ['gpugraft recover web --back keeps it', `gpugraft recover ${flags} web --back keeps it`],
  ['see gpugraft apply --help', 'see gpugraft apply --help'],
  ['gpugraft knows Linux only', 'gpugraft knows Linux only'],
  ['docker rm --force x removes it', 'docker --host tcp://h:1 rm --force x removes it'],
  ['docker context ls shows them', 'docker context ls shows them'],
  ['through the docker client', 'through the docker client'],
  // It names a folder of its own: that of another run.
  [
    'gpugraft status --state-dir /c tells; gpugraft runs too',
    `gpugraft status --host tcp://h:1 ${bin} --state-dir /c tells; gpugraft runs ${flags} too`,
  ],
  ['gpugraft finalize web', `gpugraft finalize ${flags} web`],
  ['openshell sandbox get box shows it', '/my/openshell sandbox get box shows it'],
  ['an openshell client', 'an openshell client'],
])('%s', (hint, said) => {
  expect(hinted(hint)).toBe(said);
});

test('what an engine says is not rewritten, and nothing is where nothing was named', () => {
  const message = "docker inspect it; see 'docker run --help'";
  expect(relayedIn({ message }, relay)).toEqual({ message });
  const none = { context: null, host: null };
  const plain = { hint: 'docker ps -a, then gpugraft runs', list: [1, null] };
  expect(relayedIn(plain, { docker: none, gpugraft: { ...none, stateDir: null } })).toEqual(plain);
});

const reason: Failure = {
  code: 'x',
  message: 'y',
  hint: 'gpugraft status shows it; docker ps -a too',
};
const warnings = [{ code: 'not-cleared', message: 'gpugraft recover R removes what is left' }];
const refused = report({ outcome: 'refused', reason, warnings });
const parts = {
  graft: () => Promise.resolve(refused),
  rollback: () => Promise.resolve(refused),
  recover: () => Promise.resolve(refused),
  listRuns: () => Promise.resolve([summary({ reason })]),
};

test.each(['apply web', 'rollback web', 'recover web', 'recover'])(
  '%s names them, as text and as JSON',
  async (words) => {
    const { stdout: text } = await run(`${words} --context lab --state-dir /s`, parts);
    const { stdout: json } = await run(`${words} --context lab --state-dir /s --json`, parts);
    for (const said of [text, json]) {
      expect(said).toContain('gpugraft status --context lab --state-dir /s shows it');
      expect(said).toContain('docker --context lab ps -a too');
      expect(said).toContain('gpugraft recover --context lab --state-dir /s R removes');
    }
  },
);

test.each(['status', 'runs'])('%s --json names them', async (words) => {
  const { stdout } = await run(`${words} --host tcp://h:1 --state-dir /s --json`, parts);
  expect(stdout).toContain('gpugraft status --host tcp://h:1 --state-dir /s shows it');
});

test('a variable is heard by gpugraft itself, but not by docker', async () => {
  const env = { GPUGRAFT_CONTEXT: 'lab', GPUGRAFT_STATE_DIR: '/s' };
  const { stdout } = await run('apply web', parts, { env });
  expect(stdout).toContain('gpugraft status shows it; docker --context lab ps -a too');
});

test('a folder is named so that it is found from anywhere', async () => {
  const { stdout } = await run('apply web --state-dir here', parts);
  expect(stdout).toContain(`gpugraft status --state-dir ${process.cwd()}/here shows it`);
});

test('an error names them as well, where it is known what was named', async () => {
  const graft = () => Promise.reject(failure('x', 'y', 'gpugraft runs lists them'));
  const known = await run('apply web --state-dir /s --json', { graft });
  for (const said of [known.stderr, known.stdout])
    expect(said).toContain('gpugraft runs --state-dir /s lists them');
  const bug = await run('apply web --state-dir /s', {
    graft: () => Promise.reject(new Error('z')),
  });
  expect(bug.stderr).toContain('is in gpugraft status --state-dir /s\n');
  const usage = await run('apply --state-dir /s');
  expect(usage.stderr).toContain('see gpugraft apply --help\n');
});

test('so does the word on a second signal', async () => {
  const io = new FakeIo();
  const graft = (...[, , session]: Parameters<ReturnType<typeof fakeBackend>['graft']>) => {
    session.onProgress?.(progress('cutover.quiescingOriginal', 'stopping the original'));
    io.signal?.('SIGINT');
    io.signal?.('SIGINT');
    return Promise.resolve(refused);
  };
  await main(['apply', 'web', '--state-dir', '/s'], io, fakeBackend({ graft }));
  expect(io.stderr.text).toContain('; gpugraft recover --state-dir /s then goes on\n');
});
