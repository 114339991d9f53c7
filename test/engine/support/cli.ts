/** The command itself, in a process of its own, on the container of a scene. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Report } from '../../../src/report.js';
import { root } from './engines.js';
import type { Scene } from './scene.js';

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Null: it printed none. */
  readonly report: Report | null;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves when that state was entered. @throws Error when the process ends before */
  entered(state: string): Promise<void>;
  readonly ended: Promise<Ran>;
}

export interface Manner {
  /** What stdout is; left out: a pipe that is read. */
  readonly stdout?: number;
  /** Nobody reads stderr, and it is closed. */
  readonly deaf?: boolean;
  /** What it is run by: `unshare --uts sh -c …`. */
  readonly by?: readonly string[];
}

/** Begins `gpugraft`, with the engine and the state folder of the scene. @param words the command, and its flags */
export function begin(
  { engine, stateDir }: Scene,
  words: readonly string[],
  { stdout, deaf = false, by = [] }: Manner = {},
): Running {
  const flags = ['--json', '--events', '--host', engine.host, '--state-dir', stateDir];
  const argv = [process.execPath, path.join(root, 'dist/src/cli/bin.js'), ...words, ...flags];
  const [file = '', ...args] = [...by, ...argv];
  const stdio: StdioOptions = ['ignore', stdout ?? 'pipe', 'pipe'];
  const child = spawn(file, args, { stdio });
  let out = '';
  let err = '';
  const states = new Set<string>();
  let wake: () => void = () => undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    for (const [, state = ''] of err.matchAll(/"state":"([^"]+)"/g)) states.add(state);
    wake();
  });
  if (deaf) child.stderr?.destroy();
  let isOver = false;
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      isOver = true;
      wake();
      const report = out.trim() === '' ? null : (JSON.parse(out) as Report);
      resolve({ code, signal, report, stderr: err });
    });
  });
  return {
    process: child,
    ended,
    async entered(state) {
      while (!states.has(state)) {
        if (isOver) throw new Error(`${state} was never entered: ${err}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** Whether every thread of a process is stopped, as SIGSTOP leaves it. */
export const isStopped = (pid: number): boolean =>
  fs
    .readdirSync(`/proc/${pid}/task`)
    .every((task) =>
      /^\d+ \(.*\) T/.test(fs.readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8')),
    );

/** The report as the library gives it: the command's own names engine and folder in each command of a hint. */
export async function asLibrary(scene: Scene, { report }: Ran): Promise<Report> {
  const runId = report?.runId ?? scene.runs()[0] ?? '';
  if (report !== null && report.journal === null) return report;
  return scene.recover(runId);
}
