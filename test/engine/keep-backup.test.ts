import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds, text } from './support/engines.js';
import { expectAtRest, expectGrafted, expectRolledBack } from './support/ends.js';
import { play, quick } from './support/scene.js';
import { graft as graftContainer } from '../../src/graft.js';

describe.concurrent.each(kinds)('%s', (kind) => {
  it('keeps the backup, down and disarmed, and puts it back when asked; once', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--restart', 'unless-stopped', '-e', 'A=1'] }, async (scene) => {
      const graft = await scene.graft({ keepBackup: true });
      expect(graft.backup).toMatchObject({ kind: 'container', removed: false });
      expect(graft.warnings.map(({ code }) => code)).not.toContain('backup-leaked');
      await expectGrafted(scene, graft);
      const backup = await scene.original();
      expect(at(backup, 'State.Running')).toBe(false);
      expect(at(backup, 'HostConfig.RestartPolicy.Name')).toBe('no');
      expect(fs.existsSync(graft.rescue ?? '')).toBe(true);

      const back = await scene.rollback();
      expect(back.runId).not.toBe(graft.runId);
      await expectRolledBack(scene, back);
      expect(fs.existsSync(graft.rescue ?? '')).toBe(false);
      expect(at(await scene.original(), 'HostConfig.RestartPolicy.Name')).toBe('unless-stopped');

      const again = await scene.rollback();
      expect(again).toMatchObject({ outcome: 'refused', reason: { code: 'nothing-to-roll-back' } });
      expect(text(await scene.named(), 'Id')).toBe(scene.originalId);

      // And the same container can be grafted afresh.
      await expectGrafted(scene, await scene.graft());
    });
  });

  it('refuses a rollback whose backup was pruned; the replacement is not touched', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const graft = await scene.graft({ keepBackup: true });
      await engine.docker('rm', scene.originalId);
      const before = await scene.named();
      const back = await scene.rollback();
      expect(back).toMatchObject({
        outcome: 'refused',
        reason: { code: 'no-way-back' },
        rolledBack: null,
      });
      expect(text(before, 'Id')).toBe(graft.container.replacementId);
      expect(at(await scene.named(), 'State')).toEqual(at(before, 'State'));
      await expectAtRest(scene, back);
    });
  });

  it('has nothing to roll back where nothing was kept, or nothing was ever done', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      expect(await scene.rollback()).toMatchObject({
        outcome: 'refused',
        reason: { code: 'nothing-to-roll-back' },
      });
      const graft = await scene.graft();
      expect(await scene.rollback()).toMatchObject({
        outcome: 'refused',
        reason: { code: 'nothing-to-roll-back' },
      });
      await expectGrafted(scene, graft);
    });
  });

  it('does not graft the backup that it kept', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const graft = await scene.graft({ keepBackup: true });
      await engine.docker('start', scene.originalId);
      const report = await graftContainer(scene.originalId, quick, scene.session());
      expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'kept-backup' } });
      expect(text(await scene.named(), 'Id')).toBe(graft.container.replacementId);
    });
  });
});
