/** The lock belongs to the open file: it goes with the last process that has it, and not before. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLocked, takeLock } from '../../../src/runtime/lock.js';
import { isRunOver } from '../../../src/runtime/runs.js';
import { isHolderAlive, RunFolder } from '../../../src/runtime/store.js';
import { folder, line, runId } from './lines.js';
import * as os from 'node:os';

type Holder = ChildProcessByStdio<null, Readable, null>;

/** Another process that holds the lock, as a run does: on a descriptor that flock inherited. */
async function holder(file: string, more = ''): Promise<Holder> {
  const script = `
    const fs = require('node:fs');
    const { spawnSync, spawn } = require('node:child_process');
    const fd = fs.openSync(${JSON.stringify(file)}, 'a+');
    const { status } = spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    ${more}
    console.log('held', status);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toContain('held 0');
  return child;
}

async function killed(child: Holder): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('a lock', () => {
  it('is held by one, and free after its release', async () => {
    const file = path.join(folder(), 'lock');
    const lock = await takeLock(file);
    expect(lock).not.toBeNull();
    expect(await takeLock(file)).toBeNull();
    expect(await isLocked(file)).toBe(true);
    lock?.release();
    lock?.release();
    expect(await isLocked(file)).toBe(false);
    const again = await takeLock(file);
    expect(again).not.toBeNull();
    again?.release();
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('of a run is won from somebody who only asked, and not from a holder', async () => {
    const run = new RunFolder(path.join(folder(), 'state'), runId);
    const asking = await run.create();
    setTimeout(() => asking.release(), 60);
    const won = await run.lock();
    expect(won).not.toBeNull();
    expect(await run.lock()).toBeNull();
    won?.release();
  });

  it('cannot be taken while another process lives, and can once it was killed', async () => {
    const file = path.join(folder(), 'lock');
    const child = await holder(file);
    expect(await takeLock(file)).toBeNull();
    expect(await isLocked(file)).toBe(true);
    await killed(child);
    const lock = await takeLock(file);
    expect(lock).not.toBeNull();
    lock?.release();
  });

  it('outlives its process in a child that inherited it, as docker does, and goes with that', async () => {
    const file = path.join(folder(), 'lock');
    const started = path.join(folder(), 'pid');
    const child = await holder(
      file,
      `const kid = spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore', fd], detached: true });
       fs.writeFileSync(${JSON.stringify(started)}, String(kid.pid));`,
    );
    const kid = Number(fs.readFileSync(started, 'utf8'));
    await killed(child);
    try {
      expect(await takeLock(file)).toBeNull();
    } finally {
      process.kill(kid, 'SIGKILL');
    }
    await expect.poll(() => isLocked(file)).toBe(false);
  });

  it('is not taken by those who only ask', async () => {
    const file = path.join(folder(), 'lock');
    (await takeLock(file))?.release();
    const asked = await Promise.all(Array.from({ length: 8 }, () => isLocked(file)));
    expect(asked).toEqual(asked.map(() => false));
    expect(await isLocked(path.join(folder(), 'none'))).toBe(false);
  });

  it('is not taken on a link', async () => {
    const at = folder();
    fs.symlinkSync(path.join(at, 'elsewhere'), path.join(at, 'lock'));
    await expect(takeLock(path.join(at, 'lock'))).rejects.toThrow('cannot open the lock');
    expect(fs.existsSync(path.join(at, 'elsewhere'))).toBe(false);
  });
});

describe('whether a holder lives', () => {
  const stateDir = '/nowhere';
  const here = { runId, host: os.hostname(), pid: 1, stateDir };

  it('is known only of this machine, of folders that can be looked at, and of names that lead nowhere else', async () => {
    expect(await isHolderAlive({ ...here, host: 'elsewhere' }, stateDir)).toBeNull();
    expect(await isHolderAlive({ ...here, stateDir: '/other' }, stateDir)).toBeNull();
    expect(await isHolderAlive({ ...here, runId: '../../etc' }, stateDir)).toBeNull();
    expect(await isHolderAlive(here, stateDir)).toBe(false);
  });

  it('and whether its run is over are known of no other place', () => {
    for (const other of [{ host: 'elsewhere' }, { stateDir: '/other' }, { runId: '../../etc' }, {}])
      expect(isRunOver({ ...here, ...other }, stateDir)).toBe(false);
  });

  it('is asked of its lock in another folder of this machine too, while that is ours alone', async () => {
    const at = folder();
    const other = new RunFolder(path.join(at, 'other'), runId);
    const lock = await other.create();
    other.createJournal().append(line(1));
    const holder = { ...here, stateDir: other.stateDir };
    expect(await isHolderAlive(holder, stateDir)).toBe(true);
    lock.release();
    expect(await isHolderAlive(holder, stateDir)).toBe(false);
    fs.chmodSync(other.stateDir, 0o755);
    expect(await isHolderAlive(holder, stateDir)).toBeNull();
  });

  it('is asked of its lock', async () => {
    const at = folder();
    const lock = await new RunFolder(at, runId).create();
    expect(await isHolderAlive({ ...here, stateDir: at }, at)).toBe(true);
    lock.release();
    expect(await isHolderAlive({ ...here, stateDir: at }, at)).toBe(false);
  });
});
