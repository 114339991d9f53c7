/** Real engines for the tests of the specification copy, and plain words to them: CLI and HTTP. */
import { execFileSync } from 'node:child_process';
import { rawContainer } from '../../../src/docker/raw.js';
import type { Ulimit } from '../../../src/docker/spec/ulimits.js';
import type { JsonObject, RawContainer } from '../../../src/docker/raw.js';
import { runName } from '../support/engines.js';

export type Kind = 'oldest' | 'newest';

/** Default ulimits of the engines here: one that people set as well, and one that nobody does. */
const DEFAULTS = ['--default-ulimit=nofile=4096:8192', '--default-ulimit=core=0:0'];

export class Engine {
  private constructor(
    readonly kind: Kind,
    private readonly name: string,
    readonly host: string,
    readonly apiVersion: string,
  ) {}

  /** Starts an engine of our own; `down` ends it and forgets all that it holds. */
  static up(kind: Kind): Engine {
    // Files run side by side, each in a process of its own.
    const name = `${runName()}-${process.pid}-spec-${kind}`;
    // What an earlier test left that was interrupted.
    run('scripts/engine', ['down', '--name', name, '--wipe']);
    const args = DEFAULTS.flatMap((argument) => ['--dockerd-arg', argument]);
    run('scripts/engine', ['up', '--engine', kind, '--gpu', 'ok', '--name', name, ...args]);
    const env = run('scripts/engine', ['env', '--name', name]);
    const host = /DOCKER_HOST=(\S+)/.exec(env)?.[1] ?? '';
    const version = run('docker', ['-H', host, 'version', '-f', '{{.Server.APIVersion}}']);
    return new Engine(kind, name, host, version.trim());
  }

  down(): void {
    run('scripts/engine', ['down', '--name', this.name, '--wipe']);
  }

  /** The plain client: how containers are made by people. */
  docker(...args: string[]): string {
    return run('docker', ['-H', this.host, ...args]).trim();
  }

  /** One request over HTTP. @throws Error with the engine's text when the status is not 2xx */
  api(method: string, path: string, body?: JsonObject): JsonObject {
    const socket = this.host.replace('unix://', '');
    const url = `http://engine/v${this.apiVersion}${path}`;
    const args = ['-sS', '--unix-socket', socket, '-X', method, '-w', '\n%{http_code}', url];
    const withBody = ['-H', 'Content-Type: application/json', '--data-binary', '@-'];
    const output = run(
      'curl',
      body === undefined ? args : [...args, ...withBody],
      body && JSON.stringify(body),
    );
    const at = output.lastIndexOf('\n');
    const status = Number(output.slice(at + 1));
    if (status < 200 || status > 299)
      throw new Error(`${method} ${path}: ${status} ${output.slice(0, at)}`);
    return at <= 0 ? {} : (JSON.parse(output.slice(0, at)) as JsonObject);
  }

  /** The inspect as it came, which the test's own comparison reads. */
  document(ref: string): JsonObject {
    return this.api('GET', `/containers/${ref}/json`);
  }

  inspect(ref: string): RawContainer {
    return rawContainer.parse(this.document(ref));
  }

  create(name: string, body: JsonObject): { id: string; warnings: string[] } {
    const created = this.api('POST', `/containers/create?name=${name}`, body);
    return { id: created['Id'] as string, warnings: (created['Warnings'] ?? []) as string[] };
  }

  /** As the product learns them: from a container that sets none. */
  defaultUlimits(): Ulimit[] {
    const probe = this.create('ulimits', { Image: 'gpugraft/busybox', Cmd: ['true'] });
    const found = this.inspect(probe.id).HostConfig.Ulimits ?? [];
    this.remove('ulimits');
    return found;
  }

  volumes(): string[] {
    return this.docker('volume', 'ls', '-q').split('\n').toSorted();
  }

  /** Removes containers with their anonymous volumes; one that is not there is no error. */
  remove(...names: string[]): void {
    const there = this.docker('ps', '-a', '--format', '{{.Names}}').split('\n');
    const found = names.filter((name) => there.includes(name));
    if (found.length > 0) this.docker('rm', '-fv', ...found);
  }
}

function run(command: string, args: string[], input?: string): string {
  return execFileSync(command, args, {
    ...(input === undefined ? {} : { input }),
    encoding: 'utf8',
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  });
}
