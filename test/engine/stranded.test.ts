import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds, text } from './support/engines.js';
import { differing } from './support/configured.js';
import { runFaulty } from './support/faulty.js';
import { expectFiles, expectGrafted, expectRolledBack, expectStranded } from './support/ends.js';
import { neverReady, play } from './support/scene.js';
import type { Scene } from './support/scene.js';
import type { Report } from '../../src/report.js';

function takePort({ engine, name }: Scene, publish: readonly string[]): void {
  const image = ['gpugraft/busybox', 'sleep', '1000'];
  engine.dockerNow('run', '-d', '--init', '--name', `${name}-port`, ...publish, ...image);
}

/** By hand, with nothing but a shell and the docker client: what the report says to run. */
async function runRescue(scene: Scene, report: Report): Promise<void> {
  const env = { PATH: process.env['PATH'], DOCKER_HOST: scene.engine.host };
  // Twice: it can be run again.
  for (const _ of [1, 2]) await promisify(execFile)('sh', [report.rescue ?? ''], { env });
  const now = await scene.named();
  expect(text(now, 'Id')).toBe(scene.originalId);
  expect(at(now, 'State.Running')).toBe(true);
  expect(differing(scene.before, now ?? {})).toEqual([]);
}

describe.concurrent.each(kinds)('%s', (kind) => {
  it('is stranded when the name is taken in the middle of the rollback; the rescue works', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--restart', 'on-failure:4'] }, async (scene) => {
      // The replacement is gone, and its name goes to somebody else.
      const report = await scene.graftDisturbed(neverReady, {
        'rollback.restoringName': () =>
          void engine.dockerNow('create', '--name', scene.name, 'gpugraft/busybox', 'true'),
      });
      expect(report.reason?.message).toContain('pre-patch sandbox was NOT restored');
      expect(report.reason?.code).toBe('rename-failed');
      await expectStranded(scene, report);
      expectFiles(scene, report);
      expect(at(await scene.original(), 'State.Running')).toBe(false);
      const stands = report.warnings.filter(({ code }) => code === 'stands');
      expect(stands.map(({ message }) => message).join('\n')).toContain(scene.originalId);
      const summary = fs.readFileSync(path.join(report.diagnostics ?? '', 'summary.txt'), 'utf8');
      expect(summary).toContain('rolled_back=failed');
      const thief = text(await scene.named(), 'Id');
      await engine.docker('rm', thief);
      await runRescue(scene, report);
    });
  });

  it('is stranded when something takes the port, and says so; the rescue works once it is free', async () => {
    const engine = await Engine.up(kind);
    const port = kind === 'oldest' ? '18080' : '18081';
    const publish = ['-p', `${port}:80`];
    await play(engine, { run: publish }, async (scene) => {
      // Taken for good once the replacement is gone: the original cannot be started any more.
      const report = await scene.graftDisturbed(neverReady, {
        'rollback.restoringName': () => takePort(scene, publish),
      });
      await expectStranded(scene, report);
      expectFiles(scene, report);
      expect(report.reason?.code).toBe('start-failed');
      expect(report.reason?.message).toMatch(/port is already allocated|address already in use/);
      await engine.docker('rm', '-f', `${scene.name}-port`);
      await runRescue(scene, report);
    });
  });

  it('goes back when the port is taken in the gap and free again', async () => {
    const engine = await Engine.up(kind);
    const port = kind === 'oldest' ? '18082' : '18083';
    const publish = ['-p', `${port}:80`];
    await play(engine, { run: publish }, async (scene) => {
      const thief = `${scene.name}-port`;
      const report = await scene.graftDisturbed(
        {},
        {
          'cutover.disarmingOriginal': () => takePort(scene, publish),
          'rollback.provingWayBack': () => void engine.dockerNow('rm', '-f', thief),
        },
      );
      await expectRolledBack(scene, report);
      expect(report.reason?.code).toBe('start-failed');
    });
  });

  it('grafts and names the leak when the backup cannot be removed', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const child = { op: 'graft', target: scene.name } as const;
      const removal = new RegExp(`^DELETE .*/containers/${scene.originalId}`);
      const { report } = await runFaulty(scene, child, 1, 'refuse', removal);
      if (report === null) throw new Error('it gave no report');
      expect(report.backup).toMatchObject({ kind: 'container', removed: false });
      expect(report.warnings.map(({ code }) => code)).toContain('backup-leaked');
      expect(report.rescue).not.toBeNull();
      await expectGrafted(scene, report);
    });
  });

  it('calls nothing grafted while somebody has the backup running beside it', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graftDisturbed(
        {},
        { 'completion.removingBackup': () => void engine.dockerNow('start', scene.originalId) },
      );
      expect(report).toMatchObject({ reason: { code: 'both-run' }, backup: { removed: false } });
      expect(report.rescue).not.toBeNull();
      await expectStranded(scene, report);
    });
  });
});
