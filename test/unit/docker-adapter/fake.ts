/** A port whose docker client is the fake of `fixtures/`, and what that fake has seen. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  createDockerPort,
  type CallRecord,
  type DockerPortOptions,
} from '../../../src/docker/adapter/index.js';
import type { DockerPort } from '../../../src/docker/port.js';

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');

export interface Fake {
  readonly port: DockerPort;
  readonly calls: CallRecord[];
  /** Process IDs of the children, in order. */
  readonly pids: () => number[];
  /** The arguments of each child. */
  readonly argv: () => string[];
  /** `METHOD PATH BODY` of each request that reached the far end. */
  readonly requests: () => string[];
}

/**
 * @param behaviour FAKE_DOCKER, see the fixture
 * @param env more of the fake's variables
 */
export function fakePort(
  behaviour = 'serve',
  options: DockerPortOptions = {},
  env: Record<string, string> = {},
): Fake {
  const folder = mkdtempSync(join(tmpdir(), 'gpugraft-fake-'));
  const logFile = join(folder, 'log');
  const calls: CallRecord[] = [];
  const port = createDockerPort({
    dockerBin: join(FIXTURES, 'docker'),
    env: { PATH: process.env['PATH'], FAKE_DOCKER: behaviour, FAKE_LOG: logFile, ...env },
    onCall: (call) => calls.push(call),
    ...options,
  });
  onTestFinished(async () => {
    await port.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const lines = (): string[] => {
    try {
      return readFileSync(logFile, 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  };
  const rest = (line: string): string => line.slice(line.indexOf(' ') + 1);
  const spawns = (): string[] => lines().filter((line) => rest(line).startsWith('spawn'));
  return {
    port,
    calls,
    pids: () => spawns().map((line) => Number.parseInt(line, 10)),
    argv: () => spawns().map((line) => rest(line).slice('spawn '.length)),
    requests: () =>
      lines()
        .map(rest)
        .filter((line) => /^(GET|POST|DELETE) /.test(line))
        .map((line) => line.trimEnd()),
  };
}

/** True while a process, or its unreaped remains, exists. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it resolved');
    },
    (error: unknown) => error as Error,
  );
}
