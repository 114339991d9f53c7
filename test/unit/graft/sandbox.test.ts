/** Whole runs on an OpenShell sandbox, watched by a gateway of either generation (facts: measured orders). */
import { describe, expect, it } from 'vitest';
import { asSeen } from '../../../src/composition/standing.js';
import { reportOf } from '../../../src/report.js';
import { Lab, optionsWith, undoOf } from '../../harness/index.js';
import {
  contextOf,
  errorsOf,
  generations,
  graft,
  imageOf,
  noGpu,
  phase,
  sandbox,
  script,
  watchErrors,
} from './sandboxes.js';

describe.each(generations)('a sandbox of the %s generation', (generation) => {
  for (const written of [[], ['/sandbox.txt']] as const) {
    const layer = written.length === 0 ? 'clean' : 'carried';

    it(`comes back Ready, its layer ${layer}`, async () => {
      const { lab, id, watched, labelled } = await sandbox(generation, { written });
      const errors = watchErrors(lab);
      const ended = await graft(lab);
      expect(ended.report).toMatchObject({ outcome: 'grafted', reason: null, rolledBack: null });
      expect(ended.report?.backup).toMatchObject({ removed: true });
      expect(lab.engine.find(id)).toBeNull();
      expect(await phase(lab)).toBe('Ready');
      expect(errors()).toBe(0);
      expect(Math.min(...labelled)).toBeGreaterThan(0);
      expect(watched.faultsOf(ended, imageOf(lab))).toEqual([]);
      lab.clock.advance(200_000);
      expect(await phase(lab)).toBe('Ready');
    });

    it(`goes back to Ready before the retirement, its layer ${layer}`, async () => {
      const { lab, id, watched, labelled } = await sandbox(generation, { written });
      lab.engine.script((one) => one.id !== id, {
        exec: () => ({ exitCode: 3, output: 'no GPU' }),
      });
      const ended = await graft(lab, noGpu);
      expect(ended.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      expect(lab.engine.find('openshell-box')?.id).toBe(id);
      expect(await phase(lab)).toBe('Ready');
      expect(Math.min(...labelled)).toBeGreaterThan(0);
      expect(watched.faultsOf(ended, imageOf(lab))).toEqual([]);
      lab.engine.script(() => true, { exec: () => ({ exitCode: 0, output: '' }) });
      expect((await graft(lab)).report).toMatchObject({ outcome: 'grafted' });
    });
  }

  it('is undone from the snapshot that was kept, and Ready again', async () => {
    const { lab, labelled } = await sandbox(generation, { written: ['/sandbox.txt'] });
    const ended = await graft(lab, { keepBackup: true });
    expect(ended.report).toMatchObject({ outcome: 'grafted', backup: { removed: false } });
    const back = await lab.undo(undoOf(ended), { layer: 'carry' });
    expect(back.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(await phase(lab)).toBe('Ready');
    expect(Math.min(...labelled)).toBeGreaterThan(0);
    expect((await graft(lab)).report).toMatchObject({ outcome: 'grafted' });
  });

  it('is not touched while it is not Ready, or its gateway does not answer', async () => {
    const { lab } = await sandbox(generation);
    lab.gateway.down = true;
    expect((await graft(lab)).report).toMatchObject({
      outcome: 'refused',
      reason: { code: 'gateway-unreachable' },
    });
    lab.gateway.down = false;
    await lab.gateway.gateway.script('box', { phases: ['Error'], from: 'now' });
    expect((await graft(lab)).report).toMatchObject({
      outcome: 'refused',
      reason: { code: 'sandbox-not-ready' },
    });
  });
});

describe('the debounce at the gateway', () => {
  it.each(generations)('bears 14 Errors before Ready (%s)', async (generation) => {
    const { lab } = await sandbox(generation);
    // Two of them are told while the gateway is told to start it.
    await script(lab, ...errorsOf(generation === 'early' ? 14 : 16), 'Ready');
    const ended = await graft(lab);
    expect(ended.report).toMatchObject({ outcome: 'grafted' });
    expect(contextOf(ended).wait).toMatchObject({ errors: 0, polls: 15 });
  });

  it('counts none that an older gateway says of the original, seen before its removal', async () => {
    const { lab } = await sandbox('early');
    const errors = watchErrors(lab);
    const ended = await graft(
      lab,
      {},
      {
        onEntry: ({ state }) => {
          // Its list falls between the stop and the removal.
          if (state === 'confirmation.retiringOriginal') lab.clock.advance(2000);
        },
      },
    );
    expect(ended.report).toMatchObject({ outcome: 'grafted' });
    expect(errors()).toBe(0);
    expect(contextOf(ended).wait).toMatchObject({ errors: 0, polls: 1 });
  });

  it('goes back after 15 in the older generation, from the snapshot, and ends Ready', async () => {
    const { lab, id, labelled } = await sandbox('early', { written: ['/sandbox.txt'] });
    await script(lab, ...errorsOf(15), 'Ready');
    const ended = await graft(lab);
    expect(ended.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(ended.report?.reason?.message).toContain('15 errors in a row');
    expect(ended.report?.warnings.map(({ code }) => code)).toContain('recreated');
    expect(lab.engine.find('openshell-box')?.id).not.toBe(id);
    expect(lab.engine.find('openshell-box')?.layer.size).toBe(0);
    expect(await phase(lab)).toBe('Ready');
    expect(Math.min(...labelled)).toBeGreaterThan(0);
    await lab.gateway.gateway.script('box', null);
    expect((await graft(lab)).report).toMatchObject({ outcome: 'grafted' });
  });

  it('keeps the replacement after 15 where Error is for good, and says how it goes on', async () => {
    const { lab, id } = await sandbox('lifecycle');
    await script(lab, ...errorsOf(17), 'Ready');
    const ended = await graft(lab);
    expect(ended.report).toMatchObject({ outcome: 'stranded', rolledBack: null });
    expect(ended.report?.reason?.message).toContain('the replacement stays');
    expect(ended.report?.reason?.hint).toContain('--forward');
    expect(lab.engine.find('openshell-box')).toMatchObject({ status: 'running' });
    expect(lab.engine.find(id)).toBeNull();
    const kept = await lab.recover(ended.runId, 'forward');
    expect(kept.report).toMatchObject({ outcome: 'grafted' });
  });

  it('says that nothing but a delete is left where the gateway reads Error on the way back', async () => {
    const { lab, id } = await sandbox('lifecycle');
    const { registry } = lab.gateway.gateway;
    lab.gateway.breakCalls((method) =>
      method === 'startSandbox'
        ? {
            before: () => {
              const record = registry.find('box');
              if (record !== null) registry.become(record, { phase: 'Error', reason: 'Stuck' });
            },
          }
        : undefined,
    );
    lab.engine.script((one) => one.id !== id, { exec: () => ({ exitCode: 3, output: 'no GPU' }) });
    const ended = await graft(lab, noGpu);
    const { report } = ended;
    expect(report).toMatchObject({
      outcome: 'stranded',
      rolledBack: false,
      reason: { code: 'sandbox-error', hint: expect.stringContaining('docker cp') as string },
    });
    expect(lab.engine.find('openshell-box')?.id).toBe(id);
    if (report === null) throw new Error('it gave no report');
    const sight = { is: 'there', as: 'container', name: 'openshell-box' } as const;
    const original = { ...sight, isDown: true, status: 'exited', policy: 'no' };
    const seen = asSeen(report, contextOf(ended), { original, replacement: null }, true);
    expect(seen.reason?.hint).not.toContain('gpugraft rollback');
  });

  it('says what had failed where a person then asks it back', async () => {
    const { lab } = await sandbox('lifecycle');
    await script(lab, ...errorsOf(17), 'Ready');
    const ended = await graft(lab);
    expect(ended.report).toMatchObject({
      outcome: 'stranded',
      reason: { code: 'supervisor-error' },
    });
    await lab.gateway.gateway.script('box', null);
    const back = await lab.recover(ended.runId, 'back');
    expect(back.report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'asked-back' } });
    expect(back.report?.reason?.message).toMatch(
      /^going back was asked for, after this had failed: 15 errors in a row .*pre-patch sandbox restored$/,
    );
  });

  it('waits while the health check is starting, whatever the phase says', async () => {
    const { lab } = await sandbox('early', { health: { cmd: 'true' } });
    lab.engine.script((one) => one.name !== 'gone', {
      health: [{ afterMs: 60_000, status: 'healthy' }],
    });
    await script(lab, 'Error', 'Error', 'Ready');
    const ended = await graft(lab);
    expect(ended.report).toMatchObject({ outcome: 'grafted' });
    expect(contextOf(ended).wait.polls).toBeGreaterThan(30);
  });
});

describe('a deferred graft', () => {
  it.each(generations)('rests, is left alone, and is finalized (%s)', async (generation) => {
    const { lab } = await sandbox(generation);
    const ended = await graft(lab, { defer: true });
    expect(ended.report).toMatchObject({ outcome: 'deferred', reason: null, rolledBack: null });
    lab.clock.advance(5000);
    expect(await phase(lab)).toBe('Ready');
    expect((await lab.recover(ended.runId)).report).toMatchObject({ outcome: 'deferred' });
    expect((await graft(lab)).report).toMatchObject({ reason: { code: 'busy' } });
    const done = await lab.recover(ended.runId, 'finalize');
    expect(done.report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(await phase(lab)).toBe('Ready');
  });

  it.each(generations)('goes back when it is asked to (%s)', async (generation) => {
    const { lab } = await sandbox(generation);
    const ended = await graft(lab, { defer: true });
    const back = await lab.recover(ended.runId, 'back');
    expect(back.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(back.report?.reason?.message).toMatch(/^the graft was deferred, and going back/);
    expect(await phase(lab)).toBe('Ready');
  });

  it('fails its wait and goes back, in the older generation', async () => {
    const { lab } = await sandbox('early');
    const ended = await graft(lab, { defer: true });
    await lab.gateway.gateway.script('box', { phases: [...errorsOf(15), 'Ready'], from: 'now' });
    const back = await lab.recover(ended.runId, 'finalize');
    expect(back.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(await phase(lab)).toBe('Ready');
  });

  it('is there for a plain container too', async () => {
    const lab = new Lab();
    lab.engine.run({ name: 'web' });
    const ended = await lab.graft('web', { defer: true });
    expect(ended.report).toMatchObject({ outcome: 'deferred' });
    expect((await lab.recover(ended.runId, 'finalize')).report).toMatchObject({
      outcome: 'grafted',
    });
  });
});

describe.each(generations)('killed at every line of its journal (%s)', (generation) => {
  it.each(
    (['die-before', 'die-after'] as const).flatMap((when) => [
      { when, written: [] },
      { when, written: ['/sandbox.txt'] },
    ]),
  )('is recovered: $when, layer $written', async ({ when, written }) => {
    const { lab: whole } = await sandbox(generation, { written });
    const lines = (await graft(whole)).states.length;
    expect(lines).toBeGreaterThan(30);
    const ends: string[] = [];
    for (let seq = 1; seq <= lines; seq += 1) {
      const { lab, watched } = await sandbox(generation, { written });
      const died = await graft(
        lab,
        {},
        {
          journal: (line) => (line.seq === seq ? when : undefined),
        },
      );
      expect(died.died, `line ${seq}`).toBe(true);
      // Before its first line nothing is on record.
      if (lab.folder.lastLine(died.runId) === null) continue;
      const ended = await lab.recover(died.runId);
      const where = `line ${seq}, ${died.states.at(-1) ?? ''}: ${JSON.stringify(ended.report?.reason)}`;
      ends.push(`${died.states.at(-1) ?? ''}: ${ended.report?.outcome ?? ''}`);
      expect(ended.report?.outcome, where).toMatch(/^(grafted|rolledBack|refused|stranded)$/);
      expect(watched.faultsOf(ended, imageOf(lab)), where).toEqual([]);
      if (ended.report?.outcome !== 'stranded') expect(await phase(lab), where).toBe('Ready');
    }
    expect(ends.filter((end) => end.endsWith('stranded'))).toEqual([]);
  });
});

describe('what a person would suffer from', () => {
  it('a cancel while the original is retired tells the gateway nothing, and goes back', async () => {
    const { lab } = await sandbox('lifecycle');
    const process = lab.process({
      onEntry: ({ state }) => {
        if (state === 'confirmation.retiringOriginal') process.cancel();
      },
    });
    const ended = await process.graft('openshell-box', optionsWith({ layer: 'carry' }));
    expect(ended.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(ended.states).not.toContain('confirmation.resumingGateway');
    expect(await phase(lab)).toBe('Ready');
  });

  it('--forward waits for a deferred run whose wait was not well', async () => {
    const { lab } = await sandbox('lifecycle');
    const first = await graft(lab, { defer: true });
    lab.clock.advance(5000);
    await lab.gateway.gateway.script('box', { phases: [...errorsOf(16), 'Ready'], from: 'now' });
    const failed = await lab.recover(first.runId, 'finalize');
    expect(failed.report).toMatchObject({
      outcome: 'stranded',
      reason: { code: 'supervisor-error' },
    });
    await lab.gateway.gateway.script('box', null);
    expect((await lab.recover(first.runId, 'forward')).report).toMatchObject({
      outcome: 'grafted',
    });
  });

  it('a sandbox that was Provisioning when it was found need not be Ready to be back', async () => {
    const { lab, id } = await sandbox('early');
    lab.engine.script((one) => one.id !== id, { exec: () => ({ exitCode: 3, output: 'no GPU' }) });
    await lab.gateway.gateway.script('box', { phases: ['Provisioning'], from: 'now' });
    const first = await graft(lab, { defer: true, ...noGpu });
    expect(first.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(lab.engine.find('openshell-box')?.id).toBe(id);
  });

  it('the image of a carried layer stays while the original can be made again from it alone', async () => {
    const { lab } = await sandbox('early', { written: ['/sandbox.txt'] });
    const first = await graft(lab, { defer: true });
    const image = lab.engine.find('openshell-box')?.imageId ?? '';
    lab.engine.outsider.remove('openshell-box');
    const closed = await lab.recover(first.runId, 'back');
    expect(closed.report).toMatchObject({ outcome: 'stranded', backup: { image } });
    expect(lab.engine.core.images.has(image)).toBe(true);
  });

  it('a gateway of another generation than at the graft is not gone back at', async () => {
    const { lab } = await sandbox('early');
    const ended = await graft(lab, { keepBackup: true });
    const undo = undoOf(ended);
    const back = await lab.undo({ ...undo, gateway: { ...undo.gateway!, lifecycle: true } });
    expect(back.report).toMatchObject({ outcome: 'refused', reason: { code: 'gateway-changed' } });
    expect(await phase(lab)).toBe('Ready');
  });

  it('a deferred run that cannot be driven on is not called deferred', async () => {
    const { lab } = await sandbox('early');
    const { rest } = await graft(lab, { defer: true });
    const open = { code: 'engine-unreachable', message: 'silent', hint: null };
    const files = { journal: null, rescue: null };
    expect(reportOf(rest!.snapshot.context, files, open)).toMatchObject({
      outcome: 'stranded',
      reason: { code: 'engine-unreachable' },
    });
  });
});

/** How often the gateway said Error when it was asked. */
