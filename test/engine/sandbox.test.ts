/**
 * OpenShell sandboxes on real engines, under gateways of both generations (`test/openshell/`): Ready
 * again at once, or the original back and Ready, and never none nor two when the gateway looks.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Options } from '../../machines/index.js';
import { Engine, at, kinds } from './support/engines.js';
import { differing, gpuPaths } from './support/configured.js';
import { inParallel } from './support/aftermath.js';
import { everything } from './support/extent.js';
import { runChild } from './support/child.js';
import {
  expectReady,
  expectWritten,
  generations,
  withSandbox,
  withSandboxes,
} from './support/sandbox.js';

const errors = (count: number) => Array.from({ length: count }, () => 'Error' as const);
const quickly = { pollIntervalMs: 100 } as const;
const noGpu: Partial<Options> = { gpuProof: { kind: 'command', argv: ['false'] } };

const cases = kinds.flatMap((kind) => generations.map((generation) => ({ kind, generation })));
/** Each generation on one engine: what differs between engines, the first tests show on all four. */
const pairs = [
  { kind: 'oldest', generation: 'early' },
  { kind: 'newest', generation: 'lifecycle' },
] as const;

describe.each(cases)('$kind engine, $generation gateway', ({ kind, generation }) => {
  it.each([false, true])('comes back Ready, layer written: %s', async (written) => {
    const engine = await Engine.up(kind);
    await withSandbox(engine, { generation, written }, async (sandbox) => {
      const { gateway, scene, name } = sandbox;
      const report = await scene.graft();
      expect(report).toMatchObject({ outcome: 'grafted', reason: null, backup: { removed: true } });
      const now = await expectReady(sandbox, { wasOriginal: false });
      await expectWritten(sandbox, written);
      const asked = [...(gpuPaths['gpus'] ?? []), 'HostConfig.CapAdd', 'HostConfig.SecurityOpt'];
      const image = written ? ['Config.Image', 'Image'] : [];
      const found = differing(scene.before, now).filter((path) => path !== 'AppArmorProfile');
      expect(found).toEqual([...asked, ...image].toSorted());
      const seen = await gateway.log(name);
      // The older one reads Error where a poll of its own fell between stop and removal, until the next, 2 s later.
      if (generation === 'lifecycle') expect(seen.told('Error')).toBe(0);
      console.log(
        `${kind}, ${generation}, ${written ? 'carried' : 'clean'}: Ready to Ready ${seen.gaps().join(' ')} ms, downtime ${report.downtimeMs} ms, Errors told ${seen.told('Error')}, polls in Error ${seen.pollsIn('Error')}`,
      );
    });
  });

  it('is Ready again after a rollback before the retirement, and can be grafted then', async () => {
    const engine = await Engine.up(kind);
    await withSandbox(engine, { generation, written: true, speed: 10 }, async (sandbox) => {
      const report = await sandbox.scene.graft(noGpu);
      expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      await expectReady(sandbox, { wasOriginal: true });
      await expectWritten(sandbox, true);
      expect(await sandbox.scene.graft()).toMatchObject({ outcome: 'grafted' });
      await expectReady(sandbox, { wasOriginal: false });
      await expectWritten(sandbox, true);
    });
  });
});

describe.each(pairs)('$kind engine, $generation gateway: the wait', ({ kind, generation }) => {
  it('bears 14 Errors', async () => {
    const engine = await Engine.up(kind);
    await withSandbox(engine, { generation }, async (sandbox) => {
      const told = [...errors(14), 'Ready' as const];
      await sandbox.gateway.script('box', { phases: told, from: 'replaced' });
      expect(await sandbox.scene.graft(quickly)).toMatchObject({ outcome: 'grafted' });
      await expectReady(sandbox, { wasOriginal: false });
    });
  });

  it('after 15 Errors makes the original again, Ready, or keeps what the gateway was told to start', async () => {
    const engine = await Engine.up(kind);
    await withSandbox(engine, { generation, written: true, speed: 10 }, async (sandbox) => {
      const { gateway, scene } = sandbox;
      await gateway.script('box', { phases: errors(1), from: 'replaced' });
      const report = await scene.graft(quickly, {
        onProgress: ({ state }) => {
          if (state.startsWith('rollback.')) void gateway.script('box', null);
        },
      });
      await gateway.script('box', null);
      // The bundle is from before anything was taken down; its last lines are from the run's end.
      const summary = fs.readFileSync(path.join(report.diagnostics ?? '', 'summary.txt'), 'utf8');
      expect(summary).toContain('\nsandbox_name=box\n');
      expect(summary).toContain(
        generation === 'early' ? '\nrolled_back=yes\n' : '\nrolled_back=no\n',
      );
      if (generation === 'early') {
        expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
        expect(report.reason?.message).toContain('15 errors in a row');
        expect(report.warnings.map(({ code }) => code)).toContain('recreated');
      } else {
        expect(report).toMatchObject({ outcome: 'stranded', rolledBack: null });
        expect(report.reason?.message).toContain('the replacement stays');
        const kept = await scene.recover(report.runId ?? '', 'forward');
        expect(kept).toMatchObject({ outcome: 'grafted' });
      }
      await expectReady(sandbox, { wasOriginal: false });
      await expectWritten(sandbox, true);
    });
  });

  it('is not held up by a list that lags 12 s behind', async () => {
    const engine = await Engine.up(kind);
    await withSandbox(engine, { generation, speed: 10 }, async (sandbox) => {
      // Old enough to stand in a list of 12 s ago, by the gateway's clock.
      await sleep(1500);
      await sandbox.gateway.lag(12_000);
      const report = await sandbox.scene.graft();
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      // The list of then has the sandbox as it was: nothing of it was waited for, nor taken for a verdict.
      await sandbox.gateway.lag(0);
      await expectReady(sandbox, { wasOriginal: false });
    });
  });

  it('rests where the wait is put off, and is finalized or taken back', async () => {
    const engine = await Engine.up(kind);
    await withSandbox(engine, { generation }, async (sandbox) => {
      const { scene } = sandbox;
      const first = await scene.graft({ defer: true });
      expect(first).toMatchObject({ outcome: 'deferred', reason: null });
      await expectReady(sandbox, { wasOriginal: false });
      expect(await scene.rollback()).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      await expectReady(sandbox, { wasOriginal: false });
      const second = await scene.graft({ defer: true });
      expect(second).toMatchObject({ outcome: 'deferred' });
      const done = await scene.recover(second.runId ?? '', 'finalize');
      expect(done).toMatchObject({ outcome: 'grafted', reason: null });
      await expectReady(sandbox, { wasOriginal: false });
    });
  });

  it('survives kill -9 at the lines of its journal', async () => {
    const engine = await Engine.up(kind);
    const options = { gpuProof: { kind: 'none' } } as const;
    let last = 0;
    const ends: Record<string, number> = {};
    const wishes = { generation, speed: 10, supervisorMs: 50 };
    await withSandboxes(engine, wishes, async (alone) => {
      await alone('whole', async ({ scene }) => {
        await scene.graft(options, { onProgress: ({ seq }) => (last = seq) });
      });
      expect(last).toBeGreaterThan(30);
      const all = Array.from({ length: last }, (_, index) => index + 1);
      // Every second one, unless all is asked for; in memory each line of each generation is killed at.
      const lines = all.filter((line) => everything || line % 2 === 1);
      await inParallel(lines, 3, (line) =>
        alone(`box-${line}`, async (sandbox) => {
          const { scene } = sandbox;
          const when = line % 4 < 2 ? 'after' : 'before';
          const kill = { line, when } as const;
          const died = await runChild(scene, { op: 'graft', target: scene.name, options, kill });
          if (!died.killed) return;
          const [runId = ''] = scene.runs();
          const report = await scene.recover(runId);
          const unknown = report.reason?.code === 'no-such-run';
          const end = unknown ? 'refused' : (report.outcome ?? 'none');
          expect(end, `line ${line}: ${JSON.stringify(report.reason)}`).toMatch(
            /^(refused|grafted|rolledBack)$/,
          );
          ends[end] = (ends[end] ?? 0) + 1;
          await expectReady(sandbox, { wasOriginal: end !== 'grafted' });
          if (!unknown) expect(await scene.recover(runId)).toEqual(report);
          expect(at(await scene.named(), 'State.Running')).toBe(true);
        }),
      );
    });
    const kills = Object.values(ends).reduce((sum, count) => sum + count, 0);
    console.log(
      `${generation}, ${kind}: killed at ${kills} of ${last} lines: ${JSON.stringify(ends)}`,
    );
    expect(Object.keys(ends).toSorted()).toEqual(['grafted', 'refused', 'rolledBack']);
  });
});
