import { describe, expect, it, test } from 'vitest';
import { optionsSchema } from '../../../machines/index.js';
import { SCRIPTS } from '../../../src/cli/completion/scripts.js';
import { FILES, WORDS } from '../../../src/cli/completion/values.js';
import { VALUE_FLAGS } from '../../../src/config/environment.js';
import { run, summary } from './fake.js';

const names = {
  containerNames: () => Promise.resolve(['box', 'web', 'web-db']),
  listRuns: () => Promise.resolve([summary({ name: 'web' })]),
};

/** What is offered, each without what stands behind it. */
async function offered(words: string, shell = 'zsh', parts: object = names): Promise<string[]> {
  const { exit, stdout, stderr } = await run(`complete ${shell} -- ${words}`, parts);
  expect([exit, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

describe('what is offered', () => {
  it.each([
    ['commands', 'ro', ['rollback']],
    ['commands of a command', 'machine ', ['diagram', 'paths', 'export', 'help']],
    ['containers', 'apply we', ['web', 'web-db']],
    ['containers behind flags', 'apply --yes --mode cdi we', ['web', 'web-db']],
    ['containers behind flags of all commands', '--host h apply --json b', ['box']],
    ['nothing behind the last argument', 'apply web ', []],
    ['runs only to who types one', 'recover 2', ['20260101-000000-abcdef']],
    ['containers where a run may be named as well', 'recover w', ['web', 'web-db']],
    ['flags', 'apply --de', ['--devices', '--defer']],
    ['flags once', 'apply --defer --de', ['--devices']],
    ['values', 'apply --mode n', ['nvidia-runtime', 'none']],
    ['values in one word', 'apply --layer=d', ['--layer=discard']],
    ['nothing for a value that is anybody’s guess', 'apply --ready-timeout ', []],
    ['files', 'inspect web --export ', [':files']],
    ['files in one word', 'inspect web --export=r', [':files']],
    ['files for the words of another command', 'create box -- ca', [':files']],
    ['shells', 'completion ', ['bash', 'zsh', 'fish']],
    ['nothing for what nobody knows', 'no-such-command x', []],
  ])('%s', async (_, words, expected) => {
    expect(await offered(words)).toEqual(expected);
  });

  it('in bash, which takes an equals sign for a word', async () => {
    expect(await offered('apply --mode = c', 'bash')).toEqual(['cdi']);
    expect(await offered('apply --mode =', 'bash')).toEqual(WORDS['mode']);
  });

  it('nothing hidden, and no flag that takes itself for a command', async () => {
    expect(await offered('comp')).toEqual(['completion']);
  });

  it('nothing, and no word of it, where the engine does not answer', async () => {
    const silent = { ...names, containerNames: () => Promise.reject(new Error('no engine')) };
    expect(await offered('apply w', 'zsh', silent)).toEqual([]);
  });

  it('from the engine and the folder that are named on the line', async () => {
    const asked: unknown[] = [];
    await offered('apply --context far --state-dir /s ', 'fish', {
      containerNames: ({ context, stateDir }: { context: string; stateDir: string }) => {
        asked.push([context, stateDir]);
        return Promise.resolve([]);
      },
    });
    expect(asked).toEqual([['far', '/s']]);
  });
});

test('what is offered behind a flag is what its schema takes, and what its help says', async () => {
  const { mode, ready, layer, backup, network } = optionsSchema.shape;
  const help = (await run('apply --help', {}, { columns: 500 })).stdout;
  for (const [name, schema] of Object.entries({ mode, ready, layer, backup, network })) {
    const said = help.split('\n').find((line) => line.includes(` --${name} <`));
    for (const word of WORDS[name] ?? []) {
      expect(schema.safeParse(word).success, `${name} ${word}`).toBe(true);
      expect(said).toContain(word);
    }
    expect(schema.safeParse('anything').success).toBe(false);
  }
  const known = VALUE_FLAGS.map((flag) => flag.slice(2));
  for (const name of [...Object.keys(WORDS), ...FILES])
    if (name !== 'shell') expect(known).toContain(name);
});

test.each(['bash', 'zsh', 'fish'] as const)('gpugraft completion %s', async (shell) => {
  const { exit, stdout } = await run(`completion ${shell}`);
  expect([exit, stdout]).toEqual([0, SCRIPTS[shell]]);
  // What was typed is never evaluated.
  expect(stdout).not.toMatch(/\beval\b/);
});

test('gpugraft completion of another shell', async () => {
  const { exit, stderr } = await run('completion tcsh');
  expect(exit).toBe(2);
  expect(stderr).toContain('"tcsh" is not one of bash, zsh, fish');
});
