/** Runs a command with a `docker` on its PATH that misbehaves at one of the changing calls. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.js';
import type { Child, Ended } from './child.js';
import type { Scene } from './scene.js';

/**
 * `unsent`: the connection breaks before the request is passed on. `lost`: it is done, and the
 * connection breaks instead of the answer. `lie`: it is done, and the answer is an error.
 * `refuse`: it is not done, and the answer is an error.
 * `killed-sent`, `killed-answered`: the tool is killed once the engine has it, or has done it.
 */
export type Fault = 'unsent' | 'refuse' | 'lost' | 'lie' | 'killed-sent' | 'killed-answered';

const shim = fileURLToPath(new URL('shim', import.meta.url));
const client = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();

/**
 * @param only of the changing calls those count whose method and path match; without it, all
 * @returns how it ended, and how many changing calls there were
 */
export async function runFaulty(
  scene: Scene,
  child: Child,
  nth: number,
  fault: Fault,
  only?: RegExp,
): Promise<Ended & { calls: number }> {
  const counter = path.join(scene.stateDir, 'calls');
  fs.writeFileSync(counter, '');
  const env = {
    PATH: `${shim}:${process.env['PATH'] ?? ''}`,
    GPUGRAFT_TEST_FAULT: JSON.stringify({ client, counter, nth, fault, only: only?.source }),
  };
  const ended = await runChild(scene, { ...child, env });
  const calls = fs.statSync(counter).size;
  fs.rmSync(counter);
  return { ...ended, calls };
}
