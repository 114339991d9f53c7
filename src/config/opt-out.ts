/** The seed's switch: `NEMOCLAW_DOCKER_GPU_PATCH=0` means that no container is to get a GPU. */
import type { Failure } from '../../machines/index.js';
import type { Environment } from './given.js';
import { UsageError } from './usage-error.js';

const VARIABLE = 'NEMOCLAW_DOCKER_GPU_PATCH';
const ON = ['1', 'true', 'yes', 'on'];
const OFF = ['0', 'false', 'no', 'off'];

/**
 * Why `apply` and `plan` do nothing here; null when they may.
 * @throws UsageError when the variable says neither yes nor no
 */
export function optedOut(env: Environment): Failure | null {
  const value = env[VARIABLE];
  if (value === undefined || ON.includes(value)) return null;
  if (!OFF.includes(value)) {
    const what = value === '' ? 'is empty' : `: ${JSON.stringify(value)} is neither 0 nor 1`;
    throw new UsageError(`${VARIABLE}${what}`, 'unset it, or set it to 1');
  }
  return {
    code: 'opted-out',
    message: `${VARIABLE}=${value} switches GPU grafts off; nothing was touched`,
    hint: `unset ${VARIABLE}, or set it to 1`,
  };
}
