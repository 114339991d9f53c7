/** Backups by snapshot, on real engines: the original is removed, and made again by gpugraft or by hand. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { differing } from './support/configured.js';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectAtRest } from './support/ends.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const run = promisify(execFile);
const keeping = { keepBackup: true, backup: 'snapshot' } as const;
const LABELS = ['com.docker.compose.project=p', 'com.docker.compose.service=web', 'team=ours'];
const inside = (scene: Scene, script: string): Promise<string> =>
  scene.engine.docker('exec', scene.name, 'sh', '-c', script);

/** A container with much that a copy could lose. */
const rich = (network: string): string[] => [
  ...LABELS.flatMap((label) => ['--label', label]),
  `--network=${network}`,
  `--volume=${network}-data:/data`,
  '--restart=unless-stopped',
  `--env=SECRET=it's "quoted"\\n`,
  '--hostname=web',
  '--network-alias=api',
  '--ip=172.31.7.9',
  '--volume=/anonymous',
  '--tmpfs=/run:size=1m',
  '--memory=64m',
  '--cap-add=NET_ADMIN',
  '--health-cmd=true',
  '--shm-size=9m',
];

async function onNetworks(
  engine: Engine,
  body: (network: string, second: string) => Promise<void>,
): Promise<void> {
  const network = `snap-${engine.kind}`;
  const second = `${network}-2`;
  await engine.docker('network', 'create', '--subnet', '172.31.7.0/24', network);
  await engine.docker('network', 'create', '--subnet', '172.31.8.0/24', second);
  try {
    await body(network, second);
  } finally {
    await engine.docker('network', 'rm', network, second);
    await engine.docker('volume', 'rm', `${network}-data`).catch(() => '');
  }
}

async function expectRecreated(scene: Scene, before: Doc): Promise<void> {
  const now = await scene.named();
  expect(text(now, 'Id')).not.toBe(scene.originalId);
  expect(at(now, 'State.Running')).toBe(true);
  expect(differing(withNamed(before), withNamed(now as Doc))).toEqual([]);
}

/** Volumes that nobody named are mounted by name from then on, which the report says. */
function withNamed(doc: Doc): Doc {
  const copy = structuredClone(doc);
  (copy['HostConfig'] as Doc)['Mounts'] = null;
  for (const mount of copy['Mounts'] as Doc[]) mount['Mode'] = '';
  return copy;
}

describe.each(kinds)('%s', (kind) => {
  it('retires the original, and makes it again with everything but its ID', async () => {
    const engine = await Engine.up(kind);
    await onNetworks(engine, async (network, second) => {
      await play(engine, { run: rich(network) }, async (scene) => {
        await engine.docker('network', 'connect', '--alias', 'db', second, scene.name);
        await inside(
          scene,
          'echo kept > /data/file; echo kept > /anonymous/file; echo ours > /etc/ours',
        );
        const before = (await scene.original()) as Doc;
        const report = await scene.graft({ ...keeping, backup: 'auto', ready: 'running' });
        expect(report).toMatchObject({ outcome: 'grafted', reason: null });
        expect(report.backup).toMatchObject({ kind: 'snapshot', name: null, removed: false });
        expect(report.backup.image).toBe(text(await scene.named(), 'Image'));
        // What a manager finds by its labels is one container.
        const found = await engine.docker(
          'ps',
          '-aq',
          '--no-trunc',
          '--filter',
          `label=${LABELS[1]}`,
        );
        expect(found).toBe(report.container.replacementId);
        expect(await scene.original()).toBeNull();
        await inside(scene, 'echo later > /data/later');

        const undone = await scene.rollback();
        expect(undone).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
        expect(undone.warnings.map(({ code }) => code)).toContain('recreated');
        const carried = { ...before, Image: report.backup.image };
        (carried as Doc)['Config'] = { ...(before['Config'] as Doc), Image: report.backup.image };
        await expectRecreated(scene, carried as Doc);
        expect(await inside(scene, 'cat /data/file /data/later /anonymous/file /etc/ours')).toBe(
          'kept\nlater\nkept\nours',
        );
        expect(await scene.containers()).toHaveLength(1);
        await expectAtRest(scene, undone);
        await engine.docker('rm', '-f', scene.name);
        const volumes = (before['Mounts'] as Doc[]).flatMap(({ Name }) =>
          Name ? [String(Name)] : [],
        );
        await engine.docker('volume', 'rm', ...volumes);
      });
    });
  });

  it('is made again by hand, with the docker client alone, and once', async () => {
    const engine = await Engine.up(kind);
    await onNetworks(engine, async (network, second) => {
      await play(engine, { run: rich(network) }, async (scene) => {
        await engine.docker('network', 'connect', '--alias', 'db', second, scene.name);
        const before = (await scene.original()) as Doc;
        const report = await scene.graft({ ...keeping, ready: 'running' });
        expect(report.backup).toMatchObject({ kind: 'snapshot', removed: false });
        const { DOCKER_HOST: _host, DOCKER_CONTEXT: _context, ...env } = process.env;
        const rescue = () => run(report.rescue ?? '', [], { env });
        expect((await rescue()).stdout).toContain(`restored: /${scene.name} running`);
        await expectRecreated(scene, before);
        const failed = `${scene.name}.gpugraft-failed-${report.runId}`;
        const left = await engine.inspect(failed);
        expect(at(left, 'State.Running')).toBe(false);
        expect(at(left, 'HostConfig.RestartPolicy.Name')).toBe('no');
        const now = text(await scene.named(), 'Id');
        expect((await rescue()).stdout).toContain(`restored: /${scene.name} running`);
        expect(text(await scene.named(), 'Id')).toBe(now);
        await engine.docker('rm', '-f', scene.name, failed);
        const volumes = (before['Mounts'] as Doc[]).flatMap(({ Name }) =>
          Name ? [String(Name)] : [],
        );
        await engine.docker('volume', 'rm', ...volumes);
      });
    });
  });
});
