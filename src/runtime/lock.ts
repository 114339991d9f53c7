/**
 * The lock that tells a living holder from a dead one. It belongs to the open file description:
 * the system drops it when the last process that has it open is gone, and a `docker` child that
 * inherits it holds it until its own end. No PID file, no staleness by guesswork.
 */
import * as fs from 'node:fs';
import { failure } from '../errors.js';

export interface Lock {
  /** Given to children, so that the lock outlives us as long as they act for us. */
  readonly fd: number;
  release(): void;
}

async function flocked(fd: number): Promise<boolean> {
  const { execa } = await import('execa');
  // Node has no flock call; util-linux takes the lock on a descriptor it inherits from us.
  const stdio = ['ignore', 'ignore', 'pipe', fd] as unknown as ['ignore', 'ignore', 'pipe'];
  const result = await execa('flock', ['--nonblock', '--exclusive', '3'], { stdio, reject: false });
  if (result.exitCode === 0) return true;
  if (result.exitCode === 1) return false;
  throw failure(
    'no-flock',
    `cannot lock the run: ${result.stderr || result.shortMessage || 'flock failed'}`,
    'gpugraft needs flock, which util-linux brings',
  );
}

/** @returns null when a living process holds it. @throws GraftError `no-flock` when locks cannot be had */
export async function takeLock(file: string): Promise<Lock | null> {
  const fd = fs.openSync(
    file,
    fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW,
    0o600,
  );
  let held = false;
  try {
    held = await flocked(fd);
  } finally {
    if (!held) fs.closeSync(fd);
  }
  if (!held) return null;
  let open = true;
  return {
    fd,
    release() {
      if (open) fs.closeSync(fd);
      open = false;
    },
  };
}

/** Whether a living process holds the lock. A file that is not there is held by nobody. */
export async function isLocked(file: string): Promise<boolean> {
  if (!fs.existsSync(file)) return false;
  const lock = await takeLock(file);
  lock?.release();
  return lock === null;
}
