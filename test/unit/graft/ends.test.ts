/** How whole runs end where something at the very end goes wrong: the engine, a file, the original itself. */
import fs, * as files from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { begin, failsAfterStart, goSilent, newSession, sessionIn, world } from './root.js';
import { graft, listRuns, plan, recover, rollback } from '../../../src/graft.js';
import type { Session } from '../../../src/session.js';
import { main } from '../../../src/cli/main.js';
import { optionsWith } from '../../harness/index.js';
import { FakeIo } from '../cli/fake.js';

// Without a proof no warning says that the GPU could not be shown.
const options = optionsWith({ gpuProof: { kind: 'none' } });
const keep = optionsWith({ keepBackup: true });
let id = '';
beforeEach(() => {
  id = begin({ TOKEN: 'canary-token' });
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** A session in which something happens once a state is entered. */
const sessionWith = (happens: Readonly<Record<string, () => void>> = {}): Session =>
  newSession({ onProgress: ({ state }) => happens[state]?.() });
const messages = ({ warnings }: { warnings: readonly { message: string }[] }): string[] =>
  warnings.map(({ message }) => message);

describe('an engine that goes silent', () => {
  it('while the claim is removed takes nothing back: the graft stands, and recover clears up', async () => {
    const session = sessionWith({ 'completion.releasingClaim': goSilent });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'grafted', rolledBack: null, reason: null });
    expect(report.downtimeMs).not.toBeNull();
    expect(messages(report)).toEqual([
      expect.stringMatching(
        `what the run made was not seen to go: .*the claim .+; gpugraft recover ${report.runId} removes what is left$`,
      ),
    ]);
    world.hooks = {};
    const again = await recover(report.runId ?? '', null, sessionAt(session));
    expect(again).toMatchObject({ outcome: 'grafted', warnings: [], rescue: null });
    expect(world.engine.core.containers.size).toBe(1);
  });

  it('while the claim is removed leaves a rollback done', async () => {
    failsAfterStart(id);
    const session = sessionWith({ 'completion.releasingClaim': goSilent });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(report.reason?.message).toMatch(/; pre-patch sandbox restored$/);
    expect(messages(report)[0]).toContain(`gpugraft recover ${report.runId} removes what is left`);
  });

  it('on the way back leaves a rollback that is not done', async () => {
    failsAfterStart(id);
    const session = sessionWith({ 'rollback.restoringName': goSilent });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({
      outcome: 'stranded',
      rolledBack: false,
      downtimeMs: null,
      reason: { code: 'engine-unreachable' },
    });
    expect(report.reason?.message).toContain('pre-patch sandbox was NOT restored: ');
    world.hooks = {};
    const end = await recover(report.runId ?? '', null, sessionAt(session));
    expect(end).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
  });

  it('in the stop of the original leaves a downtime that the rollback knows', async () => {
    let stopped = false;
    const session = sessionWith();
    world.hooks = {
      before: ({ method }) => {
        if (stopped) return { kind: 'unreachable' };
        stopped = method === 'stopContainer';
        return stopped ? { kind: 'lost-reply' } : undefined;
      },
    };
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'stranded', downtimeMs: null });
    world.hooks = {};
    const end = await recover(report.runId ?? '', 'back', session);
    expect(end).toMatchObject({ outcome: 'rolledBack', container: { originalId: id } });
    expect(end.downtimeMs).toBeGreaterThan(0);
  });

  it('in a plan sends nobody to recover what is not on record', async () => {
    const session = sessionWith({ 'selection.probingMode': goSilent });
    const states: string[] = [];
    const { report } = await plan('box', options, {
      ...session,
      onProgress: (progress) => {
        states.push(progress.state);
        if (progress.state.startsWith('selection.')) goSilent();
      },
    });
    expect(states.some((state) => state.startsWith('selection.'))).toBe(true);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'engine-unreachable' } });
    expect(JSON.stringify(report)).not.toContain('gpugraft recover');
    expect(report.reason?.hint).toContain('gpugraft doctor shows whether');
  });
});

const sessionAt = ({ stateDir }: Session): Session => sessionIn(stateDir);

describe('the rescue', () => {
  it('goes where the original is gone and nothing can bring it back', async () => {
    failsAfterStart(id);
    const session = sessionWith({
      'confirmation.pollingSupervisor': () => {
        if (world.engine.find(id) !== null) world.engine.outsider.remove(id);
      },
    });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({
      outcome: 'stranded',
      reason: { code: 'no-way-back' },
      rescue: null,
    });
    expect(fs.readdirSync(path.dirname(report.journal ?? ''))).not.toContain('rescue.json');
  });

  it.each([
    ['rollback.collectingDiagnostics', 'running'],
    ['rollback.disarmingReplacement', 'exited'],
    ['rollback.removingReplacement', 'exited'],
  ])('takes no replacement down once the original is gone, at %s', async (state, status) => {
    failsAfterStart(id);
    const session = sessionWith({
      [state]: () => {
        if (world.engine.find(id) !== null) world.engine.outsider.remove(id);
      },
    });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'stranded', reason: { code: 'no-way-back' } });
    expect(world.engine.find('box')).toMatchObject({ status });
  });

  it('takes no replacement down for an original that is being removed', async () => {
    failsAfterStart(id);
    world.engine.core.removeMs = 30_000;
    const session = sessionWith({
      'rollback.collectingDiagnostics': () => world.engine.outsider.remove(id),
    });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'stranded', reason: { code: 'no-way-back' } });
    // It goes on failing and being restarted, as it does by itself.
    expect(world.engine.find('box')).toMatchObject({ stoppedByHand: false });
  });

  it('goes where the backup was removed before the replacement went down for good', async () => {
    const session = sessionWith({
      'completion.verifyingReplacement': () => {
        world.engine.outsider.remove('box');
      },
    });
    const report = await graft('box', options, session);
    expect(report).toMatchObject({ outcome: 'stranded', backup: { removed: true }, rescue: null });
    expect(fs.readdirSync(path.dirname(report.journal ?? ''))).not.toContain('rescue.json');
  });

  it('of a graft goes too when recover finishes the rollback that was to undo it', async () => {
    const session = sessionWith({ 'rollback.restoringName': goSilent });
    const kept = await graft('box', keep, session);
    expect(fs.existsSync(kept.rescue ?? '')).toBe(true);
    const open = await rollback('box', options, session);
    expect(open).toMatchObject({ outcome: 'stranded', rolledBack: false });
    expect(fs.existsSync(kept.rescue ?? '')).toBe(true);
    world.hooks = {};
    const end = await recover(open.runId ?? '', null, sessionAt(session));
    expect(end.outcome).toBe('rolledBack');
    expect(fs.readdirSync(path.dirname(kept.rescue ?? ''))).not.toContain('rescue.json');
    expect(fs.existsSync(kept.rescue ?? '')).toBe(false);
  });

  it('that cannot be removed is a warning, and the outcome stays', async () => {
    const { stateDir } = sessionWith();
    const stuck: string[] = [];
    const report = await graft('box', options, {
      ...sessionAt({ stateDir } as Session),
      onProgress: ({ runId, state }) => {
        if (state !== 'completion.verifyingReplacement') return;
        const file = path.join(stateDir, 'runs', runId, 'rescue.json');
        fs.rmSync(file);
        // What no unlink removes, on any file system and for any user.
        fs.mkdirSync(path.join(file, 'full'), { recursive: true });
        stuck.push(file);
      },
    });
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(messages(report)).toEqual([
      expect.stringMatching(`^${stuck[0]} is not needed any more and could not be removed: `),
    ]);
    expect(report.rescue).toBeNull();
  });
});

describe('a journal', () => {
  it.each(['ftruncateSync', 'fsyncSync'] as const)(
    'whose end the disk does not take (%s) changes nothing about how the run ended',
    async (call) => {
      const session = sessionWith({
        grafted: () => {
          vi.spyOn(fs, call).mockImplementation(() => {
            throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
          });
          syncBuiltinESMExports();
          expect(() => files[call](-1)).toThrow('EIO');
        },
      });
      const report = await graft('box', options, session);
      vi.restoreAllMocks();
      syncBuiltinESMExports();
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      expect(messages(report)).toContain(
        `the space that ${report.journal} had reserved was not given back: EIO: i/o error`,
      );
      const again = await recover(report.runId ?? '', null, sessionAt(session));
      expect(again).toMatchObject({ outcome: 'grafted', container: report.container });
    },
  );
});

describe('a state folder that is not ours alone', () => {
  it.each(['status', 'runs', 'recover', 'recover box', 'rollback box --yes'])(
    'is refused by %s, and nothing is made in it',
    async (words) => {
      const { stateDir } = sessionWith();
      fs.mkdirSync(stateDir, { mode: 0o755 });
      const io = new FakeIo();
      const exit = await main([...words.split(' '), '--json', '--state-dir', stateDir], io);
      expect(exit).toBe(3);
      expect(JSON.parse(io.stdout.text)).toMatchObject({
        outcome: 'refused',
        reason: { code: 'state-dir' },
      });
      const { reason } = JSON.parse(io.stdout.text) as { reason: Record<string, string> };
      expect(reason).toMatchObject({
        message: `the state folder ${stateDir} is open to others (mode 755; it must be 700)`,
        hint: '--state-dir names another folder',
      });
      expect(fs.readdirSync(stateDir)).toEqual([]);
    },
  );

  it('is refused by the library too: in a report, or where there is none as an error', async () => {
    const session = sessionWith();
    fs.mkdirSync(session.stateDir, { mode: 0o755 });
    for (const report of [
      await graft('box', options, session),
      await rollback('box', options, session),
      await recover('20260105-090000-00000a', null, session),
    ]) {
      expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'state-dir' } });
    }
    expect((await plan('box', options, session)).report.reason).toMatchObject({
      code: 'state-dir',
    });
    await expect(listRuns(session.stateDir)).rejects.toMatchObject({
      failure: { code: 'state-dir' },
    });
  });

  it('with a lock that cannot be opened is no bug of recover', async () => {
    const session = sessionWith();
    const { runId } = await graft('box', keep, session);
    const lock = path.join(session.stateDir, 'runs', runId ?? '', 'lock');
    fs.rmSync(lock);
    fs.symlinkSync('/nowhere', lock);
    expect(await recover(runId ?? '', null, sessionAt(session))).toMatchObject({
      outcome: 'refused',
      reason: { code: 'state-dir' },
    });
  });
});
