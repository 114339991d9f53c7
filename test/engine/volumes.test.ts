/** Volumes that nobody named, and named ones that are empty, through whole runs on real engines. */
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectRolledBack } from './support/ends.js';
import { failsWithGpu, play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const PLACES = ['/data', '/image', '/mount'];
const RUN = ['-v', '/data', '--mount', 'type=volume,dst=/mount'];
const IMAGE = 'gt/volume-image';
const FILL = PLACES.map((place) => `echo of ${place} > ${place}/file`).join('; ');
const READ = `cat ${PLACES.map((place) => `${place}/file`).join(' ')}`;

/** An image with a VOLUME, and with files at a place where people mount named ones. */
async function withImage(kind: 'oldest' | 'newest'): Promise<Engine> {
  const engine = await Engine.up(kind);
  const recipe = await engine.docker(
    'run',
    '-d',
    'gpugraft/busybox',
    'sh',
    '-c',
    'mkdir -p /etc/app; echo default > /etc/app/config',
  );
  await engine.docker('wait', recipe);
  await engine.docker('commit', '-c', 'VOLUME /image', recipe, IMAGE);
  await engine.docker('rm', recipe);
  return engine;
}
const volumesOf = (doc: Doc | null): [string, string][] =>
  (at(doc, 'Mounts') as Doc[])
    .map((mount): [string, string] => [String(mount['Destination']), String(mount['Name'])])
    .toSorted();
const allVolumes = async (engine: Engine): Promise<string[]> =>
  (await engine.docker('volume', 'ls', '--quiet')).split('\n').toSorted();
const inside = (scene: Scene, script: string): Promise<string> =>
  scene.engine.docker('exec', scene.name, 'sh', '-c', script);

describe.each(kinds)('%s', (kind) => {
  it('keeps anonymous and image volumes, by name and with what is in them', async () => {
    const engine = await withImage(kind);
    await play(engine, { run: RUN, image: IMAGE }, async (scene) => {
      await inside(scene, FILL);
      const before = [volumesOf(scene.before), await allVolumes(engine), await inside(scene, READ)];
      const report = await scene.graft();
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      const told = report.warnings.filter(({ code }) => code === 'volumes-by-name');
      expect(told).toHaveLength(1);
      for (const [, name] of volumesOf(scene.before)) expect(told[0]?.message).toContain(name);
      const after = async () => [
        volumesOf(await scene.named()),
        await allVolumes(engine),
        await inside(scene, READ),
      ];
      expect(await after()).toEqual(before);
      // Named by now: nothing more to say, and nothing more to change.
      const again = await scene.graft({ mode: 'nvidia-runtime' });
      expect(again).toMatchObject({ outcome: 'grafted', reason: null });
      expect(again.warnings.map(({ code }) => code)).not.toContain('volumes-by-name');
      expect(await after()).toEqual(before);
      // What the warning says: they are left behind.
      await engine.docker('rm', '-fv', scene.name);
      expect(await allVolumes(engine)).toEqual(before[1]);
      await engine.docker('volume', 'rm', ...volumesOf(scene.before).map(([, name]) => name));
    });
  });

  it('gives them back to the original in a rollback, with what was written meanwhile', async () => {
    const engine = await withImage(kind);
    await play(engine, { run: RUN, image: IMAGE, command: failsWithGpu(3) }, async (scene) => {
      await inside(scene, FILL);
      const volumes = await allVolumes(engine);
      await expectRolledBack(scene, await scene.graft());
      expect(volumesOf(await scene.original())).toEqual(volumesOf(scene.before));
      expect(await inside(scene, READ)).toBe(PLACES.map((place) => `of ${place}`).join('\n'));
      expect(await allVolumes(engine)).toEqual(volumes);
      await engine.docker('rm', '-fv', scene.name);
    });
    await play(engine, { run: RUN, image: IMAGE }, async (scene) => {
      expect((await scene.graft({ keepBackup: true })).outcome).toBe('grafted');
      await inside(scene, FILL);
      await expectRolledBack(scene, await scene.rollback());
      expect(await inside(scene, READ)).toBe(PLACES.map((place) => `of ${place}`).join('\n'));
      // The engine made them for this container: it removes them with it, as ever.
      await engine.docker('rm', '-fv', scene.name);
      const left = await allVolumes(engine);
      for (const [, name] of volumesOf(scene.before)) expect(left).not.toContain(name);
    });
  });

  it('fills no named volume that the workload has emptied', async () => {
    const engine = await withImage(kind);
    const volume = `gt-emptied-${kind}`;
    const run = ['-v', `${volume}:/etc/app`];
    await play(engine, { run, image: IMAGE }, async (scene) => {
      expect(await inside(scene, 'ls /etc/app')).toBe('config');
      await inside(scene, 'rm /etc/app/config');
      const report = await scene.graft();
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      expect(report.warnings.map(({ code }) => code)).toContain('volume-nocopy');
      expect(await inside(scene, 'ls -A /etc/app')).toBe('');
      expect(at(await scene.named(), 'HostConfig.Binds')).toEqual([`${volume}:/etc/app:nocopy`]);
      await engine.docker('rm', '-fv', scene.name);
    });
    await play(engine, { run, image: IMAGE, command: failsWithGpu(3) }, async (scene) => {
      await inside(scene, 'rm -f /etc/app/config');
      await expectRolledBack(scene, await scene.graft());
      expect(await inside(scene, 'ls -A /etc/app')).toBe('');
      await engine.docker('rm', '-fv', scene.name);
    });
    await engine.docker('volume', 'rm', volume);
  });

  it('leaves a named volume with files in it as it was mounted', async () => {
    const engine = await withImage(kind);
    const volume = `gt-filled-${kind}`;
    await play(engine, { run: ['-v', `${volume}:/etc/app`], image: IMAGE }, async (scene) => {
      await inside(scene, 'rm /etc/app/config; echo mine > /etc/app/mine');
      const report = await scene.graft();
      expect(report.warnings.map(({ code }) => code)).not.toContain('volume-nocopy');
      expect(at(await scene.named(), 'HostConfig.Binds')).toEqual([`${volume}:/etc/app`]);
      expect(await inside(scene, 'ls -A /etc/app')).toBe('mine');
      await engine.docker('rm', '-fv', scene.name);
    });
    await engine.docker('volume', 'rm', volume);
  });
});
