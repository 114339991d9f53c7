/** Once for the whole run: what a browser is shown is what is shipped. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '../../engine/support/engines.js';

export async function setup(): Promise<void> {
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: root });
}
