/** One container on a shared engine, with a state folder of its own: what one test works on. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Choice, Context, Options } from '../../../machines/index.js';
import { graft, recover, rollback } from '../../../src/graft.js';
import type { Report } from '../../../src/report.js';
import type { Session } from '../../../src/session.js';
import { text } from './engines.js';
import type { Doc, Engine } from './engines.js';

/** Quick enough for tests; every limit is still one that really runs out. */
export const quick: Options = {
  mode: 'gpus',
  devices: 'all',
  layer: 'carry',
  backup: 'auto',
  keepBackup: false,
  defer: false,
  allowDependents: false,
  network: 'preserve',
  ready: 'auto',
  readyCommand: null,
  readyTimeoutMs: 60_000,
  pollIntervalMs: 100,
  errorDebounce: 15,
  stableForMs: 300,
  maxPolls: 1000,
  maxRestarts: 3,
  maxRepairs: 2,
  stopTimeoutS: 1,
  gpuProof: { kind: 'auto' },
  engineTimeoutMs: 20_000,
};

/** A readiness that says no, three times, and then fails the wait. */
export const neverReady: Partial<Options> = {
  ready: 'command',
  readyCommand: ['false'],
  errorDebounce: 3,
};

export interface Setting {
  /** Arguments of `docker run`, before the image. */
  readonly run?: readonly string[];
  readonly image?: string;
  readonly command?: readonly string[];
  /** `create` leaves it unstarted, `exited` stops it again. */
  readonly verb?: 'run' | 'create' | 'exited';
  /** Instead of one that the scene makes up. */
  readonly name?: string;
  /** Instead of arguments: the body of a create, for what the client cannot ask. */
  readonly body?: Doc;
  /** Done to the created container before it is started. */
  readonly beforeStart?: (name: string) => Promise<unknown>;
  /** Done to the running one, before it is looked at for the first time. */
  readonly afterStart?: (name: string) => Promise<unknown>;
}

/** Runs for ever, ends at once when asked to. */
export const sleeper: readonly string[] = ['sleep', '100000'];

/** Ends with this code, `after` seconds from its start, where it has got a GPU; else it sleeps. */
export const failsWithGpu = (code: number, after = 0): readonly string[] => [
  'sh',
  '-c',
  `if [ -e /dev/nvidia0 ]; then echo 'the supervisor has died'; sleep ${after}; exit ${code}; fi; exec sleep 100000`,
];

export class Scene {
  private constructor(
    readonly engine: Engine,
    readonly name: string,
    readonly stateDir: string,
    readonly originalId: string,
    /** The original as it was before anything was done to it. */
    readonly before: Doc,
    private readonly more: Partial<Session> = {},
  ) {}

  static async make(engine: Engine, setting: Setting = {}): Promise<Scene> {
    const name = setting.name ?? `t${randomBytes(4).toString('hex')}`;
    const id = await Scene.create(engine, name, setting);
    const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
    const before = await engine.inspect(id);
    if (before === null) throw new Error(`${name} is gone as soon as it was made`);
    return new Scene(engine, name, stateDir, id, before);
  }

  /** Of a container that somebody else has made. @param more what every run is told beside the engine */
  static async around(engine: Engine, id: string, more: Partial<Session>): Promise<Scene> {
    const before = await engine.inspect(id);
    if (before === null) throw new Error(`${id} is gone as soon as it was made`);
    const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
    return new Scene(engine, text(before, 'Name').slice(1), stateDir, id, before, more);
  }

  private static async create(engine: Engine, name: string, setting: Setting): Promise<string> {
    const { run = [], image = 'gpugraft/busybox', command = sleeper, body, beforeStart } = setting;
    const inSteps = body !== undefined || beforeStart !== undefined;
    const how = setting.verb === 'create' || inSteps ? ['create'] : ['run', '-d'];
    const id =
      body === undefined
        ? await engine.docker(...how, '--init', '--name', name, ...run, image, ...command)
        : text((await engine.ask('POST', `/containers/create?name=${name}`, body)) as Doc, 'Id');
    await beforeStart?.(name);
    if (inSteps && setting.verb !== 'create') await engine.docker('start', name);
    await setting.afterStart?.(name);
    if (setting.verb === 'exited') await engine.docker('stop', '-t', '1', id);
    return id;
  }

  /** The same container, seen from another state folder, as by another user. */
  elsewhere(): Scene {
    const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
    return new Scene(this.engine, this.name, stateDir, this.originalId, this.before);
  }

  session(more: Partial<Session> = {}): Session {
    const { engine, stateDir } = this;
    return { context: null, host: engine.host, stateDir, ...this.more, ...more };
  }

  graft(over: Partial<Options> = {}, more: Partial<Session> = {}): Promise<Report> {
    return graft(this.name, { ...quick, ...over }, this.session(more));
  }

  rollback(over: Partial<Options> = {}): Promise<Report> {
    return rollback(this.name, { ...quick, ...over }, this.session());
  }

  recover(
    runId: string,
    choice: Choice | null = null,
    more: Partial<Session> = {},
  ): Promise<Report> {
    return recover(runId, choice, this.session(more));
  }

  original(): Promise<Doc | null> {
    return this.engine.inspect(this.originalId);
  }

  /** What has the name now. */
  named(): Promise<Doc | null> {
    return this.engine.inspect(this.name);
  }

  /** Every container that has to do with this scene: by its name, by what a claim or a probe is labelled with. */
  async containers(): Promise<Doc[]> {
    const concerned = (await this.engine.list()).filter(({ names, labels }) => {
      const marks = JSON.stringify([names, labels]);
      return [this.name, this.stateDir, this.originalId].some((mark) => marks.includes(mark));
    });
    const docs = await Promise.all(concerned.map(({ id }) => this.engine.inspect(id)));
    return docs
      .filter((doc) => doc !== null)
      .toSorted((a, b) => text(a, 'Id').localeCompare(text(b, 'Id')));
  }

  /**
   * Grafts, and lets an intruder act each time a state is entered: journaled, and before its act,
   * because everything stands still meanwhile.
   */
  graftDisturbed(
    over: Partial<Options>,
    intruder: Readonly<Record<string, (context: Context) => void>>,
  ): Promise<Report> {
    const waiting = new Map(Object.entries(intruder));
    return this.graft(over, {
      onProgress: ({ state, context }) => {
        const deed = waiting.get(state);
        waiting.delete(state);
        deed?.(context);
      },
    }).then((report) => {
      if (waiting.size > 0)
        throw new Error(
          `never entered: ${[...waiting.keys()].join(', ')}: ${JSON.stringify(report.reason)}`,
        );
      return report;
    });
  }

  /** The run folders there are. */
  runs(): string[] {
    const folder = path.join(this.stateDir, 'runs');
    return fs.existsSync(folder) ? fs.readdirSync(folder).toSorted() : [];
  }

  async end(): Promise<void> {
    const ids = (await this.containers()).map((doc) => text(doc, 'Id'));
    if (ids.length > 0) await this.engine.docker('rm', '-f', ...ids).catch(() => undefined);
    fs.rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** Makes a scene, plays it, and clears it away however it ends. */
export async function play(
  engine: Engine,
  setting: Setting,
  body: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await Scene.make(engine, setting);
  try {
    await body(scene);
  } finally {
    await scene.end();
  }
}
