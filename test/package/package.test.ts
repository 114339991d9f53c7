import { execa } from 'execa';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The packed tarball, installed in an empty folder, as a user gets it. */
const root = path.resolve(import.meta.dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-package-'));
const gpugraft = path.join(folder, 'node_modules/.bin/gpugraft');

beforeAll(async () => {
  await execa('npm', ['run', 'build'], { cwd: root });
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  await execa('npm', ['install', '--no-audit', '--no-fund', path.join(folder, filename)], {
    cwd: folder,
  });
}, 180_000);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  execa(gpugraft, args, {
    cwd: folder,
    reject: false,
    env: { GPUGRAFT_STATE_DIR: path.join(folder, 'state') },
  });

describe('the package, installed in an empty folder', () => {
  it('brings the rc cleaner of the images, which runs by itself', async () => {
    const file = 'node_modules/gpugraft/dist/image/clean-runtime-shell-env-shim.mjs';
    const rc = path.join(folder, '.bashrc');
    fs.writeFileSync(rc, 'mine\n# Source runtime proxy config\n. /tmp/shim\nmine too\n');
    const uid = String(process.getuid?.() ?? 0);
    const { exitCode, stderr } = await execa(process.execPath, [file, rc, '. /tmp/shim', uid], {
      cwd: folder,
      reject: false,
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(fs.readFileSync(rc, 'utf8')).toBe('mine\nmine too\n');
  });

  it('answers --version with the version of its package.json', async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect((await run('--version')).stdout).toBe(version);
  });

  it('helps', async () => {
    const { stdout, exitCode } = await run('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('apply');
  });

  it('draws and exports the machine', async () => {
    expect((await run('machine', 'diagram')).stdout).toContain('stateDiagram-v2');
    const exported: unknown = JSON.parse((await run('machine', 'export')).stdout);
    expect(exported).toMatchObject({ id: 'graft' });
  });

  it('refuses where no engine answers, with one line and a hint, and leaves no run behind', async () => {
    const { exitCode, stdout, stderr } = await run(
      '--host',
      'unix:///nowhere/docker.sock',
      'apply',
      'web',
    );
    expect(exitCode).toBe(3);
    expect(stdout + stderr).toContain('cannot reach the engine');
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(fs.readdirSync(path.join(folder, 'state/runs'))).toEqual([]);
  });

  it('works in a folder that was removed under its shell', async () => {
    const gone = path.join(folder, 'gone');
    const script = `mkdir '${gone}' && cd '${gone}' && rmdir '${gone}' && exec "$@"`;
    const words = ['--host', 'unix:///nowhere/docker.sock', 'apply', 'web'];
    const { exitCode, stdout } = await execa('sh', ['-c', script, 'sh', gpugraft, ...words], {
      cwd: folder,
      reject: false,
      env: { GPUGRAFT_STATE_DIR: path.join(folder, 'state') },
    });
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('cannot reach the engine')]);
  });

  it('says what is missing where there is no flock, and begins nothing', async () => {
    const bin = fs.mkdtempSync(path.join(folder, 'bin-'));
    fs.symlinkSync(process.execPath, path.join(bin, 'node'));
    const { exitCode, stdout } = await execa(process.execPath, [gpugraft, 'apply', 'web'], {
      cwd: folder,
      reject: false,
      env: { PATH: bin, GPUGRAFT_STATE_DIR: path.join(folder, 'state') },
    });
    expect(exitCode).toBe(3);
    expect(fs.readdirSync(path.join(folder, 'state/runs'))).toEqual([]);
    expect(stdout).toContain('  cannot lock the run: there is no flock on PATH\n');
  });

  it('fails in one line where stdout takes nothing, and quietly ends where nobody reads it', async () => {
    const shell = (script: string) =>
      execa('bash', ['-c', script, 'bash', gpugraft], { cwd: folder, reject: false });
    for (const words of ['runs --state-dir state', 'runs --json --state-dir state', '--version']) {
      const full = await shell(`"$1" ${words} >/dev/full`);
      expect([full.exitCode, full.stderr]).toEqual([
        1,
        expect.stringMatching(/^gpugraft: [^\n]*ENOSPC[^\n]*$/),
      ]);
      const unread = await shell(`set -o pipefail; "$1" ${words} | true`);
      expect([unread.exitCode, unread.stderr]).toEqual([0, '']);
    }
  });

  it('is a library with types', async () => {
    fs.writeFileSync(
      path.join(folder, 'use.ts'),
      `import { graft, options, type Report } from 'gpugraft';
import { graftMachine } from 'gpugraft/machine';
const report: Promise<Report> = graft('web', options({ readyTimeout: '5m' }), {
  context: null,
  host: 'unix:///nowhere/docker.sock',
  stateDir: '/nowhere',
});
report.catch(() => undefined);
console.log(graftMachine.id satisfies string);
`,
    );
    const tsc = path.join(root, 'node_modules/.bin/tsc');
    const check = await execa(
      tsc,
      [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--types',
        '',
        '--skipLibCheck',
        'use.ts',
      ],
      { cwd: folder, reject: false },
    );
    expect(check.stdout).toBe('');
    const names = await execa(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        "console.log(Object.keys(await import('gpugraft')).sort().join(' '))",
      ],
      { cwd: folder },
    );
    expect(names.stdout).toBe('GraftError graft listRuns options plan recover rollback');
  });

  it('shows runs in a browser, with all that the page needs, until it is interrupted', async () => {
    const shown = execa(gpugraft, ['inspect', '--json'], {
      cwd: folder,
      reject: false,
      env: { GPUGRAFT_STATE_DIR: path.join(folder, 'state') },
    });
    const first = await new Promise<string>((resolve) => {
      shown.stdout.once('data', (text: Buffer) => resolve(text.toString()));
    });
    const { url } = JSON.parse(first) as { url: string };
    const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? '';
    for (const file of ['', 'app.js', 'app.css']) {
      const answer = await fetch(new URL(`/${file}`, url), { headers: { cookie } });
      expect([file, answer.status, (await answer.text()).length > 1000]).toEqual([file, 200, true]);
    }
    shown.kill('SIGINT');
    expect((await shown).exitCode).toBe(0);
  });

  it('ships no test, no source map and nothing of this machine', async () => {
    const shipped = path.join(folder, 'node_modules/gpugraft');
    const files = fs.readdirSync(shipped, { recursive: true }).map(String);
    expect(files).toContain('dist/src/cli/bin.js');
    expect(files.filter((file) => file.startsWith('dist/src/inspector/view'))).toEqual([]);
    expect(files.filter((file) => /\.test\.|\.map$|tsbuildinfo/.test(file))).toEqual([]);
  });
});
