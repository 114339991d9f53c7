/** Whole runs of the composition root with a real state folder; only the engine and the clock are in memory. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { begin, failsAfterStart, newSession, sessionIn, world } from './root.js';
import { graft, listRuns, plan, recover, rollback } from '../../../src/graft.js';
import type { Session } from '../../../src/session.js';
import { takeLock } from '../../../src/runtime/lock.js';
import { optionsWith } from '../../harness/index.js';
import { MemoryEngine } from '../../memory/index.js';
import { fill, smallDisk } from '../runtime/lines.js';

const options = optionsWith();
let id = '';
beforeEach(() => {
  id = begin({ TOKEN: 'canary-token' });
});

const runsIn = ({ stateDir }: Session): string[] => fs.readdirSync(path.join(stateDir, 'runs'));
/** Every text below a folder but the rescue's. */
function textsIn(at: string): string {
  const files = fs.readdirSync(at, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && !file.name.startsWith('rescue.'))
    .map((file) => fs.readFileSync(path.join(file.parentPath, file.name), 'utf8'))
    .join('\n');
}

describe('what a run leaves on disk', () => {
  it('is a journal and no rescue once it is grafted', async () => {
    const session = newSession();
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'grafted', rescue: null, diagnostics: null });
    expect(fs.readdirSync(path.dirname(report.journal ?? '')).toSorted()).toEqual([
      'journal.jsonl',
      'lock',
    ]);
    expect(textsIn(session.stateDir)).not.toContain('canary');
  });

  it('is nothing where it only looked', async () => {
    const session = newSession();
    expect(await graft('nobody', options, session)).toMatchObject({
      outcome: 'refused',
      journal: null,
      reason: { code: 'no-such-container' },
    });
    expect((await graft(id, options, session)).outcome).toBe('grafted');
    expect((await graft('box', options, session)).outcome).toBe('unchanged');
    expect(runsIn(session)).toHaveLength(1);
    await plan('box', options, session);
    expect(runsIn(session)).toHaveLength(1);
  });

  it('is nothing of a run that was killed before it began, once another one is begun', async () => {
    const session = newSession();
    const killed = path.join(session.stateDir, 'runs', '20251231-090000-00000a');
    fs.mkdirSync(killed, { recursive: true, mode: 0o700 });
    const then = world.engine.clock.now() / 1000 - 3600;
    fs.utimesSync(killed, then, then);
    await graft('nobody', options, session);
    expect(runsIn(session)).toEqual([]);
  });

  it('is the bundle, completed, and no rescue once it is rolled back', async () => {
    const session = newSession();
    failsAfterStart(id);
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true, rescue: null });
    const summary = fs.readFileSync(path.join(report.diagnostics ?? '', 'summary.txt'), 'utf8');
    for (const line of [
      'selected_gpu_mode=cdi',
      'gpu_mode_attempts=cdi works',
      String.raw`backup_container=box\.gpugraft-backup-.+`,
      'outcome=rolledBack\nrolled_back=yes\ncleanup_commands=none\n$',
    ])
      expect(summary).toMatch(new RegExp(`\n${line}`));
    expect(report.reason?.message).toMatch(/; pre-patch sandbox restored$/);
    expect(textsIn(session.stateDir)).not.toContain('canary');
    const again = await recover(report.runId ?? '', null, session);
    expect(again).toEqual(report);
  });

  it('is the rescue too while a backup is kept, until that is put back', async () => {
    const session = newSession();
    const kept = await graft('box', optionsWith({ keepBackup: true }), session);
    expect(kept).toMatchObject({ outcome: 'grafted', backup: { removed: false } });
    const rescue = path.dirname(kept.rescue ?? '');
    expect(fs.readFileSync(path.join(rescue, 'rescue.json'), 'utf8')).toContain('canary-token');
    expect(fs.statSync(path.join(rescue, 'rescue.json')).mode & 0o777).toBe(0o600);
    const back = await rollback('box', options, session);
    expect(back).toMatchObject({ outcome: 'rolledBack', container: { originalId: id } });
    expect(back.reason?.message).toBe('the rollback was asked for; pre-patch sandbox restored');
    expect(fs.existsSync(path.join(rescue, 'rescue.json'))).toBe(false);
    expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
    const [second, first] = await listRuns(session.stateDir);
    expect(first).toMatchObject({ runId: kept.runId, undoneBy: second?.runId, problem: null });
  });

  it('is the rescue, and words on what stands where, once it is stranded', async () => {
    const session = newSession();
    failsAfterStart(id);
    world.hooks = {
      before: ({ method, args }) =>
        method === 'startContainer' && args[0] === id
          ? { kind: 'refuse', status: 500, message: 'no' }
          : undefined,
    };
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'stranded', rolledBack: false });
    expect(report.reason?.message).toContain(
      '; rollback failed; pre-patch sandbox was NOT restored: ',
    );
    expect(report.reason?.message).not.toContain('pre-patch sandbox restored');
    expect(fs.existsSync(report.rescue ?? '')).toBe(true);
    expect(report.warnings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        `the original (${id}) is called box and is exited, restart policy always`,
        expect.stringMatching(/^the replacement \([0-9a-f]{64}\) is gone$/),
      ]),
    );
    const summary = path.join(report.diagnostics ?? '', 'summary.txt');
    expect(fs.readFileSync(summary, 'utf8')).toContain(
      `\noutcome=stranded\nrolled_back=failed\ncleanup_commands=sh ${report.rescue}\n`,
    );
  });
});

describe('a run that was left open', () => {
  async function leftOpen(session: Session) {
    let down = false;
    world.hooks = {
      before: ({ method }) => {
        if (method === 'renameContainer') down = true;
        return down ? { kind: 'unreachable' } : undefined;
      },
    };
    const report = await graft('box', options, session);
    expect(report).toMatchObject({
      outcome: 'stranded',
      rolledBack: null,
      reason: { code: 'engine-unreachable' },
    });
    expect(report.warnings.map(({ message }) => message)).toContain(
      `the original (${id}) could not be looked at: the engine does not answer`,
    );
    world.hooks = {};
    return report.runId ?? '';
  }

  it('goes back, or on, when it is taken up', async () => {
    const session = newSession();
    const runId = await leftOpen(session);
    const [run] = await listRuns(session.stateDir);
    expect(run).toMatchObject({ runId, outcome: null, holder: 'gone', problem: null });
    const report = await recover(runId, null, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', rescue: null });
    expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
  });

  it('goes back by the word rollback too', async () => {
    const session = newSession();
    await leftOpen(session);
    expect(await rollback('box', options, session)).toMatchObject({ outcome: 'rolledBack' });
  });

  it('is not taken up while another process has it, nor on another engine', async () => {
    const session = newSession();
    const runId = await leftOpen(session);
    const lock = await takeLock(path.join(session.stateDir, 'runs', runId, 'lock'));
    expect(await recover(runId, null, session)).toMatchObject({ reason: { code: 'busy' } });
    lock?.release();
    const { engine } = world;
    world.engine = new MemoryEngine({ seed: 2 });
    expect(await recover(runId, null, session)).toMatchObject({
      outcome: 'stranded',
      reason: { code: 'other-engine' },
    });
    world.engine = engine;
    expect((await recover(runId, null, session)).outcome).toBe('rolledBack');
  });

  it('is refused, not guessed at, where its journal cannot be used', async () => {
    const session = newSession();
    const runId = await leftOpen(session);
    const journal = path.join(session.stateDir, 'runs', runId, 'journal.jsonl');
    fs.chmodSync(journal, 0o666);
    const calls = world.engine.calls.length;
    const report = await recover(runId, null, session);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'journal-invalid' } });
    expect(report.reason?.hint).toContain('rescue.sh puts the original back by hand');
    expect(world.engine.calls).toHaveLength(calls);
    fs.chmodSync(journal, 0o600);
    expect((await recover(runId, null, session)).outcome).toBe('rolledBack');
  });
});

describe('on a small disk', () => {
  it('a run is refused before it has made anything, when the disk is full', async () => {
    const session = sessionIn(path.join(smallDisk('1400k'), 'state'));
    fs.mkdirSync(path.join(session.stateDir, 'runs'), { recursive: true, mode: 0o700 });
    fs.chmodSync(session.stateDir, 0o700);
    fill(path.dirname(session.stateDir));
    const report = await graft('box', options, session);
    expect(report.outcome).toBe('refused');
    expect(['journal-failed', 'state-dir']).toContain(report.reason?.code);
    expect(world.engine.calls.some(({ changing }) => changing)).toBe(false);
    expect(runsIn(session)).toEqual([]);
  });

  it('a run turns back when the disk fills up under it, and its way back is written', async () => {
    const disk = smallDisk('1400k');
    world.engine.script(({ id: it }) => it !== id, {
      exec: () => ({ exitCode: 1, output: 'not yet' }),
    });
    let filled = false;
    const session = sessionIn(path.join(disk, 'state'), {
      onProgress: ({ state }) => {
        if (state !== 'confirmation.pollingSupervisor' || filled) return;
        filled = true;
        fill(disk);
      },
    });
    const waiting = optionsWith({
      gpuProof: { kind: 'none' },
      ready: 'command',
      readyCommand: ['ask'],
      errorDebounce: 400,
    });
    const report = await graft('box', waiting, session);
    expect(filled).toBe(true);
    expect(report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'cancelled' } });
    expect(report.reason?.message).toContain('a full disk under the state folder');
    expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
    expect((await recover(report.runId ?? '', null, session)).outcome).toBe('rolledBack');
  });
});

describe('a claim that could not be removed', () => {
  it('is named with what removes it: recover has nothing to do for a run that is over', async () => {
    const session = newSession();
    const isClaim = (ref: unknown): boolean =>
      world.engine.find(String(ref))?.name.startsWith('gpugraft-claim-') === true;
    const refused = { kind: 'refuse', status: 500, message: 'device or resource busy' } as const;
    world.hooks = {
      before: ({ method, args }) =>
        method === 'removeContainer' && isClaim(args[0]) ? refused : undefined,
    };
    expect(await graft('box', options, session)).toMatchObject({ outcome: 'grafted' });
    world.hooks = {};

    const again = optionsWith({ devices: '0' });
    const report = await graft('box', again, session);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
    expect(report.reason?.message).toContain('is over, but its claim');
    const [, name] =
      /^docker rm --force (gpugraft-claim-\S+) /.exec(report.reason?.hint ?? '') ?? [];
    expect(isClaim(name)).toBe(true);
    world.engine.outsider.remove(String(name));
    expect(await graft('box', again, session)).toMatchObject({ outcome: 'grafted' });
  });

  it('of a run that is still open is left to recover', async () => {
    const session = newSession();
    world.hooks = {
      before: ({ method }) => (method === 'renameContainer' ? goesAway() : undefined),
    };
    const open = await graft('box', optionsWith({ engineTimeoutMs: 1000 }), session);
    expect(open).toMatchObject({ outcome: 'stranded', reason: { code: 'engine-unreachable' } });
    world.hooks = {};
    const report = await graft(id, options, session);
    expect(report.reason?.message).toContain('was interrupted and still holds the container');
    expect(report.reason?.hint).toContain('gpugraft recover ends it');
  });
  const goesAway = () =>
    ({ kind: 'unreachable', untilMs: world.engine.clock.now() + 3000 }) as const;
});
