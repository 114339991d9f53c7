import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine, kinds } from './support/engines.js';
import { expectGrafted, expectRolledBack } from './support/ends.js';
import { failsWithGpu, play } from './support/scene.js';
import type { Scene } from './support/scene.js';
import type { Options } from '../../machines/index.js';

/** A health check that says yes without a GPU, and otherwise what `script` says. */
const health = (script: string): string[] => [
  '--health-cmd',
  `[ ! -e /dev/nvidia0 ] || { ${script}; }`,
  '--health-interval',
  '400ms',
  '--health-retries',
  '1',
];

/** Grafts, and makes a file in the replacement once a poll has given this reason. @returns every poll's reason */
async function pollReasons(scene: Scene, over: Partial<Options>, reason: string, file: string) {
  const seen = new Set<string>();
  const report = await scene.graft(over, {
    onProgress: ({ context }) => {
      const said = context.wait.last?.reason ?? '';
      if (said === reason && !seen.has(said))
        scene.engine.dockerNow('exec', scene.name, 'touch', `/tmp/${file}`);
      seen.add(said);
    },
  });
  expect(seen).toContain(reason);
  return { report, seen };
}

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each([
    { policy: 'no', code: 1, after: 0 },
    { policy: 'no', code: 0, after: 0 },
    { policy: 'no', code: 1, after: 1 },
    { policy: 'no', code: 0, after: 1 },
    { policy: 'always', code: 1, after: 0 },
    { policy: 'on-failure:5', code: 3, after: 1 },
    { policy: 'unless-stopped', code: 0, after: 1 },
  ])('goes back at once from a replacement that ends: %o', async ({ policy, code, after }) => {
    const engine = await Engine.up(kind);
    const setting = { run: ['--restart', policy], command: failsWithGpu(code, after) };
    await play(engine, setting, async (scene) => {
      const began = Date.now();
      // The debounce alone would take ten minutes.
      const report = await scene.graft({
        stableForMs: 20_000,
        pollIntervalMs: 500,
        errorDebounce: 1200,
      });
      expect(Date.now() - began).toBeLessThan(120_000);
      await expectRolledBack(scene, report);
      expect(report.reason?.code).toBe('replacement-failed');
      expect(report.reason?.message).toMatch(
        // Once its policy has started it again, no inspect knows the code any more.
        policy === 'no' ? `exit code ${code}` : new RegExp(`exit code ${code}|restarted`),
      );
      expect(report.reason?.message).toContain('the supervisor has died');
      const bundle = report.diagnostics ?? '';
      expect(fs.readFileSync(path.join(bundle, 'summary.txt'), 'utf8')).toContain(
        'rolled_back=yes',
      );
      expect(fs.readFileSync(path.join(bundle, 'replacement.log'), 'utf8')).toContain(
        'the supervisor has died',
      );
    });
  });

  it('bears an unhealthy replacement for 15 polls, then goes back', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: health('false') }, async (scene) => {
      const polls: number[] = [];
      const report = await scene.graft(
        {},
        { onProgress: ({ context }) => polls.push(context.wait.errors) },
      );
      await expectRolledBack(scene, report);
      expect(report.reason?.code).toBe('supervisor-error');
      expect(report.reason?.message).toContain('15 errors in a row');
      expect(Math.max(...polls)).toBe(15);
    });
  });

  it('gives up at the deadline on a health check that starts for ever', async () => {
    const engine = await Engine.up(kind);
    const run = [...health('false'), '--health-start-period', '100s'];
    await play(engine, { run }, async (scene) => {
      const report = await scene.graft({ readyTimeoutMs: 1500 });
      await expectRolledBack(scene, report);
      expect(report.reason?.code).toBe('ready-timeout');
      expect(report.reason?.message).toContain('starting');
    });
  });

  it('waits while the health check is starting, and grafts once it is healthy', async () => {
    const engine = await Engine.up(kind);
    const run = [...health('[ -e /tmp/well ]'), '--health-start-period', '100s'];
    await play(engine, { run }, async (scene) => {
      const reasons = await pollReasons(scene, {}, 'its health check is still starting', 'well');
      await expectGrafted(scene, reasons.report);
      expect(reasons.seen).toContain('its health check says healthy');
    });
  });

  it('goes back from one that is healthy first and unhealthy within the window', async () => {
    const engine = await Engine.up(kind);
    const run = health('[ ! -e /tmp/ill ]');
    await play(engine, { run }, async (scene) => {
      const window = { stableForMs: 60_000 };
      const reasons = await pollReasons(
        scene,
        window,
        'it is healthy, and has to stay so for a moment',
        'ill',
      );
      await expectRolledBack(scene, reasons.report);
      expect(reasons.report.reason?.code).toBe('supervisor-error');
    });
  });

  it.each([
    { name: '14 errors, then ready', words: ['e', 14, 'r'], end: 'grafted' },
    { name: '15 errors', words: ['e', 15, 'r'], end: 'back' },
  ] as const)('counts errors of a readiness command: $name', async ({ words, end }) => {
    const engine = await Engine.up(kind);
    // Each poll appends one character; the command says no as often as it is told to.
    const counter = `${engine.share}/count-${kind}-${words[1]}`;
    fs.mkdirSync(counter, { recursive: true });
    const script = `printf . >> /counter/n; [ "$(wc -c < /counter/n)" -gt ${words[1]} ] || { echo not yet; exit 7; }`;
    await play(engine, { run: ['-v', `${counter}:/counter`] }, async (scene) => {
      const report = await scene.graft({ ready: 'command', readyCommand: ['sh', '-c', script] });
      const asked = fs.readFileSync(path.join(counter, 'n'), 'utf8').length;
      if (end === 'grafted') {
        await expectGrafted(scene, report);
        expect(asked).toBe(15);
      } else {
        await expectRolledBack(scene, report);
        expect(report.reason?.message).toContain('exit code 7: not yet');
        expect(asked).toBe(15);
      }
    }).finally(() => fs.rmSync(counter, { recursive: true, force: true }));
  });

  it('starts counting anew when a poll in between is no error: 13 errors, pending, 14 errors, ready', async () => {
    const engine = await Engine.up(kind);
    const counter = `${engine.share}/reset-${kind}`;
    fs.mkdirSync(counter, { recursive: true });
    const script = `printf . >> /counter/n; [ "$(wc -c < /counter/n)" -gt 27 ] || exit 7`;
    await play(engine, { run: ['-v', `${counter}:/counter`] }, async (scene) => {
      let paused = false;
      let done = false;
      const counts: number[] = [];
      const report = await scene.graft(
        { ready: 'command', readyCommand: ['sh', '-c', script] },
        {
          onProgress: ({ state, context }) => {
            counts.push(context.wait.errors);
            // A container that is paused answers nobody: pending, whatever the command would say.
            if (state.endsWith('pausingBetweenPolls') && context.wait.errors === 13 && !done) {
              paused = done = true;
              scene.engine.dockerNow('pause', scene.name);
            } else if (paused && context.wait.last?.verdict === 'pending') {
              paused = false;
              scene.engine.dockerNow('unpause', scene.name);
            }
          },
        },
      );
      await expectGrafted(scene, report);
      expect(fs.readFileSync(path.join(counter, 'n'), 'utf8').length).toBe(28);
      const first = counts.indexOf(13);
      expect(counts.slice(first).includes(0)).toBe(true);
      expect(counts.slice(counts.indexOf(0, first)).includes(14)).toBe(true);
    }).finally(() => fs.rmSync(counter, { recursive: true, force: true }));
  });
});
