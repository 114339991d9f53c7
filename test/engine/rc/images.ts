/** The images of the Dockerfile, built on an engine of the tests from a Debian that the engine has. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Engine, engineScript, root } from '../support/engines.js';

const run = promisify(execFile);

const BASE = 'gpugraft/debian:latest';

export const builders = ['classic', 'BuildKit'] as const;

interface How {
  readonly tag?: string;
  readonly builder?: (typeof builders)[number];
  /** Where the files are. */
  readonly context?: string;
  readonly base?: string;
  /** Nothing is taken from an earlier build. */
  readonly anew?: boolean;
  /** `NAME=VALUE`. */
  readonly args?: readonly string[];
}

/** @returns the image's name @throws Error with the builder's words */
export async function build(
  engine: Engine,
  target: 'sandbox' | 'cli',
  {
    tag = 'latest',
    builder = 'classic',
    context = root,
    base = BASE,
    anew = false,
    args = [],
  }: How = {},
): Promise<string> {
  await Promise.all([prepare(), engine.control('image', BASE, '--debian')]);
  const name = `gpugraft-test/${target}:${tag}`;
  const values = [`BASE_IMAGE=${base}`, `CLI_BASE_IMAGE=${base}`, ...args];
  const words = ['build', '--target', target, '--tag', name, ...(anew ? ['--no-cache'] : [])];
  words.push(...values.flatMap((value) => ['--build-arg', value]), '.');
  const env = { ...process.env, DOCKER_HOST: engine.host, DOCKER_BUILDKIT: '0' };
  if (builder === 'classic') {
    await run('docker', words, { cwd: context, env, maxBuffer: 2 ** 24 });
    return name;
  }
  const settings = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-buildx-'));
  try {
    const buildx = { ...env, BUILDX_CONFIG: settings };
    await run(await program(), words, { cwd: context, env: buildx, maxBuffer: 2 ** 24 });
  } finally {
    fs.rmSync(settings, { recursive: true, force: true });
  }
  return name;
}

let buildx: Promise<string> | null = null;
const program = (): Promise<string> =>
  (buildx ??= engineScript('buildx').then((stdout) => stdout.trim()));

/** The files that the images ship, once for the whole run. */
let prepared: Promise<unknown> | null = null;
export const prepare = (): Promise<unknown> =>
  (prepared ??= run('npm', ['run', '--silent', 'build:image'], { cwd: root }));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `docker run --rm`, however it ends. */
export async function ended(engine: Engine, ...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await run('docker', ['-H', engine.host, 'run', '--rm', ...args]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

/** What a container has said on stderr. */
export async function logs(engine: Engine, id: string): Promise<string> {
  return (await run('docker', ['-H', engine.host, 'logs', id])).stderr;
}
