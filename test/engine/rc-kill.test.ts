/** The rc cleaner, killed at every system call of its work, and told of a full disk at each: the old file or the new one. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanRcFile } from '../../src/image/clean.js';
import { SHIM } from '../unit/image/model.js';
import { prepare } from './rc/images.js';
import { root } from './support/engines.js';

const cleaner =
  process.env['GPUGRAFT_TEST_CLEANER'] ?? `${root}/dist/image/clean-runtime-shell-env-shim.mjs`;
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-kill-'));
const rc = path.join(home, '.bashrc');
const log = path.join(home, '../', `${path.basename(home)}.log`);
const NEW = `keep\r\n\0\xff${'export A=1\n'.repeat(2000)}`;
const OLD = `${NEW}${SHIM}\n`;
afterAll(() => {
  for (const file of [home, log]) fs.rmSync(file, { recursive: true, force: true });
});

function fresh(): void {
  fs.rmSync(home, { recursive: true });
  fs.mkdirSync(home);
  fs.writeFileSync(rc, OLD, 'latin1');
  fs.chmodSync(rc, 0o640);
  fs.chownSync(rc, 998, 998);
}

/** Cleans under strace. @returns its exit code, as a shell would say it */
function cleanUnder(...words: string[]): number {
  fresh();
  return cleanOnceMore(...words);
}

/** What is there already stays. */
function cleanOnceMore(...words: string[]): number {
  const args = ['-f', '-qq', '-o', log, ...words, process.execPath, cleaner, rc, SHIM, '0'];
  const { status, signal, error } = spawnSync('strace', args, { stdio: 'ignore', timeout: 60_000 });
  if (error !== undefined) throw error;
  return signal === null ? (status ?? -1) : 128 + os.constants.signals[signal];
}

/** Of memory and threads: they change no file, and their number differs from run to run. */
const INNER = /^(?:futex|m(?:map|protect|advise|unmap)|munmap|brk|epoll_\w+|sched_\w+|rt_\w+)$/;

interface Call {
  readonly name: string;
  /** Among the calls of its name that the main thread makes. */
  readonly ordinal: number;
}

/** Every call of the main thread from the first that names a file by a descriptor to the last that has to do with it. */
function callsOfTheWork(): Call[] {
  expect(cleanUnder()).toBe(0);
  const lines = fs.readFileSync(log, 'utf8').split('\n');
  const main = `${lines[0]?.split(' ')[0] ?? ''} `;
  const counts = new Map<string, number>();
  const calls = lines
    .filter((line) => line.startsWith(main))
    .flatMap((line) => {
      const name = /^\d+ +(\w+)\(/.exec(line)?.[1];
      if (name === undefined || INNER.test(name)) return [];
      const ordinal = (counts.get(name) ?? 0) + 1;
      counts.set(name, ordinal);
      return [
        {
          name,
          ordinal,
          ours: line.includes('"/proc/self/fd/'),
        },
      ];
    });
  const from = calls.findIndex(({ ours }) => ours);
  return calls.slice(from, calls.findLastIndex(({ ours }) => ours) + 4);
}

const which = (): string => {
  const text = fs.readFileSync(rc, 'latin1');
  return text === OLD ? 'old' : text === NEW ? 'new' : 'neither';
};
const left = (): string[] => fs.readdirSync(home).filter((name) => name !== '.bashrc');

describe('the rc cleaner, at each system call of its work', () => {
  let calls: Call[];
  beforeAll(async () => {
    await prepare();
    calls = callsOfTheWork();
  });

  it('is seen making them', () => {
    const names = new Set(calls.map(({ name }) => name));
    for (const name of ['openat', 'fchown', 'fchmod', 'fsync', 'rename'])
      expect(names).toContain(name);
    expect(calls.length).toBeGreaterThan(30);
    // The bytes are on the disk before the name is theirs, and the name is before it says so.
    const order = calls.map(({ name }) => name).filter((name) => /^(fsync|rename)$/.test(name));
    expect(order).toEqual(['fsync', 'rename', 'fsync']);
  });

  it('removes no folder that takes the name of what an earlier one left', () => {
    fresh();
    const old = path.join(home, '.bashrc.nemoclaw-clean-0011223344556677');
    fs.writeFileSync(old, 'left');
    fs.utimesSync(old, 1, 1);
    // As if it had become a folder since it was looked at.
    cleanOnceMore('-e', 'trace=unlink,unlinkat,rmdir', '-e', 'inject=unlink:error=EISDIR');
    const asked = fs.readFileSync(log, 'utf8');
    expect(asked).toMatch(/unlink\(.*EISDIR/);
    expect(asked).not.toMatch(/rmdir|AT_REMOVEDIR/);
  });

  it('leaves the old file or the new one when it is killed, and the next one cleans', () => {
    const seen: string[] = [];
    const missed: string[] = [];
    for (const { name, ordinal } of calls) {
      const code = cleanUnder(
        '-e',
        `trace=${name}`,
        '-e',
        `inject=${name}:signal=KILL:when=${ordinal}`,
      );
      // Node itself makes one call more or less from time to time: then the last of them is not reached.
      if (code === 0) {
        missed.push(`${name} ${ordinal}`);
        expect([which(), left()]).toEqual(['new', []]);
        continue;
      }
      const { mode, uid, gid } = fs.statSync(rc);
      const found = which();
      expect([name, ordinal, code, found, mode & 0o7777, uid, gid]).toEqual([
        name,
        ordinal,
        137,
        expect.stringMatching(/^(old|new)$/),
        0o640,
        998,
        998,
      ]);
      seen.push(found);
      // What it left behind is not half of an rc file, and goes when it is old.
      const then = Date.now() / 1000 - 60;
      for (const file of left()) fs.utimesSync(path.join(home, file), then, then);
      expect(cleanRcFile({ file: rc, shim: SHIM, uid: 0 })).toEqual({ exitCode: 0, line: null });
      expect([which(), left()]).toEqual(['new', []]);
    }
    expect(new Set(seen)).toEqual(new Set(['old', 'new']));
    expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(3);
  });

  it('leaves the old file or the new one, and nothing else, when any of them fails', () => {
    for (const { name, ordinal } of calls) {
      if (!/^(openat|p?write.*|fchown|fchmod|fsync|rename|unlink)$/.test(name)) continue;
      const code = cleanUnder(
        '-e',
        `trace=${name}`,
        '-e',
        `inject=${name}:error=ENOSPC:when=${ordinal}`,
      );
      expect([name, ordinal, [0, 1].includes(code), code === 0 ? 'new' : which(), left()]).toEqual([
        name,
        ordinal,
        true,
        expect.stringMatching(/^(old|new)$/),
        [],
      ]);
    }
  });
});
