/** Whole runs with a real state folder: where the old logs are afterwards, and who says so. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { begin, failsAfterStart, newSession, sessionIn, world } from './root.js';
import { graft, listRuns, recover, rollback } from '../../../src/graft.js';
import { main } from '../../../src/cli/main.js';
import type { Report } from '../../../src/report.js';
import { optionsWith } from '../../harness/index.js';
import { FakeIo } from '../cli/fake.js';
import { smallDisk } from '../runtime/lines.js';

const options = optionsWith({ gpuProof: { kind: 'none' } });
const WORDS = 'words of the original\n';
let id = '';
const logs = (text: string): void => void (world.engine.find(id)!.logs = text);
beforeEach(() => {
  id = begin();
  logs(WORDS);
});

const fileOf = ({ journal }: Report, name: string): string =>
  path.join(path.dirname(journal ?? ''), 'logs', name);
const said = async (words: string, stateDir: string): Promise<string> => {
  const io = new FakeIo({ columns: 200 });
  await main([...words.split(' '), '--state-dir', stateDir], io);
  return io.stdout.text;
};

it('a graft keeps them in the folder of its run, and says where without a warning', async () => {
  const session = newSession();
  const report = await graft('box', options, session);
  const file = fileOf(report, 'original.log');
  expect(report).toMatchObject({ outcome: 'grafted', backup: { removed: true }, warnings: [] });
  expect(fs.readFileSync(file, 'utf8')).toMatch(/^\S+ words of the original\n$/);
  expect((await listRuns(session.stateDir))[0]).toMatchObject({ logs: [file] });
  const line = new RegExp(`\n  logs +${file}\n`);
  expect(await said(`recover ${report.runId}`, session.stateDir)).toMatch(line);
  expect(await said('status box', session.stateDir)).toMatch(line);
  expect(await said('status', session.stateDir)).not.toContain(file);
  const document = await said(`recover ${report.runId} --json`, session.stateDir);
  expect(Object.keys(JSON.parse(document) as object)).toEqual(Object.keys(report));
});

it('a backup that is kept keeps its own; a rollback keeps those of the replacement', async () => {
  const session = newSession();
  const kept = await graft('box', optionsWith({ keepBackup: true }), session);
  expect(fs.existsSync(path.dirname(fileOf(kept, 'original.log')))).toBe(false);
  world.engine.find('box')!.logs = 'words of the replacement\n';
  const back = await rollback('box', options, session);
  expect(back.outcome).toBe('rolledBack');
  expect(fs.readFileSync(fileOf(back, 'replacement.log'), 'utf8')).toContain('of the replacement');
  expect(world.engine.find(id)?.logs).toContain(WORDS);
});

it('an original that is retired for its snapshot leaves them in the folder', async () => {
  const session = newSession();
  const snapshot = optionsWith({ keepBackup: true, backup: 'snapshot' });
  const report = await graft('box', snapshot, session);
  expect(report).toMatchObject({ outcome: 'grafted', backup: { kind: 'snapshot' } });
  expect(world.engine.find(id)).toBeNull();
  const file = fileOf(report, 'original.log');
  expect(fs.readFileSync(file, 'utf8')).toContain(WORDS);
  expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
  expect(fs.readFileSync(file, 'utf8')).toContain(WORDS);
});

it('a graft that fails keeps those of the replacement', async () => {
  failsAfterStart(id);
  world.engine.script(({ id: it }) => it !== id, { logs: 'its last words\n' });
  const report = await graft('box', options, newSession());
  expect(report.outcome).toBe('rolledBack');
  expect(fs.readFileSync(fileOf(report, 'replacement.log'), 'utf8')).toContain('its last words');
});

it('a disk that is too small for them keeps the backup, which a rollback brings back', async () => {
  logs(`${'x'.repeat(2000)}\n`.repeat(2000));
  const session = sessionIn(path.join(smallDisk('2M'), 'state'));
  const report = await graft('box', options, session);
  expect(report).toMatchObject({ outcome: 'grafted', backup: { removed: false } });
  expect(report.warnings).toMatchObject([
    {
      code: 'backup-leaked',
      message: expect.stringMatching(
        /ENOSPC.*; docker logs --timestamps \S+ > \S+ 2>&1 && docker rm \S+ does both by hand$/,
      ),
    },
  ]);
  expect(fs.readdirSync(path.dirname(fileOf(report, 'original.log')))).toEqual([]);
  expect(report.rescue).not.toBeNull();
  expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
  expect(world.engine.find('box')?.id).toBe(id);
});

it('an engine that goes silent while they are read leaves the run open; recover keeps them', async () => {
  const session = newSession();
  world.hooks = {
    before: ({ method }) => (method === 'readLogs' ? { kind: 'unreachable' } : undefined),
  };
  const open = await graft('box', options, session);
  expect(open).toMatchObject({ outcome: 'stranded', reason: { code: 'engine-unreachable' } });
  world.hooks = {};
  const report = await recover(open.runId ?? '', null, session);
  expect(report.outcome).toBe('grafted');
  expect(fs.readFileSync(fileOf(report, 'original.log'), 'utf8')).toContain(WORDS);
});
