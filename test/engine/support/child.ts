/** Runs the library in a process of its own, so that it can be killed, or given another `docker`. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Options } from '../../../machines/index.js';
import type { Report } from '../../../src/report.js';
import { quick } from './scene.js';
import type { Scene } from './scene.js';

const script = fileURLToPath(new URL('child.mjs', import.meta.url));

/** Where the process is killed: at its n-th journal line, or the line of a state. */
export interface KillPoint {
  readonly line?: number;
  readonly state?: string;
  /** Only of lines of a run whose ID has this in it, such as `-d1-`: a part of another run. */
  readonly part?: string;
  /** Before it is written; when half of it is; once it is on disk, before the act. */
  readonly when: 'before' | 'torn' | 'after';
}

export interface Child {
  readonly op: 'graft' | 'recover' | 'rollback';
  /** A name; for `recover` a run. */
  readonly target: string;
  readonly options?: Partial<Options>;
  /** Or so many milliseconds after the run has begun. */
  readonly kill?: KillPoint | { readonly ms: number };
  readonly env?: NodeJS.ProcessEnv;
  /** Of calls to the engine, in milliseconds, where the product's own are too long for a test. */
  readonly deadlines?: Readonly<Record<string, number>>;
}

/** How it ended. `report` is null for a process that was killed. */
export interface Ended {
  readonly killed: boolean;
  readonly report: Report | null;
  readonly output: string;
  /** Milliseconds from the beginning of the run. */
  readonly took: number;
}

export function runChild(scene: Scene, child: Child): Promise<Ended> {
  const { op, target, kill, deadlines } = child;
  const options = { ...quick, ...child.options };
  const input = JSON.stringify({
    op,
    target,
    options,
    kill,
    deadlines,
    session: scene.session(),
  });
  const env = { ...process.env, ...child.env };
  return new Promise((resolve, reject) => {
    let beganAt = 0;
    const running = execFile(
      process.execPath,
      [script, input],
      { env },
      (error, stdout, stderr) => {
        const took = performance.now() - beganAt;
        const killed = error?.signal === 'SIGKILL';
        if (error !== null && !killed) reject(new Error(`${error.message}\n${stderr}`));
        else
          resolve({
            killed,
            report: killed ? null : (JSON.parse(stdout) as Report),
            output: stdout + stderr,
            took,
          });
      },
    );
    // Everything is loaded by then.
    running.stderr?.once('data', () => {
      beganAt = performance.now();
      if (kill !== undefined && 'ms' in kill) setTimeout(() => running.kill('SIGKILL'), kill.ms);
    });
  });
}
