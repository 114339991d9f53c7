/** The folder of a run that was killed before it began goes, once nobody can be at work in it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { encodeLine } from '../../../src/runtime/journal-line.js';
import { takeLock } from '../../../src/runtime/lock.js';
import { listRuns } from '../../../src/runtime/runs.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { folder, line } from './lines.js';

const HOUR_S = 3600;
let made = 0;

/** The folder that a killed run left an hour ago. @param files what stands in it, by name */
function left(stateDir: string, files: Readonly<Record<string, string>>): RunFolder {
  made += 1;
  const run = new RunFolder(stateDir, `20260105-090000-${String(made).padStart(6, '0')}`);
  fs.mkdirSync(run.folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files))
    fs.writeFileSync(path.join(run.folder, name), text, { mode: 0o600 });
  const then = Date.now() / 1000 - HOUR_S;
  fs.utimesSync(run.folder, then, then);
  return run;
}
const newStateDir = (): string => path.join(folder(), 'state');
const isThere = ({ folder: at }: RunFolder): boolean => fs.existsSync(at);
const first = encodeLine(line(1));

test.each<[string, Record<string, string>]>([
  ['its folder was made', {}],
  ['its lock was made', { lock: '' }],
  ['its journal was made', { lock: '', 'journal.jsonl': '\n\n\n' }],
  ['its first line was whole', { lock: '', 'journal.jsonl': `${first.slice(0, 80)}\n\n` }],
])('killed right after or before %s', async (_, files) => {
  const stateDir = newStateDir();
  const run = left(stateDir, files);
  expect(await listRuns(stateDir)).toEqual([]);
  expect(isThere(run)).toBe(false);
});

test.each<[string, Record<string, string>]>([
  ['it has begun', { lock: '', 'journal.jsonl': `${first}\n` }],
  ['its journal is none of ours', { lock: '', 'journal.jsonl': 'somebody else wrote this\n' }],
  // A journal that was deleted: the run had begun, and this is all that is left of it.
  ['a rescue is left', { lock: '', 'rescue.json': '{}' }],
])('not where %s', async (_, files) => {
  const stateDir = newStateDir();
  const run = left(stateDir, files);
  await listRuns(stateDir);
  expect(isThere(run)).toBe(true);
});

test('not while its process lives, nor one that may be taking its lock just now', async () => {
  const stateDir = newStateDir();
  const held = left(stateDir, { lock: '' });
  const young = left(stateDir, {});
  fs.utimesSync(young.folder, Date.now() / 1000, Date.now() / 1000);
  const lock = await takeLock(held.lockFile);
  await listRuns(stateDir);
  expect([held, young].map(isThere)).toEqual([true, true]);
  lock?.release();
  await listRuns(stateDir);
  expect([held, young].map(isThere)).toEqual([false, true]);
});

test('what is no run of ours is let be', async () => {
  const stateDir = newStateDir();
  left(stateDir, {});
  const runs = path.join(stateDir, 'runs');
  const elsewhere = folder();
  fs.symlinkSync(elsewhere, path.join(runs, '20260105-090000-link'));
  fs.mkdirSync(path.join(runs, 'My Notes'));
  const then = Date.now() / 1000 - HOUR_S;
  fs.utimesSync(path.join(runs, 'My Notes'), then, then);
  await listRuns(stateDir);
  expect(fs.readdirSync(runs).toSorted()).toEqual(['20260105-090000-link', 'My Notes']);
  expect(fs.existsSync(elsewhere)).toBe(true);
});
