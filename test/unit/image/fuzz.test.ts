/** A hundred thousand rc files on a disk of memory, each cleaned as a start of a container does, against the plain model. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { cleanRcFile } from '../../../src/image/clean.js';
import { COMMENT, modelOf, SHIM } from './model.js';

/** Each is synced, which a real disk takes a millisecond for. */
const memory = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
const home = fs.realpathSync(fs.mkdtempSync(path.join(memory, 'gpugraft-fuzz-')));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const line = fc.constantFrom(
  COMMENT,
  SHIM,
  `${SHIM} `,
  ` ${COMMENT}`,
  `${COMMENT} x`,
  '. /tmp/nemoclaw-proxy-env.sh',
  '/tmp/nemoclaw-proxy-env.s',
  'export A=1',
  '',
  '\0',
  '\xff\xfe',
  '\x80\r',
  'if true; then',
);
const noise = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const end = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '\n\n', '');
const piece = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: line }, noise), end)
  .map(([text, end]) => text + end);
const content = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));
const shims = fc.constantFrom(SHIM, SHIM, 'export A=1', 'x');
const modes = fc.constantFrom(0o644, 0o600, 0o444, 0o755, 0o666);

it(
  'come out as the plain model says, mode and owner kept, and the second time are not written to',
  { timeout: 900_000 },
  () => {
    const file = path.join(home, '.bashrc');
    const uid = os.userInfo().uid;
    let seen = 0;
    let changed = 0;
    fc.assert(
      fc.property(content, shims, modes, (before, shim, mode) => {
        seen += 1;
        fs.rmSync(file, { force: true });
        fs.writeFileSync(file, before, 'latin1');
        fs.chmodSync(file, mode);
        const was = fs.statSync(file, { bigint: true });
        const verdict = cleanRcFile({ file, shim, uid });
        const once = fs.statSync(file, { bigint: true });
        const after = fs.readFileSync(file, 'latin1');
        const again = cleanRcFile({ file, shim, uid });
        const twice = fs.statSync(file, { bigint: true });
        const wanted = modelOf(before, shim);
        if (after !== before) changed += 1;
        // One expectation for each file would take longer than all the rest.
        const right =
          verdict.exitCode === 0 &&
          again.exitCode === 0 &&
          after === wanted &&
          once.mode === was.mode &&
          once.uid === was.uid &&
          (once.ino === was.ino) === (wanted === before) &&
          twice.ino === once.ino &&
          twice.ctimeNs === once.ctimeNs;
        if (!right) expect({ verdict, again, after, once, twice }).toEqual({ wanted, was });
      }),
      { numRuns: 100_000 },
    );
    expect(seen).toBeGreaterThanOrEqual(100_000);
    // Were most of them clean, they would show nothing.
    expect(changed).toBeGreaterThan(40_000);
    expect(fs.readdirSync(home)).toEqual(['.bashrc']);
  },
);
