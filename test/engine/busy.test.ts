/** Two runs on one container: the second is refused, and names who holds it. */
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { graft } from '../../src/graft.js';
import { Engine, at, kinds, text } from './support/engines.js';
import { runChild } from './support/child.js';
import { expectGrafted, expectRolledBack, expectUntouched } from './support/ends.js';
import { play, quick } from './support/scene.js';
import type { Scene } from './support/scene.js';
import type { Report } from '../../src/report.js';

/** Runs a graft that waits until something else, begun when it entered a state, is over. */
async function beside<T>(
  engine: Engine,
  state: string,
  other: (scene: Scene) => Promise<T>,
  check: (scene: Scene, report: Report, others: T) => Promise<void> | void,
): Promise<void> {
  const gate = fs.mkdtempSync(`${engine.share}/gate-`);
  const open = (): void => fs.writeFileSync(`${gate}/open`, '');
  await play(engine, { run: ['-v', `${gate}:/gate`] }, async (scene) => {
    let others: Promise<T> | null = null;
    const readyCommand = ['test', '-e', '/gate/open'];
    const report = await scene.graft(
      { ready: 'command', readyCommand, errorDebounce: 10_000 },
      {
        onProgress: (entry) => {
          if (entry.state === state) others ??= other(scene).finally(open);
        },
      },
    );
    if (others === null) throw new Error(`${state} was never entered`);
    await check(scene, report, await (others as Promise<T>));
    await expectGrafted(scene, report);
  }).finally(() => fs.rmSync(gate, { recursive: true }));
}

const waiting = 'confirmation.pausingBetweenPolls';

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each([
    { by: 'name', from: 'the same folder' },
    { by: 'ID', from: 'the same folder' },
    { by: 'name', from: 'another folder' },
    { by: 'ID', from: 'another folder' },
  ])('refuses a second run by $by, from $from, while the first prepares', async ({ by, from }) => {
    const second = (scene: Scene): Promise<Report> => {
      const { stateDir } = from === 'another folder' ? scene.elsewhere() : scene;
      const target = by === 'ID' ? scene.originalId : scene.name;
      return graft(target, quick, scene.session({ stateDir }));
    };
    await beside(
      await Engine.up(kind),
      'preparation.creatingAhead',
      second,
      (_, report, others) => {
        expect(others).toMatchObject({
          outcome: 'refused',
          reason: { code: 'busy' },
          downtimeMs: null,
        });
        expect(others.reason?.message).toContain(report.runId);
        expect(others.reason?.message).toContain(String(process.pid));
      },
    );
  });

  it('refuses a second run that finds the replacement under the name', async () => {
    // Another mode: it would not be content with the GPU that is there.
    const second = (scene: Scene): Promise<Report> =>
      graft(scene.name, { ...quick, mode: 'nvidia-runtime' }, scene.elsewhere().session());
    await beside(await Engine.up(kind), waiting, second, (_, report, others) => {
      expect(others).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
      expect(others.reason?.message).toContain(report.runId);
      expect(others.container.originalId).toBe(report.container.replacementId);
    });
  });

  it('refuses to recover a run whose process lives', async () => {
    const second = (scene: Scene): Promise<Report> => scene.recover(scene.runs()[0] ?? '', 'back');
    await beside(await Engine.up(kind), waiting, second, (_, __, others) => {
      expect(others).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
    });
  });

  it('lets one win where four begin at once', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const folders = [scene, scene, scene.elsewhere(), scene.elsewhere()];
      const reports = await Promise.all(
        folders.map((one) => graft(scene.name, quick, one.session())),
      );
      const grafted = reports.filter(({ outcome }) => outcome === 'grafted');
      const refused = reports.filter(({ outcome }) => outcome === 'refused');
      expect(grafted.length).toBeLessThanOrEqual(1);
      expect(refused.length).toBe(4 - grafted.length);
      for (const { reason } of refused) expect(['busy', 'changed-since']).toContain(reason?.code);
      const winner = grafted[0];
      const left = (await scene.containers()).map((doc) => text(doc, 'Id'));
      expect(left).toEqual([winner?.container.replacementId ?? scene.originalId]);
      expect(at(await scene.named(), 'State.Running')).toBe(true);
    });
  });

  it('says of a dead holder that it is dead, and touches nothing until recover has ended it', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
      const kill = { state: 'preparation.creatingAhead', when: 'after' } as const;
      expect(await runChild(scene, { op: 'graft', target: scene.name, kill })).toMatchObject({
        killed: true,
      });
      const dead = scene.runs()[0] ?? '';
      const before = (await scene.containers()).map((doc) => text(doc, 'Id'));
      const again = await scene.graft();
      expect(again).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
      expect(again.reason?.message).toContain(dead);
      expect(again.reason?.message).toContain('was interrupted');
      expect(again.reason?.hint).toContain('recover');
      expect((await scene.containers()).map((doc) => text(doc, 'Id'))).toEqual(before);
      const report = await scene.recover(dead);
      expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'interrupted' } });
      await expectUntouched(scene, report);
      await expectGrafted(scene, await scene.graft());
    });
  });

  it('is recovered by one of two that try at once', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const kill = { state: 'cutover.settingOriginalAside', when: 'after' } as const;
      await runChild(scene, { op: 'graft', target: scene.name, kill });
      const runId = scene.runs()[0] ?? '';
      const reports = await Promise.all([scene.recover(runId), scene.recover(runId)]);
      // The other one is refused, or comes when it is over and says the same.
      expect(reports.map(({ outcome }) => outcome)).toContain('rolledBack');
      for (const report of reports) {
        if (report.outcome === 'refused') expect(report.reason?.code).toBe('busy');
        else await expectRolledBack(scene, report);
      }
    });
  });
});
