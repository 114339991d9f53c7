/** Runs a command with a `docker` on its PATH that misbehaves at one of the changing calls. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.js';
import type { Child, Ended } from './child.js';
import type { Scene } from './scene.js';

/**
 * `unsent`: the connection breaks before the request is passed on. `refuse`: it is not done, and the
 * answer is an error. `hang`: it is not passed on, and nothing is said until the deadline.
 * `lost`: it is done, and the connection breaks instead of the answer. `lie`: it is done, and the answer
 * is an error. `hung`: it is done, and nothing is said until the deadline. `late`: the connection breaks,
 * and it is done once the next call is under way, or after 1.5 s.
 * `killed-unsent`, `killed-sent`, `killed-answered`, `killed-late`: the tool is killed before it is passed
 * on, once the engine has it, once it is done, and 1.5 s before it is done.
 */
export type Fault =
  | 'unsent'
  | 'refuse'
  | 'hang'
  | 'lost'
  | 'lie'
  | 'hung'
  | 'late'
  | 'killed-unsent'
  | 'killed-sent'
  | 'killed-answered'
  | 'killed-late';

const shim = fileURLToPath(new URL('shim', import.meta.url));
const client = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();

/**
 * @param only of the changing calls those count whose method and path match; without it, all
 * @returns how it ended, and the changing calls there were, as `POST /v1.51/containers/…/start`
 */
export async function runFaulty(
  scene: Scene,
  child: Child,
  nth: number,
  fault: Fault,
  only?: RegExp,
): Promise<Ended & { calls: string[] }> {
  const calls = path.join(scene.stateDir, 'calls');
  fs.writeFileSync(calls, '');
  const env = {
    PATH: `${shim}:${process.env['PATH'] ?? ''}`,
    GPUGRAFT_TEST_FAULT: JSON.stringify({ client, calls, nth, fault, only: only?.source }),
  };
  const ended = await runChild(scene, { ...child, env });
  const lines = fs.readFileSync(calls, 'utf8').split('\n');
  fs.rmSync(calls);
  return { ...ended, calls: lines.slice(0, -1) };
}
