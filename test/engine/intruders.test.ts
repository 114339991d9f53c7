/** Somebody else works on the same containers in the middle of a run. */
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds, text } from './support/engines.js';
import { expectGrafted, expectRolledBack, expectStranded } from './support/ends.js';
import { neverReady, play } from './support/scene.js';

const waiting = 'confirmation.pausingBetweenPolls';

describe.concurrent.each(kinds)('%s', (kind) => {
  it('goes back when somebody starts the original in the wait: never both', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
      const report = await scene.graftDisturbed(
        { stableForMs: 3000 },
        { [waiting]: () => void engine.dockerNow('start', scene.originalId) },
      );
      await expectRolledBack(scene, report);
      expect(report.reason?.message).toContain('somebody else started the original');
    });
  });

  it('does not start the replacement beside an original that somebody started after the disarm', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graftDisturbed(
        {},
        { 'cutover.startingReplacement': () => void engine.dockerNow('start', scene.originalId) },
      );
      await expectRolledBack(scene, report);
      expect(report.reason?.code).toBe('both-would-run');
    });
  });

  it('goes back when somebody removes the replacement', async () => {
    const engine = await Engine.up(kind);
    for (const state of [
      waiting,
      'cutover.namingReplacement',
      'cutover.startingReplacement',
      'rollback.stoppingReplacement',
    ]) {
      await play(engine, {}, async (scene) => {
        const back = state.startsWith('rollback') ? neverReady : { stableForMs: 2000 };
        const report = await scene.graftDisturbed(back, {
          [state]: ({ replacement }) => void engine.dockerNow('rm', '-f', replacement?.id ?? ''),
        });
        await expectRolledBack(scene, report);
      });
    }
  });

  it('never touches what is not its own when the replacement was renamed and its name taken', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      let foreign = '';
      const report = await scene.graftDisturbed(
        {},
        {
          'cutover.startingReplacement': () => {
            engine.dockerNow('rename', scene.name, `${scene.name}-elsewhere`);
            foreign = engine.dockerNow(
              'run',
              '-d',
              '--init',
              '--name',
              scene.name,
              'gpugraft/busybox',
              'sleep',
              '1000',
            );
          },
        },
      );
      const stranger = await engine.inspect(foreign);
      expect(text(stranger, 'Name')).toBe(`/${scene.name}`);
      expect(at(stranger, 'State.Running')).toBe(true);
      await expectStranded(scene, report);
      expect(report.warnings.filter(({ code }) => code === 'stands')).toHaveLength(2);
    });
  });

  it('is stranded, the replacement left alone, when the backup was removed and the wait fails', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graftDisturbed(neverReady, {
        [waiting]: () => void engine.dockerNow('rm', scene.originalId),
      });
      await expectStranded(scene, report);
      expect(report.reason?.code).toBe('no-way-back');
      const left = await scene.named();
      expect(text(left, 'Id')).toBe(report.container.replacementId);
      expect(at(left, 'State.Running')).toBe(true);
    });
  });

  it('grafts all the same when the backup was removed, or renamed, and the wait succeeds', async () => {
    const engine = await Engine.up(kind);
    for (const deed of [['rm'], ['rename']] as const) {
      await play(engine, {}, async (scene) => {
        const to = deed[0] === 'rename' ? [`${scene.name}-kept`] : [];
        const report = await scene.graftDisturbed(
          { stableForMs: 2500 },
          { [waiting]: () => void engine.dockerNow(...deed, scene.originalId, ...to) },
        );
        await expectGrafted(scene, report);
        expect(report.backup.removed).toBe(true);
      });
    }
  });

  it('puts the original back under its name even where somebody renamed its backup', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graftDisturbed(neverReady, {
        [waiting]: () => void engine.dockerNow('rename', scene.originalId, `${scene.name}-kept`),
      });
      await expectRolledBack(scene, report);
    });
  });

  it('refuses a container that was changed while it was being prepared', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graftDisturbed(
        {},
        {
          'preparation.claimingContainer': () =>
            void engine.dockerNow('update', '--restart', 'always', scene.originalId),
        },
      );
      expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'changed-since' } });
      expect((await scene.containers()).map((doc) => text(doc, 'Id'))).toEqual([scene.originalId]);
      expect(at(await scene.original(), 'State.Pid')).toBe(at(scene.before, 'State.Pid'));
    });
  });
});
