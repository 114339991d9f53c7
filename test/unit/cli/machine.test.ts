import { createMachine } from 'xstate';
import { expect, test } from 'vitest';
import { graftMachine } from '../../../machines/index.js';
import { run } from './fake.js';

test.each([
  ['', /^stateDiagram-v2|^---|^flowchart/m],
  [' --format dot', /^(strict )?digraph /m],
  [' --format svg', /<svg[\s>]/],
])('machine diagram%s draws the whole machine', async (flags, form) => {
  const { exit, stdout } = await run(`machine diagram${flags}`);
  expect(exit).toBe(0);
  expect(stdout).toMatch(form);
  for (const state of ['quiescingOriginal', 'pollingSupervisor', 'restoringName', 'stranded']) {
    expect(stdout).toContain(state);
  }
});

test('machine paths: as many as it counts, each with its end', async () => {
  const limits = 'machine paths --debounce 1 --max-polls 1';
  const { stdout } = await run(`${limits} --count`);
  const count = Number(stdout);
  expect(count).toBeGreaterThan(10);
  const listed = await run(limits);
  expect(listed.stdout.trimEnd().split('\n')).toHaveLength(count);
  expect(listed.stdout).toMatch(/^grafted {2}straight$/m);
  const document = JSON.parse((await run(`${limits} --json`)).stdout) as Record<string, unknown>;
  expect(document).toMatchObject({ schema: 1, debounce: 1, maxPolls: 1, count });
  expect(document['paths']).toHaveLength(count);
  const counted = await run(`${limits} --count --json`);
  expect(JSON.parse(counted.stdout)).toMatchObject({ count, paths: null });
});

test('machine export is what createMachine takes, with every state and every way out', async () => {
  const { stdout } = await run('machine export');
  const machine = createMachine(JSON.parse(stdout) as Parameters<typeof createMachine>[0]);
  const waysOf = (root: typeof machine.root): string[] =>
    Object.values(root.states).flatMap((node) => [
      [
        node.path.join('.'),
        node.description,
        node.invoke.map(({ src }) => (typeof src === 'string' ? src : '')).join(' '),
        ...[...node.transitions.values()]
          .flat()
          .map(({ target }) => (target ?? []).map(({ path }) => path.join('.')).join(' ')),
        ...(node.always ?? []).map(({ target }) =>
          (target ?? []).map(({ path }) => path.join('.')).join(' '),
        ),
      ].join(' | '),
      ...waysOf(node as typeof machine.root),
    ]);
  const exported = waysOf(machine.root);
  expect(exported.length).toBeGreaterThan(90);
  expect(exported).toEqual(waysOf(graftMachine.root as unknown as typeof machine.root));
});

test('machine export is JSON with every phase', async () => {
  const { exit, stdout } = await run('machine export');
  expect(exit).toBe(0);
  const machine = JSON.parse(stdout) as { states?: object };
  expect(Object.keys(machine.states ?? {})).toContain('confirmation');
});
