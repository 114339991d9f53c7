import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanRcFile } from '../../../src/image/clean.js';
import { descend } from '../../../src/image/descend.js';
import { MOST_BYTES, readRcFile } from '../../../src/image/read.js';
import { rewrite } from '../../../src/image/rewrite.js';
import { COMMENT, SHIM } from './model.js';

const lab = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-rc-')));
afterAll(() => fs.rmSync(lab, { recursive: true, force: true }));

const me = os.userInfo().uid;
const isRoot = me === 0;
const legacy = `export A=1\n${COMMENT}\n${SHIM}\nexport B=2\n`;
const left = 'export A=1\nexport B=2\n';
let home: string;
let rc: string;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(lab, 'home-'));
  rc = path.join(home, '.bashrc');
});

const run = (file = rc, uid = me) => cleanRcFile({ file, shim: SHIM, uid });
const refusal = (why: string | RegExp, file = rc) => ({
  exitCode: 1,
  line: expect.stringMatching(
    new RegExp(
      `^\\[SECURITY\\] could not safely clean runtime env shim from ${file}: ${typeof why === 'string' ? why : why.source}$`,
    ),
  ) as string,
});
const clean = { exitCode: 0, line: null };
const put = (text: string, mode = 0o644): void => {
  fs.writeFileSync(rc, text);
  fs.chmodSync(rc, mode);
};
const text = (file = rc): string => fs.readFileSync(file, 'latin1');
/** All that a write of any kind would change. */
const trace = (file = rc) => {
  const { ino, ctimeNs, mtimeNs, mode, uid, gid, nlink } = fs.statSync(file, { bigint: true });
  return { ino, ctimeNs, mtimeNs, mode, uid, gid, nlink };
};

describe('an rc file with the stanza', () => {
  it.each([0o644, 0o600, 0o400, 0o755, 0o666])('is rewritten, mode %o kept', (mode) => {
    put(legacy, mode);
    const { uid, gid } = fs.statSync(rc);
    expect(run()).toEqual(clean);
    expect(text()).toBe(left);
    expect(fs.statSync(rc)).toMatchObject({ uid, gid, mode: 0o100_000 | mode });
    expect(fs.readdirSync(home)).toEqual(['.bashrc']);
  });

  it('loses bits that run it as somebody else', () => {
    put(legacy, 0o4755);
    expect([run(), fs.statSync(rc).mode & 0o7777]).toEqual([clean, 0o755]);
  });

  it('is replaced, never written to: who has the old one open still reads the old one', () => {
    put(legacy);
    const fd = fs.openSync(rc, 'r');
    expect(run()).toEqual(clean);
    expect(fs.readFileSync(fd, 'latin1')).toBe(legacy);
    fs.closeSync(fd);
  });

  it('is left to its owner by anybody else, and the start goes on', () => {
    put(legacy);
    const before = trace();
    expect(run(rc, me + 1)).toEqual({
      exitCode: 0,
      line: `[SECURITY] skipping rc cleanup for ${rc}: not owned by uid=${me + 1} (file uid=${me}); legacy shim left in place`,
    });
    expect([trace(), text()]).toEqual([before, legacy]);
  });

  it('is left as it is where it has another name', () => {
    put(legacy);
    const other = path.join(home, 'other');
    fs.linkSync(rc, other);
    const before = trace();
    expect(run()).toEqual(refusal('it has 2 hard links; legacy shim left in place'));
    expect([trace(), trace(other), text(other)]).toEqual([before, before, legacy]);
  });

  it('is cleaned in the folder it was found in, whatever has taken the name of that', () => {
    put(legacy);
    const place = descend(rc);
    const old = readRcFile(place);
    fs.renameSync(home, `${home}-gone`);
    fs.mkdirSync(home);
    put(legacy);
    const before = trace();
    rewrite(place, old, Buffer.from(left));
    expect([trace(), text(), fs.readdirSync(home)]).toEqual([before, legacy, ['.bashrc']]);
    expect(text(`${home}-gone/.bashrc`)).toBe(left);
    fs.closeSync(place.folder);
  });

  it.each([
    ['written to', () => fs.appendFileSync(rc, 'export C=3\n')],
    ['made another mode', () => fs.chmodSync(rc, 0o600)],
    ['another file', () => fs.renameSync(path.join(home, 'mine'), rc)],
    ['a link', () => [fs.rmSync(rc), fs.symlinkSync('mine', rc)]],
    ['a folder', () => [fs.rmSync(rc), fs.mkdirSync(rc)]],
    ['gone', () => fs.rmSync(rc)],
  ])('that was %s meanwhile stays as it was made', (_, meanwhile) => {
    put(legacy);
    fs.writeFileSync(path.join(home, 'mine'), 'mine');
    const place = descend(rc);
    const old = readRcFile(place);
    meanwhile();
    const before = [fs.readdirSync(home), fs.existsSync(rc) && trace()];
    expect(() => rewrite(place, old, Buffer.from(left))).toThrow('it was changed meanwhile');
    expect([fs.readdirSync(home), fs.existsSync(rc) && trace()]).toEqual(before);
    fs.closeSync(place.folder);
  });

  it('takes along what killed cleaners have left of it, and nothing else', () => {
    put(legacy);
    const old = (Date.now() - 60_000) / 1000;
    const names = [
      '.bashrc.nemoclaw-clean-1',
      '.bashrc.nemoclaw-clean-2',
      '.profile.nemoclaw-clean-1',
    ];
    for (const name of names) fs.writeFileSync(path.join(home, name), '');
    for (const name of [names[0], names[2]]) fs.utimesSync(path.join(home, name ?? ''), old, old);
    expect(run()).toEqual(clean);
    expect(fs.readdirSync(home).toSorted()).toEqual(['.bashrc', names[1], names[2]]);
  });
});

describe('an rc file without the stanza', () => {
  it.each(['', 'export A=1\n', `${COMMENT}\n`, '\0\xff'])('is not written to (%j)', (content) => {
    put(content, 0o444);
    const before = trace();
    expect([run(), run(rc, me + 1), run(rc, 0)]).toEqual([clean, clean, clean]);
    expect(trace()).toEqual(before);
  });

  it('may have other names', () => {
    put('export A=1\n');
    fs.linkSync(rc, path.join(home, 'other'));
    expect(run()).toEqual(clean);
  });
});

describe('what is no regular file', () => {
  it('is refused without being opened', async () => {
    const fifo = path.join(home, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const socket = path.join(home, 's');
    const server = net.createServer();
    await new Promise<void>((resolve) => void server.listen(socket, resolve));
    fs.mkdirSync(rc);
    for (const file of [fifo, socket, rc, '/dev/null', '/dev/zero', '/']) {
      expect(run(file)).toEqual(refusal('not a regular file', file));
    }
    server.close();
  });

  it('is refused where a folder is named like one', () => {
    put(legacy);
    for (const file of [`${home}/`, `${home}/.`, `${home}/..`, '.', '..']) {
      expect(run(file)).toEqual(refusal('not a regular file', file));
    }
    expect(run(`${rc}/`)).toEqual(refusal('not a regular file', `${rc}/`));
    expect(run(`${rc}/x`)).toEqual(refusal('.bashrc on its way is not a folder', `${rc}/x`));
  });

  it('is refused as a symbolic link, whatever it leads to', () => {
    const target = path.join(home, 'target');
    fs.writeFileSync(target, legacy);
    const before = trace(target);
    fs.symlinkSync(target, rc);
    expect(run()).toEqual(refusal('it is a symbolic link'));
    expect(trace(target)).toEqual(before);
  });

  it('is one that is missing', () => {
    expect(run()).toEqual(refusal(/ENOENT: no such file or directory \(open\)/));
    expect(run('/nowhere/.bashrc')).toEqual(refusal(/ENOENT: .*/, '/nowhere/.bashrc'));
  });
});

describe('a size that no rc file has', () => {
  it('is refused one byte above the bound, and cleaned at it', () => {
    put(`${'#'.repeat(MOST_BYTES - SHIM.length - 2)}\n${SHIM}\n`);
    expect(run()).toEqual(clean);
    put(`${'#'.repeat(MOST_BYTES - SHIM.length - 1)}\n${SHIM}\n`);
    expect(run()).toEqual(refusal(`it has more than ${MOST_BYTES} bytes`));
  });

  it('is refused where it shows only in reading', () => {
    // The kernel says 0 bytes of it, and then gives some 10 million.
    expect(fs.statSync('/proc/kallsyms').size).toBe(0);
    expect(run('/proc/kallsyms')).toEqual(refusal(/it has more than \d+ bytes/, '/proc/kallsyms'));
  });
});

describe('the way to an rc file', () => {
  it('may be relative, and through `..`', () => {
    put(legacy);
    expect(run(path.relative(process.cwd(), rc))).toEqual(clean);
    put(legacy);
    expect(run(`${home}//./../${path.basename(home)}/.bashrc`)).toEqual(clean);
    expect(text()).toBe(left);
  });

  it('may lead over links that only root can have made', () => {
    put(legacy);
    const via = path.join(lab, `${path.basename(home)}-via`);
    fs.symlinkSync(path.basename(home), via);
    fs.symlinkSync(via, `${via}-absolute`);
    expect(run(`${via}-absolute/.bashrc`)).toEqual(clean);
    expect(text()).toBe(left);
  });

  it('does not lead root over a link that somebody else can have made', () => {
    put(legacy);
    const shared = path.join(lab, `${path.basename(home)}-shared`);
    fs.mkdirSync(shared);
    fs.chmodSync(shared, 0o777);
    fs.symlinkSync(home, path.join(shared, 'u'));
    const file = path.join(shared, 'u/.bashrc');
    const refused = refusal('u on its way is a symbolic link that is not followed', file);
    expect(run(file)).toEqual(isRoot ? refused : clean);
    expect(text()).toBe(isRoot ? legacy : left);
  });

  it('does not lead root back out of a folder that somebody else can move', () => {
    put(legacy);
    const theirs = path.join(home, 'theirs');
    fs.mkdirSync(theirs);
    if (isRoot) fs.chownSync(theirs, 998, 998);
    const file = `${theirs}/../.bashrc`;
    const refused = refusal(/\.\. on its way is not followed: .*/, file);
    expect(run(file)).toEqual(isRoot ? refused : clean);
    expect(text()).toBe(isRoot ? legacy : left);
  });

  it('ends where links go in a circle', () => {
    fs.symlinkSync('b', path.join(home, 'a'));
    fs.symlinkSync('a', path.join(home, 'b'));
    const file = path.join(home, 'a/.bashrc');
    expect(run(file)).toEqual(refusal(/[ab] on its way is a symbolic link .*/, file));
  });

  it('leaves no descriptor open, whatever came of it', () => {
    const open = (): number => fs.readdirSync('/proc/self/fd').length;
    const before = open();
    put(legacy);
    run();
    run();
    run(`${rc}/x`);
    run('/nowhere/x');
    put(legacy);
    run(rc, me + 1);
    expect(open()).toBe(before);
  });
});
