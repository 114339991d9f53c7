/** Journal lines and folders for tests. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { onTestFinished } from 'vitest';
import type { JournalLine } from '../../../src/runtime/journal-line.js';

export const runId = '20260105-090000-00000a';

export function line(seq: number, more: Partial<JournalLine> = {}): JournalLine {
  return {
    format: 1,
    machine: '1',
    runId,
    seq,
    at: '2026-01-05T09:00:00.000Z',
    event: seq === 1 ? null : { type: `event-${seq}`, output: { text: 'ü € 🧪' } },
    state: `phase.state${seq}`,
    snapshot: { status: 'active', value: 'x', context: { seq } },
    ...more,
  };
}

/** A folder of its own, 0700, that goes with the test. */
export function folder(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A real small file system, mounted for the length of the test. Needs root, as every engine test does. */
export function smallDisk(size: string, kind: 'tmpfs' | 'ext4' = 'tmpfs', inodes = 0): string {
  const at = folder();
  if (kind === 'tmpfs') {
    const options = `mode=700,size=${size}${inodes === 0 ? '' : `,nr_inodes=${inodes}`}`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]);
  } else {
    const image = path.join(folder(), 'disk');
    execFileSync('truncate', ['-s', size, image]);
    execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', '-m', '0', image]);
    execFileSync('mount', ['-o', 'loop', image, at]);
    fs.chmodSync(at, 0o700);
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', at]);
  });
  return at;
}

/** Takes all the space that is left, to the last byte. */
export function fill(disk: string, name = 'filler'): void {
  const fd = fs.openSync(path.join(disk, name), 'a');
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) fs.writeSync(fd, Buffer.alloc(size, 'x'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
