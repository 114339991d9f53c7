/** The image that the Dockerfile makes, run: a container must not die, nor let anyone in, because of an rc file. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMENT, SHIM } from '../unit/image/model.js';
import { build, ended, logs } from './rc/images.js';
import { at, Engine, kinds } from './support/engines.js';

const LEGACY = `export A=1\n${COMMENT}\n${SHIM}\n`;
const LEFT = 'export A=1\n';
const PROXY = '/tmp/nemoclaw-proxy-env.sh';
/** Several containers at once on few cores. */
const PATIENCE = { timeout: 30_000 };

/** What a file of the home is, as one line: owner, mode, inode and time of change, and its bytes. */
const STATE = `for f in .bashrc .profile; do stat -c '%u %a %h' /sandbox/$f; base64 -w0 /sandbox/$f; echo; done; stat -c '%a' ${PROXY}; stat -c '%i %z' /sandbox/.bashrc`;

describe.concurrent.each(kinds)('the sandbox image on the %s engine', (kind) => {
  let engine: Engine;
  let image: string;

  beforeAll(async () => {
    engine = await Engine.up(kind);
    image = await build(engine, 'sandbox');
  });

  /** Runs a script as root, with that volume where the home is. */
  const asRoot = (volume: string, script: string): Promise<string> =>
    engine.docker(
      'run',
      '--rm',
      '-u',
      '0',
      '--entrypoint',
      'sh',
      '-v',
      `${volume}:/sandbox`,
      image,
      '-c',
      script,
    );

  /** A home with these two files, `owner:mode:content` each, as a volume. */
  async function home(bashrc: string, profile = `998:644:${LEFT}`): Promise<string> {
    const volume = `rc${randomBytes(4).toString('hex')}`;
    await engine.docker('volume', 'create', volume);
    const steps = Object.entries({ '.bashrc': bashrc, '.profile': profile }).map(([name, wish]) => {
      const [owner = '', mode = '', ...rest] = wish.split(':');
      const content = Buffer.from(rest.join(':')).toString('base64');
      return `echo ${content} | base64 -d >${name}; chown ${owner}:${owner} ${name}; chmod ${mode} ${name}`;
    });
    await asRoot(volume, `cd /sandbox; ${steps.join('; ')}; stat -c '%i %z' .bashrc >.before`);
    return volume;
  }

  /** Starts it as a user would, and says how it ended and what it found. */
  async function start(volume: string, ...flags: string[]) {
    const mount = flags.some((flag) => flag.includes(':/sandbox'))
      ? []
      : ['-v', `${volume}:/sandbox`];
    const { code, stdout, stderr } = await ended(
      engine,
      ...mount,
      ...flags,
      image,
      'sh',
      '-c',
      `${STATE}; cat /sandbox/.before`,
    );
    const [bashrc, bytes = '', profile, profileBytes = '', mode, now, before] = stdout.split('\n');
    const text = (encoded: string): string => Buffer.from(encoded, 'base64').toString();
    return {
      code,
      stderr,
      bashrc: [bashrc, text(bytes)],
      profile: [profile, text(profileBytes)],
      mode,
      touched: now !== before,
    };
  }

  it("leaves a legacy rc file that is not the user's, and starts: non-root, no-new-privileges", async () => {
    const volume = await home(`0:644:${LEGACY}`, `998:644:${LEGACY}`);
    const seen = await start(volume, '--security-opt', 'no-new-privileges');
    expect(seen).toMatchObject({
      code: 0,
      bashrc: ['0 644 1', LEGACY],
      profile: ['998 644 1', LEFT],
      mode: '444',
      touched: false,
    });
    expect(seen.stderr).toContain(
      '[SECURITY] skipping rc cleanup for /sandbox/.bashrc: not owned by uid=998 (file uid=0); legacy shim left in place',
    );
  });

  it('cleans with the installed cleaner, whatever the environment names or would load', async () => {
    const volume = await home(`998:600:${LEGACY}`);
    const seen = await start(
      volume,
      '-e',
      'NEMOCLAW_RC_CLEAN_SCRIPT=/bin/false',
      '-e',
      'NODE_OPTIONS=--require=/sandbox/none.js',
    );
    expect(seen).toMatchObject({ code: 0, bashrc: ['998 600 1', LEFT], mode: '444', stderr: '' });
  });

  it('cleans as root, whoever owns the files, and leaves them theirs', async () => {
    const volume = await home(`998:640:${LEGACY}`, `0:644:${LEGACY}`);
    expect(await start(volume, '-u', '0')).toMatchObject({
      code: 0,
      bashrc: ['998 640 1', LEFT],
      profile: ['0 644 1', LEFT],
      mode: '444',
      stderr: '',
    });
  });

  it('writes to no file that is clean', async () => {
    const volume = await home(`998:644:${LEFT}`);
    expect(await start(volume, '-u', '0')).toMatchObject({ code: 0, touched: false, stderr: '' });
  });

  it('starts on a read-only root file system, with a home that is read-only too', async () => {
    const volume = await home(`998:644:${LEGACY}`);
    const flags = ['--read-only', '-v', `${volume}:/sandbox:ro`];
    const seen = await start(volume, ...flags, '--tmpfs', '/tmp');
    expect(seen).toMatchObject({
      code: 0,
      bashrc: ['998 644 1', LEGACY],
      mode: '444',
      touched: false,
    });
    expect(seen.stderr).toMatch(/\.bashrc: EROFS: .*\n.*: starting the command all the same\n$/);
    const bare = await start(volume, ...flags);
    expect([bare.stderr, bare.mode]).toEqual([
      expect.stringContaining(`[SECURITY] could not write ${PROXY}`),
      expect.not.stringContaining('444'),
    ]);
  });

  it('refuses a link and a folder in the place of an rc file, and cleans the other one', async () => {
    const volume = await home(`998:644:${LEGACY}`, `998:644:${LEGACY}`);
    const put = async (how: string) => asRoot(volume, how);
    await put('cd /sandbox; cp .bashrc target; ln -sf target .bashrc');
    const seen = await start(volume, '-u', '0');
    expect(seen).toMatchObject({ code: 0, profile: ['998 644 1', LEFT] });
    expect(seen.stderr).toContain('[SECURITY] refusing symlinked rc file: /sandbox/.bashrc\n');
    expect(await put('cat /sandbox/target')).toBe(LEGACY.trim());
    await put('cd /sandbox; rm .bashrc; mkfifo .bashrc');
    const fifo = await ended(engine, '-v', `${volume}:/sandbox`, image, 'true');
    expect([fifo.code, fifo.stderr]).toEqual([
      0,
      expect.stringContaining('[SECURITY] refusing non-regular rc file: /sandbox/.bashrc\n'),
    ]);
  });

  it("gives the proxy settings to shells, character by character, and to nobody else's file", async () => {
    const value = `http://a'b"c\\ $(touch /tmp/hit) \`x\`\n;é@h:1\n\n`;
    const id = await engine.docker(
      'run',
      '-d',
      '--init',
      '-e',
      `HTTP_PROXY=${value}`,
      image,
      'sleep',
      '1000',
    );
    const shell = (...words: string[]) =>
      engine.docker(
        'exec',
        ...words,
        'env',
        '-i',
        'bash',
        '-lc',
        'printf %s. "$HTTP_PROXY"; ls /tmp',
      );
    await expect.poll(() => shell(id), PATIENCE).toBe(`${value}.nemoclaw-proxy-env.sh`);
    // What others can have written since, or write by another name, is nobody's settings.
    const asRoot = (script: string) => engine.docker('exec', '-u', '0', id, 'sh', '-c', script);
    for (const [open, close] of [
      [`chmod 644 ${PROXY}`, `chmod 444 ${PROXY}`],
      [`ln ${PROXY} /second`, 'rm /second'],
      [`chown 1 ${PROXY}`, `chown 998 ${PROXY}`],
    ] as const) {
      await asRoot(open);
      expect([open, await shell(id)]).toEqual([open, '.nemoclaw-proxy-env.sh']);
      await asRoot(close);
      expect(await shell(id)).toBe(`${value}.nemoclaw-proxy-env.sh`);
    }
    // Somebody's link is replaced at the next start, and what it leads to stays.
    await engine.docker(
      'exec',
      '-u',
      '0',
      id,
      'sh',
      '-c',
      `echo mine >/victim; ln -sf /victim ${PROXY}`,
    );
    expect(await shell(id)).toBe('.nemoclaw-proxy-env.sh');
    await engine.docker('restart', '-t', '1', id);
    await expect
      .poll(() => logs(engine, id), PATIENCE)
      .toMatch(/\[SECURITY\] could not write .*\n.*starting the command all the same/);
    expect(await shell(id)).toBe('.nemoclaw-proxy-env.sh');
    await engine.docker('rm', '-f', id);
  });

  it('writes the proxy settings where /tmp gives its group to what is made in it', async () => {
    const flags = ['--tmpfs', '/tmp:mode=3777,gid=2000', '-e', 'HTTP_PROXY=http://p:1', image];
    const words = ['env', '-i', 'bash', '-lc', 'echo "$HTTP_PROXY"'];
    const { code, stdout, stderr } = await ended(engine, ...flags, ...words);
    expect([code, stdout, stderr]).toEqual([0, 'http://p:1\n', '']);
  });

  it("replaces somebody's link when it is root, and what that leads to stays", async () => {
    const plant = `echo mine >/victim; ln -s /victim ${PROXY}; chown -h 998 ${PROXY}`;
    const look = `cat /victim; stat -c '%F %a %u' ${PROXY}`;
    const flags = ['-u', '0', '--entrypoint', 'sh', image];
    const script = `${plant}; nemoclaw-start sh -c "${look}"`;
    const { code, stdout, stderr } = await ended(engine, ...flags, '-c', script);
    expect([code, stdout, stderr]).toEqual([0, 'mine\nregular file 444 0\n', '']);
  });

  it('without an installed cleaner asks the variable, and then looks beside itself', async () => {
    const script = `cd /usr/local/lib/nemoclaw; mkdir /else; mv *.mjs /else/; cp /usr/local/bin/nemoclaw-start /else/
      echo 'console.log("by the variable", process.argv[2])' >/mine.mjs; touch /sandbox/.bashrc
      NEMOCLAW_RC_CLEAN_SCRIPT=/mine.mjs nemoclaw-start echo first
      echo '. ${PROXY}' >/sandbox/.bashrc; /else/nemoclaw-start cat /sandbox/.bashrc; nemoclaw-start echo third`;
    const { code, stdout, stderr } = await ended(
      engine,
      '-u',
      '0',
      '--entrypoint',
      'sh',
      image,
      '-c',
      script,
    );
    expect([code, stdout]).toEqual([0, 'by the variable /sandbox/.bashrc\nfirst\nthird\n']);
    expect(stderr).toMatch(
      /Cannot find module[^]*nemoclaw-start: starting the command all the same\n$/,
    );
  });

  it('is stopped while it still prepares', async () => {
    const script = `rm /usr/local/lib/nemoclaw/*; echo 'setTimeout(() => {}, 3000)' >/mine.mjs; touch /sandbox/.bashrc
      NEMOCLAW_RC_CLEAN_SCRIPT=/mine.mjs exec nemoclaw-start sleep 1000`;
    const id = await engine.docker(
      'run',
      '-d',
      '-u',
      '0',
      '--entrypoint',
      'sh',
      image,
      '-c',
      script,
    );
    await expect
      .poll(() => engine.docker('exec', id, 'sh', '-c', 'cat /proc/[0-9]*/cmdline'), PATIENCE)
      .toContain('mine.mjs');
    await engine.docker('stop', '-t', '60', id);
    expect(at(await engine.inspect(id), 'State.ExitCode')).toBe(143);
    await engine.docker('rm', id);
  });

  it("becomes the command: a signal reaches it, and its exit code is the container's", async () => {
    const command = 'trap "exit 7" TERM; while :; do sleep 0.1; done';
    const id = await engine.docker('run', '-d', image, 'sh', '-c', command);
    await expect
      .poll(() => engine.docker('exec', id, 'cat', '/proc/1/cmdline'), PATIENCE)
      .toContain('trap');
    await engine.docker('stop', '-t', '20', id);
    expect(at(await engine.inspect(id), 'State.ExitCode')).toBe(7);
    await engine.docker('rm', id);
    expect((await ended(engine, image, 'sh', '-c', 'exit 23')).code).toBe(23);
  });

  it("is what it says: not root, labelled, its program root's and nobody's to write", async () => {
    const config = (format: string) => engine.docker('inspect', '-f', format, image);
    expect(
      await config('{{.Config.User}} {{index .Config.Labels "org.opencontainers.image.licenses"}}'),
    ).toBe('sandbox Apache-2.0');
    const files = '/usr/local/lib/nemoclaw /usr/local/lib/nemoclaw/* /usr/local/bin/nemoclaw-start';
    const { stdout } = await ended(engine, image, 'sh', '-c', `stat -c '%u:%g %a' ${files}`);
    expect(stdout).toBe('0:0 755\n0:0 444\n0:0 755\n');
  });

  it('grafts from the CLI image, which is not root', async () => {
    const cli = await build(engine, 'cli');
    const name = `t${randomBytes(4).toString('hex')}`;
    await engine.docker('run', '-d', '--init', '--name', name, 'gpugraft/cuda', 'sleep', '1000');
    const group = (await engine.within('stat', '-c', '%g', '/sock/docker.sock')).trim();
    const socket = ['-v', '/sock/docker.sock:/var/run/docker.sock', '--group-add', group];
    const apply = ['apply', name, '--mode', 'gpus', '--stable-for', '100ms', '--json'];
    const { code, stdout, stderr } = await ended(engine, ...socket, cli, ...apply);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'grafted' });
    expect((await ended(engine, '--entrypoint', 'id', cli, '-u')).stdout).toBe('65532\n');
    await engine.docker('rm', '-f', name);
  });
});

it('writes nowhere else while the owner of a file swaps it and its folder', async () => {
  const engine = await Engine.up('newest');
  const image = await build(engine, 'sandbox');
  const folder = path.join(engine.share, `race-${randomBytes(4).toString('hex')}`);
  fs.cpSync(path.join(import.meta.dirname, 'rc'), folder, { recursive: true });
  const race = ['/usr/local/lib/nemoclaw/clean-runtime-shell-env-shim.mjs', SHIM];
  const flags = ['-u', '0', '-v', `${folder}:/test:ro`, '--entrypoint', 'sh', image];
  const { code, stdout, stderr } = await ended(engine, ...flags, '/test/race.sh', ...race);
  expect([code, stderr]).toEqual([0, '']);
  const [verdict, kept, figures = ''] = stdout.trim().split('\n');
  const [swaps = 0, runs, refused = 0, odd] = figures.split(' ').map(Number);
  expect([verdict, kept, runs, odd]).toEqual(['untouched', 'keep', 20, 0]);
  expect(swaps).toBeGreaterThanOrEqual(10_000);
  // Its owner was there at the same moments: otherwise nothing was shown.
  expect(refused).toBeGreaterThan(0);
});
