/** Bad input: one clear line, nothing touched, nothing left. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { graft } from '../../src/graft.js';
import type { Report } from '../../src/report.js';
import { Engine, at, kinds } from './support/engines.js';
import { expectUntouched } from './support/ends.js';
import { play, quick } from './support/scene.js';

function expectOneLine({ outcome, reason }: Report, code: string): void {
  expect(outcome).toBe('refused');
  expect(reason?.code).toBe(code);
  expect(reason?.message).toMatch(/^[^\n]+$/);
  expect(reason?.message).not.toMatch(/\bat .*\.[jt]s:\d+|undefined|\[object/);
}

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each([
    { code: 'auto-remove', run: ['--rm'] },
    { code: 'swarm-task', run: ['--label', 'com.docker.swarm.service.name=web'] },
    { code: 'sandbox-unnamed', run: ['--label', 'openshell.ai/managed-by=openshell'] },
  ])('refuses a container: $code', async ({ code, run }) => {
    const engine = await Engine.up(kind);
    await play(engine, { run }, async (scene) => {
      const report = await scene.graft();
      expectOneLine(report, code);
      expect(report.journal).toBeNull();
      expect(report.reason?.hint).not.toBeNull();
      await expectUntouched(scene, report);
      expect(scene.runs()).toEqual([]);
    });
  });

  it('refuses a paused container', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      await engine.docker('pause', scene.name);
      expectOneLine(await scene.graft(), 'paused');
      expect(scene.runs()).toEqual([]);
      await engine.docker('unpause', scene.name);
    });
  });

  it('refuses a container that keeps restarting', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--restart', 'always'], command: ['false'] }, async (scene) => {
      // The engine waits twice as long each time: in the end there is time to look at it between two starts.
      await expect
        .poll(
          async () => {
            const now = await scene.original();
            return at(now, 'State.Restarting') === true && Number(at(now, 'RestartCount')) > 4;
          },
          { timeout: 60_000, interval: 50 },
        )
        .toBe(true);
      expectOneLine(await scene.graft(), 'restarting');
      expect(scene.runs()).toEqual([]);
    });
  });

  it('refuses a container whose layer was written to, or on which another one depends', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      await engine.docker('exec', scene.name, 'touch', '/precious');
      const report = await scene.graft({ layer: 'refuse' });
      expectOneLine(report, 'layer-dirty');
      expect(report.reason?.message).toContain('/precious');
      await expectUntouched(scene, report);
    });
    await play(engine, {}, async (scene) => {
      const other = `${scene.name}-rider`;
      await engine.docker(
        'run',
        '-d',
        '--init',
        '--name',
        other,
        '--network',
        `container:${scene.name}`,
        'gpugraft/busybox',
        'sleep',
        '1000',
      );
      const report = await scene.graft();
      expectOneLine(report, 'has-dependents');
      expect(report.reason?.message).toContain(other);
      expect(scene.runs()).toEqual([]);
    });
  });

  it('says of an unknown container that there is none', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      for (const target of ['nobody', 'a'.repeat(64), '../x', '-f', 'with space', '']) {
        const report = await graft(target, quick, scene.session());
        expectOneLine(report, 'no-such-container');
        expect(report.journal).toBeNull();
      }
      expect(scene.runs()).toEqual([]);
    });
  });

  it('refuses a state folder that is not its own alone, before anything is asked', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const base = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
      const folder = (name: string, mode: number) => {
        const made = path.join(base, name);
        fs.mkdirSync(made);
        fs.chmodSync(made, mode);
        return made;
      };
      fs.symlinkSync(folder('target', 0o700), path.join(base, 'link'));
      fs.writeFileSync(path.join(base, 'file'), '');
      const bad = [
        path.join(base, 'link'),
        path.join(base, 'file'),
        folder('open', 0o755),
        folder('group', 0o770),
        '/proc/gpugraft',
      ];
      for (const stateDir of bad) {
        const report = await scene.graft({}, { stateDir });
        expectOneLine(report, 'state-dir');
        expect(report.reason?.message).toContain(stateDir);
        expect(report.runId).toBeNull();
        await expectUntouched(scene, report);
      }
      fs.rmSync(base, { recursive: true });
    });
  });
});

describe('without an engine', () => {
  it.each([
    ['an address where nobody listens', { host: 'unix:///nonexistent/docker.sock' }],
    ['a context that there is not', { context: 'gpugraft-nowhere' }],
    ['a host that is none', { host: 'tcp://127.0.0.1:1' }],
  ])('says so at once: %s', async (_, where) => {
    const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
    const report = await graft('web', quick, { context: null, host: null, stateDir, ...where });
    expectOneLine(report, 'engine-unreachable');
    expect(report.reason?.hint).not.toBeNull();
    expect(fs.readdirSync(path.join(stateDir, 'runs'))).toEqual([]);
    fs.rmSync(stateDir, { recursive: true });
  });
});
