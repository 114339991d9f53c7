/** Originals that do not run: exited, or created and never started. Swapped, and left as they were. */
import { afterAll, describe, expect, it } from 'vitest';
import { expectRecovered, inParallel } from './support/aftermath.js';
import { runChild } from './support/child.js';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectGrafted, expectRolledBack } from './support/ends.js';
import { play, Scene } from './support/scene.js';

const verbs = ['exited', 'create'] as const;
const run = ['--restart', 'always', '-e', 'A=1', '--label', 'l=v', '-v', 'named:/data'];
const codes = (report: { warnings: readonly { code: string }[] }): string[] =>
  report.warnings.map(({ code }) => code);
const volumesOf = (doc: Doc | null): string[] =>
  (at(doc, 'Mounts') as Doc[]).map((mount) => text(mount, 'Name'));

describe.each(kinds)('%s', (kind) => {
  const own = { own: 'stopped' };
  afterAll(async () => (await Engine.up(kind, own)).down());

  it.each(verbs)('grafts one that is %s, takes it back, and grafts it for good', async (verb) => {
    const engine = await Engine.up(kind);
    await play(engine, { verb, run }, async (scene) => {
      const kept = await scene.graft({ keepBackup: true });
      await expectGrafted(scene, kept);
      expect(kept).toMatchObject({ downtimeMs: null, gpuProof: { level: 'requested' } });
      expect(codes(kept)).toEqual(expect.arrayContaining(['left-stopped', 'gpu-unproven']));
      const back = await scene.rollback();
      await expectRolledBack(scene, back);
      expect(back.downtimeMs).toBeNull();
      await expectGrafted(scene, await scene.graft());
      // And it works once somebody starts it.
      await engine.docker('start', scene.name);
      expect(await engine.docker('exec', scene.name, 'ls', '/dev/nvidia0')).toContain('nvidia0');
    });
  });

  it.each(verbs)(
    'carries the layer of one that is %s, networks and volume as they were',
    async (verb) => {
      const engine = await Engine.up(kind);
      const [one, two] = [`${verb}-one`, `${verb}-two`];
      for (const network of [one, two]) await engine.docker('network', 'create', network);
      const wish = ['--network', one, '--network-alias', 'api', '-v', '/data'];
      try {
        await play(engine, { verb, run: wish }, async (scene) => {
          await engine.docker('network', 'connect', '--alias', 'db', two, scene.name);
          await engine.docker('cp', '/etc/hostname', `${scene.name}:/precious`);
          const was = await scene.original();
          const networks = Object.keys(at(was, 'NetworkSettings.Networks') as object).toSorted();
          const report = await scene.graft();
          expect(report.outcome).toBe('grafted');
          expect(codes(report)).toContain('layer-carried');
          const now = await scene.named();
          expect(at(now, 'State.Status')).toBe('created');
          expect(Object.keys(at(now, 'NetworkSettings.Networks') as object).toSorted()).toEqual(
            networks,
          );
          expect(networks).toHaveLength(2);
          expect(volumesOf(now)).toEqual(volumesOf(was));
          expect(volumesOf(was)[0]).toMatch(/^[0-9a-f]{64}$/);
          await engine.docker('start', scene.name);
          expect(await engine.docker('exec', scene.name, 'ls', '/precious')).toContain('precious');
          const aliases = at(await scene.named(), `NetworkSettings.Networks.${two}.Aliases`);
          expect(aliases).toContain('db');
        });
      } finally {
        for (const network of [one, two]) await engine.docker('network', 'rm', network);
      }
    },
  );

  it('recovers from a kill on either side of the decision, starting nothing', async () => {
    const engine = await Engine.up(kind);
    const kills = [
      { state: 'cutover.disarmingOriginal', end: 'S2' },
      { state: 'confirmation.inspectingStopped', end: 'S2' },
      { state: 'completion.removingBackup', end: 'S1' },
    ];
    const cases = verbs.flatMap((verb) => kills.map((one) => ({ ...one, verb })));
    await inParallel(cases, 3, async ({ verb, state, end }) => {
      await play(engine, { verb, run: ['--restart', 'always'] }, async (scene) => {
        const kill = { state, when: 'after' } as const;
        expect(await runChild(scene, { op: 'graft', target: scene.name, kill })).toMatchObject({
          killed: true,
        });
        expect(await expectRecovered(scene), state).toBe(end);
      });
    });
  });

  it('says what a restart of the engine starts, and what it does not', async () => {
    const engine = await Engine.up(kind, own);
    const scenes = await Promise.all([
      Scene.make(engine, { verb: 'exited', run: ['--restart', 'always'] }),
      Scene.make(engine, { verb: 'exited', run: ['--restart', 'always'] }),
      Scene.make(engine, { verb: 'create', run: ['--restart', 'always'] }),
    ]);
    const [plain, exited, created] = scenes as [Scene, Scene, Scene];
    try {
      expect(codes(await exited.graft())).toContain('policy-idle');
      expect(codes(await created.graft())).not.toContain('policy-idle');
      await engine.control('restart');
      await expect.poll(async () => at(await plain.named(), 'State.Running')).toBe(true);
      for (const scene of [exited, created])
        expect(text(await scene.named(), 'State.Status')).toBe('created');
    } finally {
      for (const scene of scenes) await scene.end();
    }
  });
});
