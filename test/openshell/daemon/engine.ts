/** A real Docker engine, as the gateway watches it. */
import { MANAGED_BY, SANDBOX_NAMESPACE } from '../watched.js';
import type { ContainerStatus, ExecResult, WatchedContainer, WatchedEngine } from '../watched.js';
import { EngineHttp, EngineSaid, unframed } from './http.js';

/** A look that takes longer is given up: an engine that stands still must not silence the gateway. */
const LOOK_MS = 1000;

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: ContainerStatus;
  readonly Labels: Readonly<Record<string, string>>;
}

interface Inspected {
  readonly State: { readonly StartedAt: string; readonly ExitCode: number };
}

export interface SupervisorSetting {
  /** How long after its container's start a supervisor connects. */
  readonly afterMs: number;
  /** A path: while it is there, in the container, its supervisor is not. Empty: nothing is looked for. */
  readonly unlessFile: string;
}

export class DockerEngine implements WatchedEngine {
  readonly #http: EngineHttp;
  /** Of the last look: whose supervisor is there. */
  #connected: ReadonlySet<string> = new Set();

  constructor(
    host: string,
    private readonly supervisor: SupervisorSetting,
    /** Of the gateway: several may watch one engine, each its own sandboxes. */
    readonly namespace: string,
  ) {
    this.#http = new EngineHttp(host);
  }

  /** Whether its supervisor was there at the last look. */
  readonly supervisorOf = ({ id }: WatchedContainer): 'live' | 'absent' =>
    this.#connected.has(id) ? 'live' : 'absent';

  async labelled(): Promise<readonly WatchedContainer[]> {
    const labels = [`${MANAGED_BY}=openshell`, `${SANDBOX_NAMESPACE}=${this.namespace}`];
    const filters = encodeURIComponent(JSON.stringify({ label: labels }));
    const path = `/containers/json?all=1&filters=${filters}`;
    const listed = await this.#http.ask<Listed[]>('GET', path, undefined, LOOK_MS);
    // Newest first, and finer than the seconds that the list shows.
    const all = listed.map((one, place) => ({
      id: one.Id,
      name: (one.Names[0] ?? '').replace(/^\//, ''),
      createdAt: -place,
      startedAt: null,
      labels: one.Labels,
      status: one.State,
    }));
    const running = all.filter(({ status }) => status === 'running').map(({ id }) => id);
    const there = await Promise.all(running.map((id) => this.#hasSupervisor(id)));
    this.#connected = new Set(running.filter((_, place) => there[place]));
    return all;
  }

  async stop(id: string): Promise<void> {
    await this.#http.ask('POST', `/containers/${id}/stop?t=10`);
  }

  async start(id: string): Promise<void> {
    await this.#http.ask('POST', `/containers/${id}/start`);
  }

  async remove(id: string): Promise<void> {
    await this.#http.ask('DELETE', `/containers/${id}?force=1`);
  }

  /** @param onText sees its output as it comes */
  async exec(
    id: string,
    argv: readonly string[],
    onText: (text: string) => void = () => undefined,
  ): Promise<ExecResult> {
    const body = { AttachStdout: true, AttachStderr: true, Cmd: argv };
    const { Id } = await this.#http.ask<{ Id: string }>('POST', `/containers/${id}/exec`, body);
    let output = '';
    const frames = unframed((text) => {
      output += text;
      onText(text);
    });
    await this.#http.stream('POST', `/exec/${Id}/start`, { Detach: false, Tty: false }, frames);
    const { ExitCode } = await this.#http.ask<{ ExitCode: number | null }>(
      'GET',
      `/exec/${Id}/json`,
    );
    return { exitCode: ExitCode ?? 137, output };
  }

  /** @returns its ID */
  async create(name: string, body: object): Promise<string> {
    const path = `/containers/create?name=${encodeURIComponent(name)}`;
    return (await this.#http.ask<{ Id: string }>('POST', path, body)).Id;
  }

  /** What its main process has printed; with `follow` until that one is over. */
  async logs(id: string, follow: boolean, onText: (text: string) => void): Promise<void> {
    const path = `/containers/${id}/logs?stdout=1&stderr=1${follow ? '&follow=1' : ''}`;
    await this.#http.stream('GET', path, undefined, unframed(onText));
  }

  async exitCode(id: string): Promise<number> {
    return (await this.#inspect(id)).State.ExitCode;
  }

  async #hasSupervisor(id: string): Promise<boolean> {
    try {
      const { State } = await this.#inspect(id);
      if (Date.now() - Date.parse(State.StartedAt) < this.supervisor.afterMs) return false;
      return (
        this.supervisor.unlessFile === '' || !(await this.#has(id, this.supervisor.unlessFile))
      );
    } catch (error) {
      // It went, or is going, between the list and this look.
      if (error instanceof EngineSaid) return false;
      throw error;
    }
  }

  #inspect(id: string): Promise<Inspected> {
    return this.#http.ask<Inspected>('GET', `/containers/${id}/json`, undefined, LOOK_MS);
  }

  async #has(id: string, file: string): Promise<boolean> {
    const path = `/containers/${id}/archive?path=${encodeURIComponent(file)}`;
    try {
      await this.#http.ask('HEAD', path, undefined, LOOK_MS);
      return true;
    } catch (error) {
      if (error instanceof EngineSaid && error.status === 404) return false;
      throw error;
    }
  }
}
