/** One real engine of scripts/engine, and a port to it. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  createDockerPort,
  type CallRecord,
  type Deadlines,
} from '../../../src/docker/adapter/index.js';
import type { DockerPort } from '../../../src/docker/port.js';
import type { JsonObject } from '../../../src/docker/raw.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/engine', import.meta.url));
export const IMAGE = 'gpugraft/busybox:latest';
/** The ID of nothing. */
export const NOWHERE = 'f'.repeat(64);
export const SLEEP = ['sleep', '1000'];

export class EngineLab {
  host = '';
  /** What the ports of this lab have asked, in the order of the answers. */
  calls: CallRecord[] = [];
  #port: DockerPort | null = null;

  constructor(readonly name: string) {}

  get port(): DockerPort {
    this.#port ??= this.open();
    return this.#port;
  }

  up(...options: string[]): void {
    this.script('up', ...options);
    this.host = /DOCKER_HOST=(\S+)/.exec(this.script('env'))?.[1]?.replaceAll("'", '') ?? '';
  }

  async down(): Promise<void> {
    await this.#port?.close();
    this.script('down', '--wipe');
  }

  /** Another port to the same engine. */
  open(deadlines: Partial<Deadlines> = {}): DockerPort {
    return createDockerPort({
      host: this.host,
      deadlines,
      onCall: (call) => this.calls.push(call),
    });
  }

  script(...words: string[]): string {
    return execFileSync(SCRIPT, [...words, '--name', this.name], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  /** What the docker client itself says. */
  docker(...words: string[]): string {
    return execFileSync('docker', ['--host', this.host, ...words], { encoding: 'utf8' }).trim();
  }

  /** Removes what tests have left: one that failed is tried again. */
  clear(): void {
    const left = this.docker('ps', '-aq', '--filter', 'label=gpugraft.test').split('\n');
    if (left[0] !== '') this.docker('rm', '-f', ...left);
  }

  /** A container that sleeps, unless `more` says otherwise. */
  async create(named: string, more: JsonObject = {}): Promise<string> {
    const body = { Image: IMAGE, Cmd: SLEEP, Labels: { 'gpugraft.test': named }, ...more };
    return (await this.port.createContainer(named, { HostConfig: { Init: true }, ...body })).id;
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
