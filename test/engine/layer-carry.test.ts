/** The writable layer, carried by a commit: every byte, mode, owner, time and link, on real engines. */
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds, text } from './support/engines.js';
import { expectGrafted, expectRolledBack } from './support/ends.js';
import { failsWithGpu, play } from './support/scene.js';

/** 10,000 files in 100 folders, and one of each kind that a copy is known to lose. */
const WRITE = `
mkdir -p /files/deep /files/links && cd /files
for d in $(seq 0 99); do mkdir deep/$d; for f in $(seq 0 99); do echo $d.$f > deep/$d/$f; done; done
echo setuid > program; chmod 4755 program; echo locked > locked; chmod 0 locked
echo owned > owned; chown 1234:4321 owned; ln owned links/hard; ln -s ../owned links/soft; ln -s /nowhere links/broken
mkfifo pipe; mkdir sticky; chmod 1777 sticky; printf 'a\\000b\\377' > binary; : > empty
touch -d '2001-02-03 04:05:06' program deep/7; rm -rf /home; rm -f /etc/group
`;
/** Everything of the root file system that a person could miss, as text; volumes and what the engine makes left out. */
const OURS = `find / -xdev ! -path '/etc/host*' ! -path /etc/resolv.conf ! -path /etc/mtab ! -name .dockerenv ! -name docker-init ! -path / ! -path /proc ! -path /sys ! -path /dev`;
const DIGEST = [
  `${OURS} -exec stat -c '%n %f %u %g %h' {} + | sort`,
  `${OURS} -type f -exec stat -c '%n %Y' {} + | sort`,
  `${OURS} -type l -exec stat -c '%N' {} + | sort`,
  `${OURS} -type f -exec sha256sum {} + | sort`,
].join('; ');

const images = async (engine: Engine): Promise<string[]> =>
  (await engine.docker('images', '--all', '--quiet', '--no-trunc')).split('\n').toSorted();

describe.each(kinds)('%s', (kind) => {
  it('carries 10,000 files and every kind of file to the replacement', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['-e', 'SECRET=canary'] }, async (scene) => {
      const inside = (script: string) => engine.docker('exec', scene.name, 'sh', '-c', script);
      await inside(WRITE);
      const before = await inside(DIGEST);
      expect(before.split('\n').length).toBeGreaterThan(20_000);
      const report = await scene.graft();
      await expectGrafted(scene, report);
      expect(await inside(DIGEST)).toEqual(before);
      const imageId = text(await scene.named(), 'Image');
      const image = await engine.docker('inspect', '--format', '{{json .Config}}', imageId);
      expect(image).not.toContain('canary');
      expect(await engine.docker('diff', scene.name)).not.toContain('/files');
      // Clean now: another graft adds no layer.
      const all = await images(engine);
      const again = await scene.graft({ mode: 'nvidia-runtime' });
      expect(again.outcome).toBe('grafted');
      expect(again.warnings.map(({ code }) => code)).not.toContain('layer-carried');
      expect(await images(engine)).toEqual(all);
    });
  });

  it('carries what is written while it stops', async () => {
    const engine = await Engine.up(kind);
    const command = [
      'sh',
      '-c',
      'trap "date > /last-words; exit 0" TERM; while :; do sleep 0.1; done',
    ];
    await play(engine, { run: ['--restart', 'unless-stopped'], command }, async (scene) => {
      await engine.docker('exec', scene.name, 'true');
      const report = await scene.graft();
      await expectGrafted(scene, report);
      expect(report.warnings.map(({ code }) => code)).toContain('layer-carried');
      expect(await engine.docker('exec', scene.name, 'cat', '/last-words')).not.toBe('');
      expect(at(await scene.named(), 'HostConfig.RestartPolicy.Name')).toBe('unless-stopped');
    });
  });

  it('leaves no image where it rolls back, nor where its graft is undone', async () => {
    const engine = await Engine.up(kind);
    const all = await images(engine);
    await play(engine, { command: failsWithGpu(3) }, async (scene) => {
      await engine.docker('exec', scene.name, 'touch', '/precious');
      await expectRolledBack(scene, await scene.graft());
      expect(await engine.docker('exec', scene.name, 'ls', '/precious')).toContain('precious');
    });
    await play(engine, {}, async (scene) => {
      await engine.docker('exec', scene.name, 'touch', '/precious');
      await expectGrafted(scene, await scene.graft({ keepBackup: true }));
      await expectRolledBack(scene, await scene.rollback());
    });
    expect(await images(engine)).toEqual(all);
  });
});
