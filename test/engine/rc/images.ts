/** The images of the Dockerfile, built on an engine of the tests from a Debian that the engine has. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Engine, root } from '../support/engines.js';

const run = promisify(execFile);

const BASE = 'gpugraft/debian:latest';

/** Without a cache where asked, so that it is built and not remembered. @returns the image's name */
export async function build(
  engine: Engine,
  target: 'sandbox' | 'cli',
  tag = 'latest',
  ...more: string[]
): Promise<string> {
  await Promise.all([prepare(), engine.control('image', BASE, '--debian')]);
  const name = `gpugraft-test/${target}:${tag}`;
  const bases = ['BASE_IMAGE', 'CLI_BASE_IMAGE'].flatMap((one) => [
    '--build-arg',
    `${one}=${BASE}`,
  ]);
  const words = ['-H', engine.host, 'build', '--quiet', '--target', target, '--tag', name];
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  await run('docker', [...words, ...bases, ...more, '.'], { cwd: root, env });
  return name;
}

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
