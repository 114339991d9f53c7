/** A gateway's process for a test, and everything a test asks of it. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Wanted } from './daemon/house.js';
import type { Control } from './daemon/server.js';
import type { Generation } from './generation.js';
import { LogView } from './log.js';
import type { LogEntry } from './log.js';
import type { Phase } from './phase.js';
import type { Script } from './script.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const BIN = here('bin');
const READY_PATIENCE_MS = 20_000;

export interface GatewaySetting {
  readonly generation: Generation;
  /** With DOCKER_HOST. */
  readonly engineEnv: NodeJS.ProcessEnv;
  /** 10 makes a poll's 2 s 200 ms, and a sweep's 60 s 6 s. */
  readonly speed?: number;
  /** In the gateway's time. */
  readonly lagMs?: number;
  /** In the gateway's time: how long after its beginning the first sweep is due. */
  readonly firstSweepMs?: number;
  /** In real time: how long after a container's start its supervisor is there. */
  readonly supervisorMs?: number;
  /** A path in the container: while it is there, no supervisor is. */
  readonly noSupervisorFile?: string;
  /** What its containers are labelled with; one of its own, so that gateways on one engine do not see each other's. */
  readonly namespace?: string;
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Listed {
  readonly name: string;
  readonly phase: Phase;
}

/** Of the gateway's answer. */
interface Line {
  readonly out?: string;
  readonly answer?: unknown;
  readonly refused?: string;
}

/** Once for a run of the tests: what the process runs. */
let built: Promise<unknown> | null = null;
const build = (): Promise<unknown> =>
  (built ??= promisify(execFile)('npx', ['tsc', '-p', here('tsconfig.json')], {
    cwd: here('../..'),
  }));

export async function startGateway(setting: GatewaySetting): Promise<RunningGateway> {
  await build();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'openshell-'));
  const namespace = setting.namespace ?? path.basename(dir);
  const given: Record<string, string | number | undefined> = {
    GENERATION: setting.generation,
    DIR: dir,
    SPEED: setting.speed,
    LAG_MS: setting.lagMs,
    FIRST_SWEEP_MS: setting.firstSweepMs,
    SUPERVISOR_MS: setting.supervisorMs,
    NAMESPACE: namespace,
    NO_SUPERVISOR_FILE: setting.noSupervisorFile,
  };
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  const env = {
    ...process.env,
    ...setting.engineEnv,
    ...Object.fromEntries(own.map(([key, value]) => [`OPENSHELL_EMULATOR_${key}`, String(value)])),
  };
  const child = spawn(process.execPath, [here('dist/daemon/main.js'), '--while-stdin'], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await ready(child);
  return new RunningGateway(dir, namespace, child);
}

function ready(child: ChildProcess): Promise<void> {
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', () => reject(new Error(`the gateway has ended: ${words}`)));
  });
}

export class RunningGateway {
  /** A folder with `openshell` in it, for PATH. */
  readonly bin = BIN;
  /** The command itself. */
  readonly openshell = path.join(BIN, 'openshell');
  /** What makes `openshell` talk to this gateway. */
  readonly env: { readonly PATH: string; readonly OPENSHELL_EMULATOR_DIR: string };

  constructor(
    readonly dir: string,
    /** For `labelsOf`: by hand made containers need it. */
    readonly namespace: string,
    private readonly child: ChildProcess,
  ) {
    this.env = { PATH: `${BIN}:${process.env['PATH'] ?? ''}`, OPENSHELL_EMULATOR_DIR: dir };
  }

  /** Runs `openshell`. */
  cli(...args: string[]): Promise<Said> {
    const env = { ...process.env, ...this.env };
    return new Promise((resolve, reject) => {
      execFile(this.openshell, args, { env }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });
  }

  /** As `sandbox list -o json` has it, without a process of its own; null: it is not listed. */
  async phase(name: string, workspace?: string): Promise<Phase | null> {
    const where = workspace === undefined ? [] : ['--workspace', workspace];
    const lines = await this.#ask({ argv: ['sandbox', 'list', '-o', 'json', ...where] });
    const all = JSON.parse(lines.map(({ out = '' }) => out).join('')) as Listed[];
    return all.find((one) => one.name === name)?.phase ?? null;
  }

  /** Waits, in real time, until it is listed in this phase. */
  async until(name: string, phase: Phase | null, workspace?: string): Promise<void> {
    const deadline = Date.now() + READY_PATIENCE_MS;
    const ask = (): Promise<Phase | null> => this.phase(name, workspace);
    for (let said = await ask(); said !== phase; said = await ask()) {
      if (Date.now() > deadline) throw new Error(`${name} is ${said}, not ${phase}`);
      await sleep(50);
    }
  }

  /** Creates its labelled container, and waits until it is Ready. @returns the container's ID */
  async createSandbox(name: string, wanted: Partial<Omit<Wanted, 'name'>> = {}): Promise<string> {
    const image = wanted.image ?? 'gpugraft/busybox:latest';
    const command = wanted.command ?? [];
    const id = await this.#control({
      op: 'furnish',
      wanted: { ...wanted, name, image, command },
    });
    await this.until(name, 'Ready', wanted.workspace);
    return String(id);
  }

  async log(name: string): Promise<LogView> {
    const entries = (await this.#control({ op: 'log' })) as LogEntry[];
    return new LogView(entries.filter(({ sandbox }) => sandbox === name));
  }

  async script(name: string, script: Script | null): Promise<void> {
    await this.#control({ op: 'script', name, script });
  }

  /** Has it look right now, beside its own times. */
  async look(kind: 'poll' | 'sweep'): Promise<void> {
    await this.#control({ op: kind });
  }

  /** From now on `list` lags so far behind, in the gateway's time. */
  async lag(lagMs: number): Promise<void> {
    await this.#control({ op: 'lag', lagMs });
  }

  /** Ends the process. The containers stay: they are the engine's. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGKILL');
      await ended;
    }
    fs.rmSync(this.dir, { recursive: true, force: true });
  }

  async #control(control: Control): Promise<unknown> {
    const [said] = await this.#ask({ control });
    if (said?.refused !== undefined) throw new Error(said.refused);
    return said?.answer;
  }

  #ask(asked: object): Promise<Line[]> {
    const lines: Line[] = [];
    return new Promise((resolve, reject) => {
      const socket = connect(path.join(this.dir, 'gateway.sock'));
      socket.on('error', reject);
      socket.on('connect', () => socket.write(`${JSON.stringify(asked)}\n`));
      createInterface({ input: socket })
        .on('error', reject)
        .on('line', (line) => lines.push(JSON.parse(line) as Line))
        .on('close', () => resolve(lines));
    });
  }
}
