/**
 * Which of a run's sets of engines this worker has to itself. The runner's own numbers for its workers
 * will not do: two files that ran side by side were seen on one engine.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const fileOf = (run: string, slot: number): string => path.join(os.tmpdir(), `${run}-w${slot}`);

/** Takes the first that no living worker has. @param run the run's name */
export function takeSlot(run: string): string {
  for (let slot = 1; ; slot += 1) {
    const file = fileOf(run, slot);
    if (fs.existsSync(file) && !isAlive(fs.readFileSync(file, 'utf8'))) fs.rmSync(file);
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      return `w${slot}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

const isAlive = (pid: string): boolean => fs.existsSync(`/proc/${pid}`);

/** Once the run is over. */
export function dropSlots(run: string): void {
  for (let slot = 1; fs.existsSync(fileOf(run, slot)); slot += 1) fs.rmSync(fileOf(run, slot));
}
