/** What the rows stand on: an engine with limits of its own, three networks, and neighbours in them. */
import type { Kind } from '../support/engines.js';
import { Engine } from '../support/engines.js';

export const IMAGE = 'gpugraft/cuda';
/** An image that sets everything an image can set. */
export const RICH = 'rows/rich';
/** Runs until it is asked to end, and needs no init for that. */
export const IDLE = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
/** The engine's limits for a container that sets none. */
export const DEFAULT_LIMITS = ['--default-ulimit=nofile=4096:8192', '--default-ulimit=core=0:0'];

export class House {
  private constructor(readonly engine: Engine) {}

  private static readonly known = new Map<Kind, Promise<House>>();

  /** The same one for every test, and for every file of them: what stands is left as it is. */
  static open(kind: Kind): Promise<House> {
    const house = House.known.get(kind) ?? House.build(kind);
    House.known.set(kind, house);
    return house;
  }

  private static async build(kind: Kind): Promise<House> {
    const house = new House(await Engine.up(kind, { own: 'rows', dockerd: DEFAULT_LIMITS }));
    // The image is made last.
    if ((await house.engine.docker('images', '--quiet', RICH)) === '') await house.furnish();
    return house;
  }

  private async furnish(): Promise<void> {
    const { engine } = this;
    for (const [name, part] of [
      ['rows1', 5],
      ['rows2', 6],
      ['rows3', 7],
    ] as const) {
      const subnets = [
        '--subnet',
        `172.29.${part}.0/24`,
        '--ipv6',
        '--subnet',
        `fd00:29:${part}::/64`,
      ];
      await engine.docker('network', 'create', ...subnets, name);
    }
    const run = (name: string, ...args: string[]) =>
      engine.docker('run', '-d', '--name', name, ...args);
    await run('neighbour', '--init', '--network', 'rows1', IMAGE, ...IDLE);
    await engine.docker('network', 'connect', 'rows2', 'neighbour');
    await run('machine', '--init', '--network', 'host', IMAGE, ...IDLE);
    await run('db', '--init', '--expose', '5432', IMAGE, ...IDLE);
    await run('cache', '--init', '--network', 'rows3', IMAGE, ...IDLE);
    await run(
      'parent',
      '--init',
      '--ipc',
      'shareable',
      '--hostname',
      'elder',
      '--expose',
      '77',
      IMAGE,
      'httpd',
      '-f',
      '-p',
      '77',
      '-h',
      '/etc',
    );
    const fill = 'mkdir -p /lent/sub/deep; echo lent > /lent/file';
    const lent = ['-v', 'rows-lent:/lent', '-v', '/lent-anonymous'];
    await engine.docker('run', '--name', 'lender', ...lent, IMAGE, 'sh', '-c', fill);
    await engine.docker('create', '--name', 'recipe', '--stop-signal', 'SIGQUIT', IMAGE);
    const changes = [
      'ENV FROM_IMAGE=1',
      'ENTRYPOINT ["/bin/sh","-c"]',
      'CMD ["trap exit QUIT TERM; while :; do sleep 0.1; done"]',
      'USER user',
      'WORKDIR /srv/of/image',
      'EXPOSE 81/tcp',
      'LABEL of.image=1',
      'HEALTHCHECK --interval=1s CMD true',
    ];
    await engine.docker('commit', ...changes.flatMap((change) => ['-c', change]), 'recipe', RICH);
  }

  /** Runs a command in one of the neighbours. */
  at(neighbour: string, ...command: string[]): Promise<string> {
    return this.engine.docker('exec', neighbour, ...command);
  }

  /** The addresses that a name has for a neighbour; none: nobody knows it. */
  async resolved(name: string): Promise<string[]> {
    const said = await this.at('neighbour', 'sh', '-c', `nslookup ${name} 127.0.0.11 || true`);
    const answer = said.slice(said.indexOf('\n\n'));
    return [...answer.matchAll(/^Address(?: \d+)?: *(\S+)/gm)].map((found) => found[1] ?? '');
  }
}
