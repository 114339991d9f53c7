/** A small disk of its own under a scene's state folder, that fills up, breaks, or is emptied. */
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fill } from '../../unit/runtime/lines.js';

export class Disk {
  private constructor(
    readonly at: string,
    readonly image: string,
  ) {}

  /** @param at an empty folder, which it is mounted on */
  static on(at: string): Disk {
    const image = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-disk-')), 'image');
    execFileSync('truncate', ['-s', '8M', image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
    const disk = new Disk(at, image);
    disk.#mount();
    fs.rmdirSync(path.join(at, 'lost+found'));
    return disk;
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop', this.image, this.at]);
    fs.chmodSync(this.at, 0o700);
  }

  fill(): void {
    fill(this.at, '.filler');
  }
  giveBack(): void {
    fs.rmSync(path.join(this.at, '.filler'));
  }

  /** As a file system is that has met an error of its disk: read-only from now on, also for files that are open. */
  abort(): void {
    execFileSync('mount', ['-o', 'remount,abort', this.at]);
  }
  /** As an administrator puts it right. */
  repair(): void {
    this.#unmount();
    const { status } = spawnSync('e2fsck', ['-fy', this.image], { stdio: 'ignore' });
    // 1: there was something to correct.
    if (status !== 0 && status !== 1) throw new Error(`e2fsck ended with ${status}`);
    this.#mount();
  }

  /** What a user removes who wants the space. */
  empty(): void {
    for (const name of fs.readdirSync(this.at))
      fs.rmSync(path.join(this.at, name), { recursive: true });
  }

  #unmount(): void {
    execFileSync('umount', ['--lazy', this.at]);
  }
  end(): void {
    this.#unmount();
    fs.rmSync(path.dirname(this.image), { recursive: true });
  }
}
