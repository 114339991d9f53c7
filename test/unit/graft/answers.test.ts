/** What a person asks of runs on record: `rollback`, and the answers to `recover`. On a real state folder. */
import * as path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { begin, failsAfterStart, newSession, world } from './root.js';
import { graft, listRuns, recover, rollback } from '../../../src/graft.js';
import type { Session } from '../../../src/session.js';
import { takeLock } from '../../../src/runtime/lock.js';
import { optionsWith } from '../../harness/index.js';
import { MemoryEngine } from '../../memory/index.js';

const options = optionsWith();
let id = '';
beforeEach(() => {
  id = begin();
});

describe('a kept backup', () => {
  const keep = optionsWith({ keepBackup: true });
  const other = optionsWith({ devices: '0' });

  it('can be put back after the container was grafted once more', async () => {
    const session = newSession();
    expect((await graft('box', keep, session)).outcome).toBe('grafted');
    expect((await graft('box', other, session)).outcome).toBe('grafted');
    const report = await rollback('box', options, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', container: { originalId: id } });
    expect(world.engine.find('box')?.id).toBe(id);
    expect(world.engine.core.containers.size).toBe(1);
    expect(
      (await listRuns(session.stateDir)).filter(({ undoneBy }) => undoneBy !== null),
    ).toHaveLength(1);
  });

  it('can be put back after a later graft was rolled back', async () => {
    const session = newSession();
    expect((await graft('box', keep, session)).outcome).toBe('grafted');
    world.engine.script(({ name }) => name === 'box', { exit: { afterMs: 3000, code: 3 } });
    const failed = await graft('box', other, session);
    expect(['rolledBack', 'stranded']).toContain(failed.outcome);
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    expect(world.engine.find('box')?.id).toBe(id);
  });

  it('that was put back is not put back again', async () => {
    const session = newSession();
    await graft('box', keep, session);
    await rollback('box', options, session);
    const again = await rollback('box', options, session);
    expect(again).toMatchObject({ outcome: 'refused', reason: { code: 'nothing-to-roll-back' } });
  });
});

describe('a run that was confirmed, and then left open', () => {
  async function confirmed(session: Session, keepBackup: boolean): Promise<string> {
    let down = false;
    world.hooks = { before: () => (down ? { kind: 'unreachable' } : undefined) };
    const report = await graft('box', optionsWith({ keepBackup, engineTimeoutMs: 1000 }), {
      ...session,
      onProgress: ({ state }) => (down ||= state.startsWith('completion.')),
    });
    world.hooks = {};
    expect(world.engine.find(id)).toMatchObject({ status: 'exited' });
    return report.runId ?? '';
  }

  it('is not gone back in: that would remove the backup and call it a success', async () => {
    const session = newSession();
    const runId = await confirmed(session, false);
    for (const report of [
      await rollback('box', options, session),
      await recover(runId, 'back', session),
    ]) {
      expect(report).toMatchObject({
        outcome: 'refused',
        rolledBack: null,
        reason: { code: 'confirmed' },
      });
    }
    expect(world.engine.find(id)).toMatchObject({ status: 'exited' });
    expect((await recover(runId, null, session)).outcome).toBe('grafted');
    expect(world.engine.find(id)).toBeNull();
    const over = await recover(runId, 'back', session);
    expect(over).toMatchObject({ outcome: 'refused', reason: { code: 'over' } });
  });

  it('is said to be at work, not interrupted, while its process lives', async () => {
    const session = newSession();
    const runId = await confirmed(session, false);
    const lock = await takeLock(path.join(session.stateDir, 'runs', runId, 'lock'));
    expect(await rollback('box', options, session)).toMatchObject({ reason: { code: 'busy' } });
    lock?.release();
  });

  it('is not abandoned either: nothing is asked there', async () => {
    const session = newSession();
    const runId = await confirmed(session, false);
    const report = await recover(runId, 'abandon', session);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'not-asked' } });
    expect((await recover(runId, 'forward', session)).outcome).toBe('grafted');
  });

  it('is completed first, and then undone, where its backup was to be kept', async () => {
    const session = newSession();
    await confirmed(session, true);
    const report = await rollback('box', options, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', container: { originalId: id } });
    expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
    expect(world.engine.core.containers.size).toBe(1);
  });
});

describe('a run that was left open on its way back', () => {
  it.each(['forward', 'abandon'] as const)('refuses --%s, and goes on without it', async (word) => {
    const session = newSession();
    failsAfterStart(id);
    let down = false;
    world.hooks = { before: () => (down ? { kind: 'unreachable' } : undefined) };
    const report = await graft('box', optionsWith({ engineTimeoutMs: 1000 }), {
      ...session,
      onProgress: ({ state }) => (down ||= state === 'rollback.stoppingReplacement'),
    });
    world.hooks = {};
    const runId = report.runId ?? '';
    const before = world.engine.fingerprint();
    const refused = await recover(runId, word, session);
    expect(refused).toMatchObject({ outcome: 'refused', reason: { code: 'not-asked' } });
    expect(world.engine.fingerprint()).toBe(before);
    expect((await recover(runId, null, session)).outcome).toBe('rolledBack');
  });
});

describe('a backup kept at one engine', () => {
  it('is not called gone at another, nor hidden by what was done there', async () => {
    const session = newSession();
    const keep = optionsWith({ keepBackup: true });
    expect((await graft('box', keep, session)).outcome).toBe('grafted');
    const first = world.engine;
    world.engine = new MemoryEngine({ seed: 2 });
    expect(await rollback('box', options, session)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'other-engine' },
    });
    world.engine.run({ name: 'box' });
    expect((await graft('box', options, session)).outcome).toBe('grafted');
    world.engine = first;
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    expect(world.engine.find('box')?.id).toBe(id);
  });
});

describe('a deferred graft that is finalized', () => {
  it('names the backup that cannot be removed, and what brings the original back', async () => {
    const session = newSession();
    const { runId } = await graft('box', optionsWith({ defer: true }), session);
    world.hooks = {
      before: ({ method, args }) =>
        method === 'removeContainer' && args[0] === id
          ? { kind: 'refuse', status: 500, message: 'device or resource busy' }
          : undefined,
    };
    const report = await recover(runId ?? '', 'finalize', session);
    expect(report).toMatchObject({
      outcome: 'grafted',
      backup: { kind: 'container', removed: false },
    });
    const leak = report.warnings.find(({ code }) => code === 'backup-leaked');
    expect(leak?.message).toContain('device or resource busy');
    expect(report.rescue).not.toBeNull();
    expect(world.engine.find(id)?.name).toBe(report.backup.name);
  });
});

describe('a replacement that others have joined since', () => {
  const sidecar = (name: string) => {
    const replacement = world.engine.find('box')?.id ?? '';
    return world.engine.run({ name, networks: [`container:${replacement}`] });
  };

  it('is not taken away from them by the word of a person, until they are gone', async () => {
    const session = newSession();
    const { runId } = await graft('box', optionsWith({ defer: true }), session);
    const joined = sidecar('metrics');
    for (const report of [
      await rollback('box', options, session),
      await recover(runId ?? '', 'back', session),
    ]) {
      expect(report).toMatchObject({
        outcome: 'refused',
        rolledBack: null,
        reason: { code: 'has-dependents' },
      });
      expect(report.reason?.message).toContain('metrics (joins its network namespace)');
      expect(world.engine.find('box')?.id).not.toBe(id);
    }
    world.engine.outsider.remove(joined);
    expect(await rollback('box', options, session)).toMatchObject({
      outcome: 'rolledBack',
      warnings: [],
    });
  });

  it('is named where it fails all the same', async () => {
    const session = newSession();
    failsAfterStart(id);
    let joined = false;
    const report = await graft('box', options, {
      ...session,
      onProgress: ({ state }) => {
        if (!joined && state === 'confirmation.pollingSupervisor') sidecar('metrics');
        joined ||= state === 'confirmation.pollingSupervisor';
      },
    });
    expect([report.outcome, joined]).toEqual(['rolledBack', true]);
    const told = report.warnings.filter(({ code }) => code === 'dependent-not-restored');
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain('metrics (joins its network namespace)');
  });
});
