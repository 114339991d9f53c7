/** `--allow-dependents`: what joins the original, is linked to it or takes its volumes is attached to what has its place. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import {
  addDependents,
  dependentKinds,
  expectAttached,
  expectNothingLeft,
  lender,
  nameOf,
} from './support/dependents.js';
import type { DependentKind } from './support/dependents.js';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { runChild } from './support/child.js';
import { neverReady, play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const allowed = { allowDependents: true } as const;
const codes = ({ warnings }: Report): string[] => warnings.map(({ code }) => code);
const idOf = async (scene: Scene, kind: DependentKind): Promise<string> =>
  text(await scene.engine.inspect(nameOf(scene, kind)), 'Id');

/** Those of them that are another container by now. */
async function anew(scene: Scene, before: ReadonlyMap<DependentKind, Doc>): Promise<string[]> {
  const found: string[] = [];
  for (const [kind, was] of before) {
    if ((await idOf(scene, kind)) !== was['Id']) found.push(kind);
  }
  return found;
}

describe.each(kinds)('%s', (kind) => {
  it('names them and refuses; allowed, attaches each to the replacement; undone, to the original', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: lender }, async (scene) => {
      const before = await addDependents(scene, dependentKinds);
      const refused = await scene.graft();
      expect(refused).toMatchObject({ outcome: 'refused', reason: { code: 'has-dependents' } });
      expect(refused.reason?.hint).toContain('--allow-dependents');
      expect(await anew(scene, before)).toEqual([]);

      const graft = await scene.graft({ ...allowed, keepBackup: true });
      expect(graft).toMatchObject({ outcome: 'grafted', reason: null });
      expect(codes(graft)).not.toContain('dependent-not-restored');
      await expectAttached(scene, before);
      // By its name it goes on to mean what has the name: it is the very container that it was.
      expect(await anew(scene, before)).toEqual(dependentKinds.filter((one) => one !== 'volumes'));
      await expectNothingLeft(scene, before, [graft.backup.name ?? '']);

      expect(await scene.rollback()).toMatchObject({
        outcome: 'refused',
        reason: { code: 'has-dependents' },
      });
      const back = await scene.rollback(allowed);
      expect(back).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      expect(codes(back)).not.toContain('dependent-not-restored');
      expect(text(await scene.named(), 'Id')).toBe(scene.originalId);
      await expectAttached(scene, before);
      await expectNothingLeft(scene, before);
    });
  });

  it('brings all of them back, the same ones, where the replacement does not get ready', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: lender }, async (scene) => {
      const before = await addDependents(scene, dependentKinds);
      const report = await scene.graft({ ...allowed, ...neverReady });
      expect(report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'supervisor-error' } });
      expect(codes(report)).not.toContain('dependent-not-restored');
      expect(text(await scene.named(), 'Id')).toBe(scene.originalId);
      expect(await anew(scene, before)).toEqual([]);
      await expectAttached(scene, before);
      await expectNothingLeft(scene, before);
    });
  });

  it('goes back, with all of them, where one of them cannot be attached', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: lender }, async (scene) => {
      const before = await addDependents(scene, ['network', 'link']);
      // What it writes goes along with it, and it will be no other container than the one that wrote it.
      const name = nameOf(scene, 'ipc');
      const script =
        'if [ -e /own ] && [ "$(cat /own)" != "$(hostname)" ]; then exit 7; fi; hostname > /own; exec sleep 100000';
      await engine.docker(
        'run',
        '-d',
        '--init',
        '--name',
        name,
        '--ipc',
        `container:${scene.originalId}`,
        'gpugraft/busybox',
        'sh',
        '-c',
        script,
      );
      const was = text(await engine.inspect(name), 'Id');
      const report = await scene.graft(allowed);
      expect(report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'dependent-failed' } });
      expect(report.reason?.message).toContain(`${name}, which depends on it`);
      expect(report.reason?.message).toContain('exit code 7');
      expect(text(await scene.named(), 'Id')).toBe(scene.originalId);
      const now = await engine.inspect(name);
      expect(text(now, 'Id')).toBe(was);
      expect(at(now, 'State.Running')).toBe(true);
      await expectNothingLeft(scene, new Map([...before, ['ipc', now as Doc]]));
      await expectAttached(scene, before);
    });
  });

  it.each([
    ['before its run', { state: 'confirmation.reattaching.reattachingDependent' }],
    ['while it is committed', { state: 'cutover.snapshottingOriginal', part: '-d1-' }],
    ['while it is swapped', { state: 'cutover.namingReplacement', part: '-d2-' }],
    ['once it is confirmed', { state: 'completion.removingBackup', part: '-d1-' }],
  ] as const)('killed %s, recover attaches all of them', async (_, where) => {
    const engine = await Engine.up(kind);
    await play(engine, { run: lender }, async (scene) => {
      const before = await addDependents(scene, ['network', 'pid', 'link']);
      const kill = { ...where, when: 'after' } as const;
      const graft = { op: 'graft', target: scene.name, options: allowed, kill } as const;
      expect((await runChild(scene, graft)).killed).toBe(true);
      const [runId = ''] = scene.runs();
      const report = await scene.recover(runId);
      expect(report.outcome, JSON.stringify(report.reason)).toBe('grafted');
      expect(text(await scene.named(), 'Id')).toBe(report.container.replacementId);
      await expectAttached(scene, before);
      await expectNothingLeft(scene, before);
      expect(await scene.recover(runId)).toEqual(report);
    });
  });

  it('killed on the way back, recover attaches all of them to the original', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: lender }, async (scene) => {
      const before = await addDependents(scene, ['network', 'pid', 'link']);
      const kill = { state: 'rollback.reattaching.reattachingDependent', when: 'after' } as const;
      const options = { ...allowed, ...neverReady };
      const graft = { op: 'graft', target: scene.name, options, kill } as const;
      expect((await runChild(scene, graft)).killed).toBe(true);
      const report = await scene.recover(scene.runs()[0] ?? '');
      expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      expect(await anew(scene, before)).toEqual([]);
      await expectAttached(scene, before);
      await expectNothingLeft(scene, before);
    });
  });
});
