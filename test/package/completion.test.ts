/** Completion as somebody at a shell has it: the shells themselves, and the compiled command on their PATH. */
import { execa } from 'execa';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-completion-'));
const canary = path.join(folder, 'canary');

beforeAll(async () => {
  if (!fs.existsSync(path.join(root, 'dist/src/cli/bin.js')))
    await execa('npm', ['run', 'build'], { cwd: root });
  fs.symlinkSync(path.join(root, 'dist/src/cli/bin.js'), path.join(folder, 'gpugraft'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, TERM: 'dumb' };

/** What the shell offers once somebody has typed these words and pressed TAB. */
const shells: Record<string, (words: readonly string[]) => Promise<string[]>> = {
  bash: async (words) => {
    const list = words.map((word) => `'${word.replaceAll("'", `'\\\\''`)}'`).join(' ');
    const script = `source <(gpugraft completion bash); COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _gpugraft 2>&1; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa('bash', ['--norc', '-c', script], { env });
    return lines(stdout);
  },
  zsh: async (words) => {
    // The function as the completion system calls it, with what it adds told on a line each.
    const list = words.map((word) => `'${word.replaceAll("'", `'\\\\''`)}'`).join(' ');
    const script = `compdef() { :; }; _describe() { print -rl -- "\${(@P)4}"; }; _files() { print :files; }; source <(gpugraft completion zsh); words=(${list}); CURRENT=${words.length}; _gpugraft`;
    const { stdout } = await execa('zsh', ['-f', '-c', script], { env });
    return lines(stdout).map((line) => line.replace(/:.*/, '') || line);
  },
  fish: async (words) => {
    const script = `gpugraft completion fish | source; complete -C ${JSON.stringify(words.join(' ')).replaceAll('$', '\\$')}`;
    const { stdout } = await execa('fish', ['--no-config', '-c', script], { env });
    return lines(stdout).map((line) => line.split('\t')[0] ?? '');
  },
};
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe.each(Object.keys(shells))('%s', (shell) => {
  const offered = (...words: string[]): Promise<string[]> =>
    shells[shell]?.(['gpugraft', ...words]) ?? Promise.reject(new Error(shell));

  it('completes commands, flags and values', async () => {
    expect(await offered('fina')).toEqual(['finalize']);
    expect(await offered('machine', 'exp')).toEqual(['export']);
    expect(await offered('apply', '--keep')).toEqual(['--keep-backup']);
    expect(await offered('apply', '--mode', 'nv')).toEqual(['nvidia-runtime']);
  });

  it('runs nothing of what was typed', async () => {
    await offered('apply', `$(touch ${canary})`, '--mode', '');
    await offered('apply', `$(touch ${canary})`);
    expect(fs.existsSync(canary)).toBe(false);
  });

  it('is a script without a mistake', async () => {
    const file = path.join(folder, `script.${shell}`);
    const { stdout } = await execa('gpugraft', ['completion', shell], { env });
    fs.writeFileSync(file, stdout);
    expect((await execa(shell, ['-n', file])).stderr).toBe('');
  });
});
