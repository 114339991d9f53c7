/** What people do by hand beside a run, and what is said of it then: a look says it, not the journal. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { begin, goSilent, newSession, world } from './root.js';
import { graft, listRuns, recover, rollback, withBackupsSeen } from '../../../src/graft.js';
import { renderReport } from '../../../src/cli/render/report.js';
import { plainStyle } from '../../../src/cli/style.js';
import type { Report } from '../../../src/report.js';
import type { Session } from '../../../src/session.js';
import { optionsWith } from '../../harness/index.js';
import { MemoryEngine } from '../../memory/index.js';

const options = optionsWith({ engineTimeoutMs: 1000 });
const keep = { ...options, keepBackup: true };
let id = '';
let session: Session;
beforeEach(() => {
  id = begin({ TOKEN: 'canary-token' });
  session = newSession();
});

/** A run that loses its engine at a state, and is left open there. */
async function leftOpenAt(at: string, given = options): Promise<Report> {
  const report = await graft('box', given, {
    ...session,
    onProgress: ({ state }) => {
      if (state === at) goSilent();
    },
  });
  world.hooks = {};
  return report;
}
/** What rescue.sh does. */
function rescueByHand(): void {
  const { outsider } = world.engine;
  outsider.stop('box');
  outsider.setPolicy('box', { name: 'no', maximumRetryCount: 0 });
  outsider.rename('box', 'box.gpugraft-failed-x');
  outsider.rename(id, 'box');
  outsider.setPolicy(id, { name: 'always', maximumRetryCount: 0 });
  outsider.start(id);
}
const shown = (report: Report): string => renderReport(report, session, plainStyle);
const rescueFiles = (runId: string | null): string[] =>
  fs
    .readdirSync(path.join(session.stateDir, 'runs', runId ?? ''))
    .filter((name) => name.startsWith('rescue.'));

describe('an original that the rescue script has put back', () => {
  const confirmed = 'completion.removingBackup';

  it('is no backup any more, and the report says what ends the run', async () => {
    const { runId } = await leftOpenAt(confirmed);
    rescueByHand();
    const report = await recover(runId ?? '', null, session);
    expect(report).toMatchObject({
      outcome: 'stranded',
      backup: { kind: null, name: null, removed: null },
    });
    expect(report.reason?.hint).toContain('gpugraft rollback box');
    expect(shown(report)).toContain(`the original (${id}) is called box and is running`);
    expect(shown(report)).not.toMatch(/still there|gpugraft-backup-/);
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    expect(world.engine.core.containers.size).toBe(1);
  });

  it.each([
    ['confirmed', confirmed, options],
    ['confirmed, with its backup to be kept', 'completion.verifyingReplacement', keep],
    ['in its wait', 'confirmation.pollingSupervisor', options],
    ['on its way back', 'rollback.stoppingReplacement', options],
  ])('stays with one rollback, of a run that is %s', async (_, at, given) => {
    if (at.startsWith('rollback.')) {
      world.engine.script(({ name, id: it }) => name === 'box' && it !== id, {
        exit: { afterMs: 3000, code: 3 },
      });
    }
    await leftOpenAt(at, given);
    rescueByHand();
    const report = await rollback('box', options, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
    expect(world.engine.core.containers.size).toBe(1);
  });

  it('is not shown as a kept backup', async () => {
    await graft('box', keep, session);
    rescueByHand();
    const [run] = await withBackupsSeen(await listRuns(session.stateDir), session);
    expect(run?.seen).toBe('restored');
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
  });
});

describe('a kept backup that somebody removed', () => {
  async function removed() {
    const { runId } = await graft('box', keep, session);
    expect(rescueFiles(runId)).toHaveLength(2);
    world.engine.outsider.remove(id);
    return runId ?? '';
  }
  const seen = async () =>
    (await withBackupsSeen(await listRuns(session.stateDir), session)).map((run) => run.seen);

  it('is seen to be gone, and recover takes what the rescue holds with it', async () => {
    const runId = await removed();
    expect(await seen()).toEqual(['gone']);
    const report = await recover(runId, null, session);
    expect(report).toMatchObject({ outcome: 'grafted', backup: { removed: true }, rescue: null });
    expect(report.warnings.map(({ code }) => code)).toContain('backup-gone');
    expect(rescueFiles(runId)).toEqual([]);
  });

  it('is said to be gone by rollback, which clears up as well', async () => {
    const runId = await removed();
    const report = await rollback('box', options, session);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'no-way-back' } });
    expect(report.reason?.message).toContain('is gone: somebody else removed it');
    expect(rescueFiles(runId)).toEqual([]);
  });

  it('hides no backup that an earlier graft kept', async () => {
    await graft('box', keep, session);
    const second = world.engine.find('box')!.id;
    await graft('box', { ...keep, devices: '0' }, session);
    world.engine.outsider.remove(second);
    expect(await rollback('box', options, session)).toMatchObject({
      outcome: 'rolledBack',
      container: { originalId: id },
    });
    expect(world.engine.find('box')?.id).toBe(id);
  });

  it('is not called gone by an engine that is silent, or another one', async () => {
    const runId = await removed();
    goSilent();
    expect(await seen()).toEqual(['unseen']);
    const silent = await recover(runId, null, session);
    expect(silent.backup.removed).toBeNull();
    expect(shown(silent)).toContain('not known');
    world.hooks = {};
    world.engine = new MemoryEngine({ seed: 2 });
    expect(await seen()).toEqual(['unseen']);
    expect((await recover(runId, null, session)).backup.removed).toBeNull();
    expect(rescueFiles(runId)).toHaveLength(2);
  });
});

describe('words on a run that is stranded', () => {
  it('claim nothing that was not tried', async () => {
    const open = await leftOpenAt('confirmation.pollingSupervisor');
    const abandoned = await recover(open.runId ?? '', 'abandon', session);
    for (const report of [open, abandoned]) {
      expect(report.outcome).toBe('stranded');
      expect(shown(report)).not.toContain('neither way could be finished');
    }
    expect(shown(abandoned)).toContain('gpugraft rollback box');
  });

  it('name no rollback where nothing can be put back', async () => {
    const { runId } = await leftOpenAt('completion.removingBackup');
    world.engine.outsider.remove(id);
    world.engine.outsider.remove('box');
    const report = await recover(runId ?? '', null, session);
    expect(report).toMatchObject({ outcome: 'stranded', rescue: null });
    expect(shown(report)).not.toContain('gpugraft rollback');
  });
});

describe('a rollback', () => {
  it('of a run that had changed nothing yet ends that run', async () => {
    const { runId } = await leftOpenAt('preparation.creatingAhead');
    const report = await rollback('box', options, session);
    expect(report).toMatchObject({ runId, outcome: 'refused', reason: { code: 'interrupted' } });
    expect(world.engine.core.containers.size).toBe(1);
  });

  it('has no mode: what is put back was not grafted by it', async () => {
    await graft('box', { ...keep, mode: 'cdi' }, session);
    await graft('box', { ...keep, mode: 'gpus' }, session);
    expect(await rollback('box', options, session)).toMatchObject({
      outcome: 'rolledBack',
      mode: null,
    });
  });

  it('by the ID of the first of two backups puts the last one back, as by the name', async () => {
    await graft('box', keep, session);
    const second = world.engine.find('box')!.id;
    await graft('box', { ...keep, devices: '0' }, session);
    const report = await rollback(id, options, session);
    expect(report).toMatchObject({ outcome: 'rolledBack', container: { originalId: second } });
    expect(world.engine.find('box')?.id).toBe(second);
    expect((await rollback(id, options, session)).container.originalId).toBe(id);
    expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
  });
});

describe('a snapshot that was kept', () => {
  const keepSnapshot = { ...keep, backup: 'snapshot' as const };
  const sights = async () => {
    const runs = await withBackupsSeen(await listRuns(session.stateDir), session);
    return runs.map(({ seen }) => seen);
  };

  it('is found by the rollback of a later graft of what it made again, and once', async () => {
    expect((await graft('box', keepSnapshot, session)).outcome).toBe('grafted');
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    const again = world.engine.find('box')?.id;
    expect((await graft('box', keepSnapshot, session)).outcome).toBe('grafted');
    expect(await sights()).toEqual(['kept', null, null]);
    expect(await rollback('box', options, session)).toMatchObject({ outcome: 'rolledBack' });
    expect([id, again]).not.toContain(world.engine.find('box')?.id);
    const end = await rollback('box', options, session);
    expect(end).toMatchObject({ outcome: 'refused', reason: { code: 'nothing-to-roll-back' } });
  });

  it('keeps its rescue when what has its place is gone, and the refusal names it', async () => {
    const { runId } = await graft('box', keepSnapshot, session);
    world.engine.outsider.remove('box');
    const report = await rollback('box', options, session);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'no-such-container' } });
    expect(report.reason?.hint).toContain(path.join(runId ?? '', 'rescue.sh'));
    expect(rescueFiles(runId)).toEqual(['rescue.json', 'rescue.sh']);
    expect(await sights()).toEqual(['kept']);
  });

  it('is not advertised once its image is gone', async () => {
    const { backup } = await graft('box', keepSnapshot, session);
    world.engine.core.images.delete(backup.image ?? '');
    expect(await sights()).toEqual(['gone']);
    expect(await rollback('box', options, session)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'no-way-back' },
    });
  });

  it('is not taken for gone because an earlier run kept the same original as a container', async () => {
    await graft('box', keep, session);
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    const { runId } = await graft('box', keepSnapshot, session);
    expect(world.engine.find(id)).toBeNull();
    expect(rescueFiles(runId)).toEqual(['rescue.json', 'rescue.sh']);
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
  });

  it('hides no backup that an earlier graft kept', async () => {
    await graft('box', { ...keep, mode: 'cdi' }, session);
    await graft('box', { ...keepSnapshot, mode: 'gpus' }, session);
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    expect(world.engine.find('box')?.id).not.toBe(id);
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    expect(world.engine.find('box')?.id).toBe(id);
  });

  it('is made again under a claim, which nobody comes between', async () => {
    await graft('box', keepSnapshot, session);
    let claims: string[] = [];
    await rollback('box', options, {
      ...session,
      onProgress: ({ state, context }) => {
        if (state !== 'rollback.restartingOriginal') return;
        const names = [...world.engine.core.containers.values()].map(({ name }) => name);
        claims = names.filter((name) => name === `gpugraft-claim-${context.original?.id}`);
      },
    });
    expect(claims).toHaveLength(1);
  });

  it('is a backup from the moment at which the original may go, whatever ends the run', async () => {
    const { runId } = await leftOpenAt('completion.retiringOriginal', keepSnapshot);
    const { outsider } = world.engine;
    outsider.remove(id);
    outsider.stop('box');
    world.hooks = {
      before: ({ method }) =>
        method === 'startContainer'
          ? { kind: 'refuse', status: 500, message: 'no such device' }
          : undefined,
    };
    const report = await recover(runId ?? '', null, session);
    expect(report).toMatchObject({ outcome: 'stranded', backup: { kind: 'snapshot' } });
    expect(rescueFiles(runId)).toEqual(['rescue.json', 'rescue.sh']);
    world.hooks = {};
    const undone = await rollback('box', options, session);
    expect(undone).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(await sights()).toEqual([null, null]);
  });

  it('gives way to the original where that stands after all', async () => {
    const { runId } = await leftOpenAt('completion.retiringOriginal', keepSnapshot);
    world.engine.outsider.remove('box');
    const report = await recover(runId ?? '', null, session);
    expect(report).toMatchObject({ outcome: 'stranded', backup: { kind: 'container' } });
    expect(shown(report)).not.toContain('was removed, and its snapshot kept');
  });

  it('is dropped with its image by the rollback to an original that stands', async () => {
    const images = world.engine.core.images.size;
    world.engine.outsider.write(id, '/etc/ours');
    const { runId } = await leftOpenAt('completion.retiringOriginal', {
      ...keepSnapshot,
      layer: 'carry',
    });
    expect(world.engine.core.images.size).toBe(images + 1);
    world.engine.outsider.stop('box');
    world.hooks = {
      before: ({ method }) =>
        method === 'startContainer'
          ? { kind: 'refuse', status: 500, message: 'no such device' }
          : undefined,
    };
    expect((await recover(runId ?? '', null, session)).outcome).toBe('stranded');
    world.hooks = {};
    expect((await rollback('box', options, session)).outcome).toBe('rolledBack');
    expect(world.engine.find('box')?.id).toBe(id);
    expect(world.engine.core.images.size).toBe(images);
  });
});
