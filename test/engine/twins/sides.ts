/** The two engines that are compared: the one in memory, and a real one, behind the same port. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDockerPort } from '../../../src/docker/adapter/index.js';
import { EngineRefused } from '../../../src/docker/errors.js';
import type { CreateBody, DockerPort } from '../../../src/docker/port.js';
import { MemoryEngine } from '../../memory/index.js';
import type { Engine, Kind } from '../support/engines.js';
import type { Move } from './moves.js';

const IMAGE = 'gpugraft/busybox';
const FAILS = ['sh', '-c', 'exit 3'];
/** Until what was begun has come to its end. */
const SETTLE_MS = 1500;

/** An engine, with what the containers made on it are called there. */
export interface Side {
  readonly port: DockerPort;
  /** IDs in the order of the creates; null: it was refused. */
  readonly ids: (string | null)[];
  settle(): Promise<void>;
  restart(how: 'restart' | 'kill'): Promise<void>;
  end(): Promise<void>;
}

export function memorySide(kind: Kind): Side {
  const engine = new MemoryEngine({ apiVersion: kind === 'oldest' ? '1.41' : '1.51' });
  engine.image(IMAGE);
  engine.script((one) => one.args.includes(FAILS[2] ?? ''), { exit: { afterMs: 0, code: 3 } });
  return {
    port: engine.port(),
    ids: [],
    settle: async () => engine.clock.advance(SETTLE_MS),
    restart: async (how) =>
      engine.outsider.restartEngine({ kind: how === 'kill' ? 'killed' : 'graceful' }),
    end: async () => undefined,
  };
}

export function realSide(engine: Engine): Side {
  let port = createDockerPort({ host: engine.host });
  const ids: (string | null)[] = [];
  return {
    get port() {
      return port;
    },
    ids,
    settle: () => sleep(SETTLE_MS / 5),
    async restart(how) {
      await port.close();
      if (how === 'restart') await engine.control('restart');
      else {
        await engine.control('kill');
        await engine.control('up');
      }
      port = createDockerPort({ host: engine.host });
      await sleep(SETTLE_MS);
    },
    async end() {
      for (const id of ids) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        if (id !== null) await port.removeContainer(id, true).catch(() => undefined);
      }
      await port.close();
    },
  };
}

const bodyOf = ({ policy, kind }: Extract<Move, { do: 'create' }>): CreateBody => ({
  Image: IMAGE,
  Cmd: kind === 'fails' ? FAILS : ['sleep', '1000'],
  HostConfig: { Init: true, RestartPolicy: { Name: policy, MaximumRetryCount: 0 } },
});

const NOBODY = 'f'.repeat(64);

/** Makes a move. @returns what the engine answered: `ok`, or its status and words, IDs left out */
export async function make(side: Side, move: Move): Promise<string> {
  try {
    await call(side, move);
    return 'ok';
  } catch (error) {
    if (move.do === 'create') side.ids.push(null);
    if (!(error instanceof EngineRefused)) throw error;
    return `${error.status} ${plain(error.message)}`;
  }
}

async function call(side: Side, move: Move): Promise<void> {
  const { port, ids } = side;
  if (move.do === 'engine') return side.restart(move.how);
  if (move.do === 'create') {
    ids.push((await port.createContainer(move.name, bodyOf(move))).id);
    return undefined;
  }
  const id = ids[move.which] ?? NOBODY;
  if (move.do === 'start') return port.startContainer(id);
  if (move.do === 'stop') return port.stopContainer(id, 5);
  if (move.do === 'remove') return port.removeContainer(id, move.force);
  if (move.do === 'rename') return port.renameContainer(id, move.name);
  return port.setRestartPolicy(id, { name: move.policy, maximumRetryCount: 0 });
}

const plain = (text: string): string => text.replaceAll(/\b[0-9a-f]{12,64}\b/g, 'ID').trim();

/** Every container there is, as list and inspect have it at this moment: a list may lag behind. */
export async function shown({ port, ids }: Side): Promise<string[]> {
  const listed = await port.listContainers([]);
  return Promise.all(
    ids.map(async (id, which) => {
      const raw = id === null ? null : await port.inspectContainer(id);
      if (raw === null) return `#${which} is not there`;
      const { Name: name, MaximumRetryCount: most } = raw.HostConfig.RestartPolicy;
      const { Status, Running, ExitCode, StartedAt } = raw.State;
      const inList = listed.find((one) => one.id === id)?.state ?? 'not listed';
      const started = StartedAt.startsWith('0001') ? 'never started' : 'started';
      const words = [Running, ExitCode, started, `${name || 'no'}:${most ?? 0}`].join(' ');
      return `#${which} ${raw.Name} ${Status} (${inList}) ${words}`;
    }),
  );
}
