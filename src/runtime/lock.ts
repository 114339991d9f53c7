/**
 * The lock that tells a living holder from a dead one. It belongs to the open file description:
 * the system drops it when the last process that has it open is gone, and a `docker` child that
 * inherits it holds it until its own end. No PID file, no staleness by guesswork.
 */
import * as fs from 'node:fs';
import { failure } from '../errors.js';
import { workingFolder } from '../working-folder.js';

export interface Lock {
  /** Given to children, so that the lock outlives us as long as they act for us. */
  readonly fd: number;
  release(): void;
}

async function flocked(fd: number, kind: 'exclusive' | 'shared'): Promise<boolean> {
  const { execa } = await import('execa');
  // Node has no flock call; util-linux takes the lock on a descriptor it inherits from us.
  const stdio = ['ignore', 'ignore', 'pipe', fd] as unknown as ['ignore', 'ignore', 'pipe'];
  const options = { stdio, reject: false, cwd: workingFolder() } as const;
  const result = await execa('flock', ['--nonblock', `--${kind}`, '3'], options);
  if (result.exitCode === 0) return true;
  if (result.exitCode === 1) return false;
  throw failure(
    'no-flock',
    result.code === 'ENOENT'
      ? 'cannot lock the run: there is no flock on PATH'
      : `cannot lock the run: ${result.stderr || result.originalMessage || 'flock failed'}`,
    'gpugraft needs flock, which util-linux brings',
  );
}

/**
 * @returns null when a living process holds it
 * @throws GraftError `no-flock` when locks cannot be had, `state-dir` when the file cannot be made or is a link
 */
export async function takeLock(file: string): Promise<Lock | null> {
  const { O_RDWR, O_CREAT } = fs.constants;
  return locked(file, O_RDWR | O_CREAT, 'exclusive');
}

/** Whether a living process holds the lock. A file that is not there is held by nobody. */
export async function isLocked(file: string): Promise<boolean> {
  if (!fs.existsSync(file)) return false;
  // Shared, so that two that only ask do not take each other for holders.
  const lock = await locked(file, fs.constants.O_RDONLY, 'shared');
  lock?.release();
  return lock === null;
}

async function locked(
  file: string,
  flags: number,
  kind: 'exclusive' | 'shared',
): Promise<Lock | null> {
  const fd = opened(file, flags);
  let held = false;
  try {
    held = await flocked(fd, kind);
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

function opened(file: string, flags: number): number {
  try {
    return fs.openSync(file, flags | fs.constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    throw failure(
      'state-dir',
      `cannot open the lock ${file}: ${(error as Error).message}`,
      '--state-dir names another folder',
    );
  }
}
