/**
 * One command of the library in a process of its own, as compiled, which kills itself with
 * SIGKILL where it is told to. Its only argument is JSON; it prints its report, if it lives.
 */
import { graft, recover, rollback } from '../../../dist/src/index.js';
import { DEFAULT_DEADLINES } from '../../../dist/src/docker/adapter/options.js';
import { FileJournal } from '../../../dist/src/runtime/journal.js';
import { encodeLine } from '../../../dist/src/runtime/journal-line.js';
import * as fs from 'node:fs';

const { op, target, options, session, kill, deadlines } = JSON.parse(process.argv[2]);

Object.assign(DEFAULT_DEADLINES, deadlines);

const die = () => process.kill(process.pid, 'SIGKILL');

if (kill?.when !== undefined) {
  const { append } = FileJournal.prototype;
  let lines = 0;
  let end = 0;
  FileJournal.prototype.append = function (line) {
    if (kill.part !== undefined && !line.runId.includes(kill.part)) return append.call(this, line);
    lines += 1;
    const here = lines === kill.line || line.state === kill.state;
    if (here && kill.when === 'before') die();
    if (here && kill.when === 'torn') {
      // The first half of the line reaches the disk, the rest never does.
      const bytes = Buffer.from(encodeLine(line));
      fs.writeSync(this.fd, bytes, 0, bytes.length >> 1, end);
      fs.fsyncSync(this.fd);
      die();
    }
    const result = append.call(this, line);
    end += Buffer.byteLength(encodeLine(line));
    if (here && kill.when === 'after') die();
    return result;
  };
}

process.stderr.write('begins\n');
const run = {
  graft: () => graft(target, options, session),
  rollback: () => rollback(target, options, session),
  recover: () => recover(target, null, session),
}[op];
process.stdout.write(JSON.stringify(await run()));
