/** stdout that takes nothing: no success, one line; a reader that went away: nothing at all. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-codes.js';
import { afterLoss } from '../../../src/cli/loss.js';
import { sinkOn } from '../../../src/cli/write.js';
import { fill, folder, smallDisk } from '../runtime/lines.js';
import { FakeIo } from './fake.js';

/** A stream on a descriptor that is no file, which ends as it is told. */
function streamOn(fd: number, error: { code: string; message: string } | null, isTTY = false) {
  const stream = new Writable({
    write: (_chunk, _encoding, done) =>
      done(error === null ? null : Object.assign(new Error(), error)),
  });
  return Object.assign(stream, { fd, isTTY, columns: 0 }) as unknown as Parameters<
    typeof sinkOn
  >[0];
}
const devNull = (): number => fs.openSync('/dev/null', 'w');

test.each([
  ['ENOSPC', false, 'no space'],
  ['EIO', false, 'no space'],
  ['EIO', true, null],
  ['EPIPE', false, null],
])('%s (terminal: %s) is a loss of: %s', (code, isTTY, lost) => {
  const sink = sinkOn(streamOn(devNull(), { code, message: 'no space' }, isTTY));
  expect(sink.lost).toBeNull();
  sink.write('text');
  expect(sink.lost).toBe(lost);
  sink.write('more');
});

test('a file takes all of it, or what it did not take is lost', () => {
  const disk = smallDisk('64k');
  const whole = path.join(folder(), 'out');
  const good = sinkOn(streamOn(fs.openSync(whole, 'a'), null));
  good.write('one ');
  good.write('two');
  expect([good.lost, fs.readFileSync(whole, 'utf8').length]).toEqual([null, 7]);

  const short = fs.openSync(path.join(disk, 'out'), 'a');
  fs.writeFileSync(path.join(disk, 'room'), 'x'.repeat(4096));
  fill(disk);
  fs.rmSync(path.join(disk, 'room'));
  const sink = sinkOn(streamOn(short, null));
  sink.write('x'.repeat(9000));
  expect(sink.lost).toContain('ENOSPC');
});

test.each([
  [EXIT.ok, EXIT.bug],
  [EXIT.refused, EXIT.bug],
  [EXIT.stranded, EXIT.stranded],
])(
  'where the result is lost, %i becomes %i, with one line that says where it stands',
  (was, is) => {
    const io = new FakeIo();
    expect(afterLoss(was, io, [])).toBe(was);
    expect(io.stderr.text).toBe('');
    io.stdout.lost = 'ENOSPC: no space left on device, write';
    expect(afterLoss(was, io, ['apply', 'web', '--state-dir', '/s'])).toBe(is);
    expect(io.stderr.text).toBe(
      'gpugraft: the result could not be written to stdout: ENOSPC: no space left on device, write; gpugraft runs --state-dir /s tells how a run ended\n',
    );
  },
);
