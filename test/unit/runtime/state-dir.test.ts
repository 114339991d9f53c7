/** The state folder: ours alone, or not used at all. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkStateFolder } from '../../../src/doctor/state-folder.js';
import { namesIn, secureFolder } from '../../../src/runtime/state-dir.js';
import { RunFolder, recordedRun, runIds } from '../../../src/runtime/store.js';
import { folder, runId, smallDisk } from './lines.js';

const refused = (at: string, why: RegExp) => {
  expect(() => secureFolder(at)).toThrow(why);
  expect(() => secureFolder(at)).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ code: 'state-dir' }) }) as Error,
  );
};

describe('the state folder', () => {
  it('is made with its parents, for us alone, and then used', () => {
    const at = path.join(folder(), 'a', 'b', 'state');
    secureFolder(at);
    expect(fs.statSync(at).mode & 0o777).toBe(0o700);
    secureFolder(at);
  });

  it('is refused as a link, also one to a good folder', () => {
    const at = folder();
    const good = path.join(at, 'good');
    secureFolder(good);
    fs.symlinkSync(good, path.join(at, 'link'));
    refused(path.join(at, 'link'), /is a symbolic link/);
    fs.symlinkSync(path.join(at, 'none'), path.join(at, 'dangling'));
    refused(path.join(at, 'dangling'), /is a symbolic link/);
  });

  it('is refused as a file', () => {
    const at = path.join(folder(), 'state');
    fs.writeFileSync(at, '', { mode: 0o600 });
    refused(at, /is not a folder/);
    refused(path.join(at, 'below'), /cannot make the state folder/);
  });

  it('is refused as someone else’s', () => {
    const at = path.join(folder(), 'state');
    secureFolder(at);
    fs.chownSync(at, 65_534, 65_534);
    refused(at, /belongs to uid 65534, not to you/);
  });

  it.each([0o701, 0o710, 0o750, 0o755, 0o777, 0o1777])('is refused with mode %o', (mode) => {
    const at = path.join(folder(), 'state');
    secureFolder(at);
    fs.chmodSync(at, mode);
    refused(at, /is open to others/);
  });

  it('is refused on a read-only file system, made or to be made', () => {
    const disk = smallDisk('64k');
    const at = path.join(disk, 'state');
    secureFolder(at);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    refused(at, /is not writable/);
    refused(path.join(disk, 'other'), /cannot make the state folder/);
  });

  it('is refused by a run whose part of it is not ours', async () => {
    const at = folder();
    fs.symlinkSync(folder(), path.join(at, 'runs'));
    await expect(new RunFolder(at, runId).create()).rejects.toThrow(/runs is a symbolic link/);
  });
});

describe('the state folder, only read', () => {
  const unreadable = (at: string, why: RegExp) => {
    expect(() => namesIn(at)).toThrow(why);
    expect(() => runIds(at)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'state-dir' }) }) as Error,
    );
  };

  it('has no runs where it is not there, and is not made', () => {
    const at = path.join(folder(), 'state');
    expect(runIds(at)).toEqual([]);
    expect(fs.existsSync(at)).toBe(false);
    secureFolder(at);
    expect(runIds(at)).toEqual([]);
    expect(recordedRun(at, runId)).toBeNull();
    expect(fs.readdirSync(at)).toEqual([]);
  });

  it('is refused as a link, a file, someone else’s, or open to others', () => {
    const at = folder();
    const made = (name: string): string => {
      secureFolder(path.join(at, name));
      return path.join(at, name);
    };
    fs.symlinkSync(made('good'), path.join(at, 'link'));
    unreadable(path.join(at, 'link'), /is a symbolic link/);
    fs.writeFileSync(path.join(at, 'file'), '');
    unreadable(path.join(at, 'file'), /is not a folder/);
    unreadable(path.join(at, 'file', 'below'), /cannot be read: ENOTDIR/);
    fs.chownSync(made('foreign'), 65_534, 65_534);
    unreadable(path.join(at, 'foreign'), /belongs to uid 65534, not to you/);
    fs.chmodSync(made('open'), 0o755);
    unreadable(path.join(at, 'open'), /is open to others \(mode 755/);
    expect(runIds(path.join(at, 'good'))).toEqual([]);
  });

  it('is refused where its runs, or the one that is meant, are not ours', async () => {
    const at = folder();
    const run = new RunFolder(at, runId);
    (await run.create()).release();
    run.createJournal().close();
    expect(recordedRun(at, runId)?.folder).toBe(run.folder);
    expect(recordedRun(at, `../runs/${runId}`)).toBeNull();
    fs.chmodSync(run.folder, 0o777);
    expect(() => recordedRun(at, runId)).toThrow(/is open to others/);
    fs.chmodSync(path.join(at, 'runs'), 0o770);
    expect(() => runIds(at)).toThrow(/runs is open to others/);
    expect(checkStateFolder(at)).toMatchObject({ ok: false, problem: { code: 'state-dir' } });
  });
});

describe('the folder of a run', () => {
  const bundle = (text: string) => new Map([['summary.txt', `run_id=x\nerror=${text}\n`]]);

  it('keeps the bundle of what failed first beside the last one', async () => {
    const run = new RunFolder(folder(), runId);
    (await run.create()).release();
    const read = (name: string) =>
      fs.readFileSync(path.join(run.folder, name, 'summary.txt'), 'utf8');
    run.writeDiagnostics(bundle('first'), false);
    for (const text of ['second', 'third']) {
      run.writeDiagnostics(bundle(text), true);
      expect(read('diagnostics')).toContain(text);
      expect(read('diagnostics-earlier')).toContain('first');
    }
    run.writeDiagnostics(bundle('afresh'), false);
    expect([read('diagnostics'), read('diagnostics-earlier')].join('')).toMatch(/afresh.*first/s);
  });

  it('ends the summary of a bundle anew, each time that the run comes to rest', async () => {
    const run = new RunFolder(folder(), runId);
    (await run.create()).release();
    const at = path.join(run.writeDiagnostics(bundle('it failed')), 'summary.txt');
    for (const word of ['no', 'yes']) {
      run.completeSummary(`selected_gpu_mode=gpus\nrolled_back=${word}\n`);
      expect(fs.readFileSync(at, 'utf8')).toBe(
        `run_id=x\nerror=it failed\nselected_gpu_mode=gpus\nrolled_back=${word}\n`,
      );
    }
  });

  it('loses with the rescue what a killed process had begun of one: its secrets are the same', async () => {
    const run = new RunFolder(folder(), runId);
    (await run.create()).release();
    for (const file of run.rescueFiles)
      fs.writeFileSync(`${file}.new`, '{"Env":["TOKEN=', { mode: 0o600 });
    expect(run.removeRescue()).toEqual([]);
    expect(fs.readdirSync(run.folder)).toEqual(['lock']);
  });

  it('keeps its secrets to us', async () => {
    const run = new RunFolder(folder(), runId);
    const lock = await run.create();
    run.createJournal().close();
    run.writeRescue('{}\n', '#!/bin/sh\n');
    run.writeRescue('{"again":true}\n', '#!/bin/sh\n');
    const bundle = run.writeDiagnostics(new Map([['summary.txt', 'x\n']]));
    lock.release();
    const modes = [run.folder, bundle].map((at) => fs.statSync(at).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700]);
    const files = ['journal.jsonl', 'lock', 'rescue.json', 'rescue.sh', 'diagnostics/summary.txt'];
    const of = (name: string) => fs.statSync(path.join(run.folder, name)).mode & 0o777;
    expect(files.map(of)).toEqual([0o600, 0o600, 0o600, 0o700, 0o600]);
    expect(fs.readFileSync(run.rescueFiles[0], 'utf8')).toBe('{"again":true}\n');
    run.removeRescue();
    run.removeRescue();
    expect(run.hasRescue()).toBe(false);
  });
});
