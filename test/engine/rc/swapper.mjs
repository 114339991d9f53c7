// Swaps an rc file and its folder, as fast as it can, until there is a file `stop`: with links to what is
// root's, with a FIFO, with a folder. Run as somebody who is not root. Prints how often.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

const [, , base, victim, legacy] = process.argv;
const home = `${base}/u`;
const rc = `${home}/.bashrc`;
const quietly = (act) => {
  try {
    act();
  } catch {
    // The cleaner was there at the same moment.
  }
};
fs.mkdirSync(`${base}/spare/folder`, { recursive: true });
execFileSync('mkfifo', [`${base}/spare/fifo`]);
fs.symlinkSync(`${victim}/.bashrc`, `${base}/spare/link`);
fs.symlinkSync(victim, `${base}/spare/home`);
let swaps = 0;
while (!fs.existsSync(`${base}/stop`)) {
  quietly(() => fs.writeFileSync(`${base}/spare/file`, legacy));
  for (const other of ['link', 'fifo', 'folder', 'file']) {
    quietly(() => fs.renameSync(rc, `${base}/spare/mine`));
    quietly(() => fs.renameSync(`${base}/spare/${other}`, rc));
    quietly(() => fs.renameSync(rc, `${base}/spare/${other}`));
    quietly(() => fs.renameSync(`${base}/spare/mine`, rc));
    quietly(() => fs.renameSync(home, `${base}/spare/real`));
    quietly(() => fs.renameSync(`${base}/spare/home`, home));
    quietly(() => fs.renameSync(home, `${base}/spare/home`));
    quietly(() => fs.renameSync(`${base}/spare/real`, home));
    swaps += 2;
  }
  quietly(() => fs.renameSync(`${base}/spare/file`, rc));
}
process.stdout.write(`${swaps}\n`);
