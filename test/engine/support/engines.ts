/** Private engines for these tests, and plain words to them through the docker client. */
import { execFile, execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { takeSlot } from './slot.js';

const run = promisify(execFile);

export type Kind = 'oldest' | 'newest';
export const kinds: readonly Kind[] = ['oldest', 'newest'];

/** The ways to a GPU that each of them has. */
export const modesOf: Record<Kind, readonly ('cdi' | 'gpus' | 'nvidia-runtime')[]> = {
  oldest: ['gpus', 'nvidia-runtime'],
  newest: ['cdi', 'gpus', 'nvidia-runtime'],
};

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A document as the engine sends it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Doc = { [key: string]: Json };

/** The engines of one run of the tests carry its number, so that two runs never share one. */
export const runName = (): string => `gt-${process.env['GPUGRAFT_TEST_RUN'] ?? process.pid}`;
/** Nor do two of its workers: what one test counts, another one would bring about. */
let slot: string | null = null;
const workerName = (): string => (slot ??= takeSlot(runName()));

interface Wishes {
  readonly gpu?: 'ok' | 'none';
  /** A test that stops, starts or upsets an engine takes one of this name of its own. */
  readonly own?: string;
  /** Further arguments of its dockerd; they go with a name of its own. */
  readonly dockerd?: readonly string[];
}

/** Runs scripts/engine. @returns its stdout */
export async function engineScript(...args: string[]): Promise<string> {
  const { stdout } = await run(`${root}/scripts/engine`, args, { maxBuffer: 2 ** 24 });
  return stdout;
}

export class Engine {
  private constructor(
    readonly kind: Kind,
    readonly name: string,
    private readonly variables: ReadonlyMap<string, string>,
  ) {}

  private static readonly known = new Map<string, Promise<Engine>>();

  /** Starts the engine if it is not up: the same wishes give the same engine for the whole run. */
  static up(kind: Kind, { gpu = 'ok', own, dockerd = [] }: Wishes = {}): Promise<Engine> {
    const name = [runName(), workerName(), kind, gpu === 'ok' ? null : gpu, own]
      .filter((part) => part != null)
      .join('-');
    const engine = Engine.known.get(name) ?? Engine.start(kind, name, gpu, dockerd);
    Engine.known.set(name, engine);
    return engine;
  }

  private static async start(
    kind: Kind,
    name: string,
    gpu: string,
    dockerd: readonly string[],
  ): Promise<Engine> {
    const more = dockerd.flatMap((argument) => ['--dockerd-arg', argument]);
    await engineScript('up', '--engine', kind, '--gpu', gpu, '--name', name, ...more);
    const lines = (await engineScript('env', '--name', name)).split('\n');
    const pairs = lines.map((line) => /^export (\w+)=(.*)$/.exec(line)).filter((m) => m !== null);
    return new Engine(kind, name, new Map(pairs.map((m) => [m[1] ?? '', m[2] ?? ''])));
  }

  get host(): string {
    return this.variables.get('DOCKER_HOST') ?? '';
  }

  /** A folder with the same path inside and outside the engine. */
  get share(): string {
    return this.variables.get('GPUGRAFT_TEST_ENGINE_SHARE') ?? '';
  }

  /** A command of scripts/engine about this engine, such as `restart` or `gpu-fail-next 1`. */
  async control(...words: string[]): Promise<void> {
    await engineScript(...words, '--name', this.name);
  }

  async down(): Promise<void> {
    await engineScript('down', '--name', this.name, '--wipe');
  }

  /** Runs a command in the engine's own file system and network. @throws Error with its words when it fails */
  async within(...command: string[]): Promise<string> {
    const holder = this.variables.get('GPUGRAFT_TEST_ENGINE_HOLDER') ?? '';
    return (await run('nsenter', ['-t', holder, '-m', '-n', ...command])).stdout;
  }

  /** The plain client. @throws Error with its words when it fails */
  async docker(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['-H', this.host, ...args], { maxBuffer: 2 ** 26 });
    return stdout.trim();
  }

  /** The same, while everything else in this process stands still: for an intruder who is first. */
  dockerNow(...args: string[]): string {
    return execFileSync('docker', ['-H', this.host, ...args], { encoding: 'utf8' }).trim();
  }

  /** What the engine says of a container; null: there is none. */
  async inspect(ref: string): Promise<Doc | null> {
    return (await this.get(`/containers/${encodeURIComponent(ref)}/json`)) as Doc | null;
  }

  /** Name (without the slash), labels and ID of every container there is, running or not. */
  async list(): Promise<{ id: string; names: string[]; labels: Doc }[]> {
    const all = (await this.get('/containers/json?all=1')) as Doc[];
    return all.map((one) => ({
      id: String(one['Id']),
      // Those with a further slash are links to it, of another container.
      names: (one['Names'] as string[])
        .map((name) => name.slice(1))
        .filter((n) => !n.includes('/')),
      labels: (one['Labels'] ?? {}) as Doc,
    }));
  }

  get(path: string): Promise<Json> {
    return this.ask('GET', path);
  }

  /** Asks the engine itself, over its socket, past the docker client and past the product. */
  ask(method: string, path: string, document?: Doc): Promise<Json> {
    const socketPath = this.host.replace('unix://', '');
    const headers = { Host: 'engine', 'Content-Type': 'application/json' };
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath, method, path, headers }, (answer) => {
        const { statusCode = 0 } = answer;
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        answer.on('error', reject).on('end', () => {
          if (method === 'GET' && statusCode === 404) resolve(null);
          else if (statusCode >= 200 && statusCode < 300) resolve(JSON.parse(body) as Json);
          else reject(new Error(`${method} ${path}: ${statusCode} ${body}`));
        });
      });
      asked.on('error', reject).end(document === undefined ? undefined : JSON.stringify(document));
    });
  }
}

/** Reads `State.Running` and the like. */
export function at(doc: Doc | null, path: string): Json | undefined {
  let here: Json | undefined = doc ?? undefined;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null || Array.isArray(here)) return undefined;
    here = here[key];
  }
  return here;
}

/** The same for what must be a string. */
export const text = (doc: Doc | null, path: string): string => String(at(doc, path) ?? '');
