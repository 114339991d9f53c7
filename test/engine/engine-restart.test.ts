/** The engine stops, dies, or goes silent in the middle of a run. Each on an engine of its own. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { runChild } from './support/child.js';
import { Engine, at, kinds, root, text } from './support/engines.js';
import { expectGoodEnd, expectGrafted, expectKept, expectRolledBack } from './support/ends.js';
import { play, Scene } from './support/scene.js';
import type { Setting } from './support/scene.js';

const waiting = 'confirmation.pausingBetweenPolls';
const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

/** A command of scripts/engine while everything in this process stands still. */
const controlNow = (engine: Engine, verb: string): void => {
  execFileSync(`${root}/scripts/engine`, [verb, '--name', engine.name], { stdio: 'ignore' });
};

/** Makes one scene for each, and clears all of them away. */
async function playAll<T>(
  engine: Engine,
  cases: readonly T[],
  settingOf: (one: T) => Setting,
  body: (scenes: { scene: Scene; one: T }[]) => Promise<void>,
): Promise<void> {
  const scenes = await Promise.all(
    cases.map(async (one) => ({ one, scene: await Scene.make(engine, settingOf(one)) })),
  );
  try {
    await body(scenes);
  } finally {
    for (const { scene } of scenes) await scene.end();
  }
}

describe.concurrent.each(kinds)('%s', (kind) => {
  const own = { own: 'restart' };
  afterAll(async () => (await Engine.up(kind, own)).down());

  it.sequential.each([
    { how: 'restarted in order', verbs: ['restart'] },
    { how: 'killed, and up again', verbs: ['kill', 'up'] },
    { how: 'silent for 5 seconds', verbs: ['pause', 'wait', 'resume'] },
  ])(
    'grafts all the same when the engine is $how in the wait, whatever the policy',
    async ({ verbs }) => {
      const engine = await Engine.up(kind, own);
      const gate = fs.mkdtempSync(`${engine.share}/gate-`);
      const settingOf = (policy: string) => ({
        run: ['--restart', policy, '-v', `${gate}:/gate`],
      });
      await playAll(engine, policies, settingOf, async (scenes) => {
        let arrived = 0;
        let allWait = (): void => undefined;
        const everyone = new Promise<void>((resolve) => (allWait = resolve));
        const runs = scenes.map(({ scene }) => {
          let here = false;
          return scene.graft(
            {
              ready: 'command',
              readyCommand: ['test', '-e', '/gate/open'],
              errorDebounce: 10_000,
              engineTimeoutMs: 60_000,
              // Four containers asked ten times a second leave a small machine no time for the engine.
              pollIntervalMs: 500,
            },
            {
              onProgress: ({ state }) => {
                if (state !== waiting || here) return;
                here = true;
                arrived += 1;
                if (arrived === scenes.length) allWait();
              },
            },
          );
        });
        await everyone;
        for (const verb of verbs) await (verb === 'wait' ? delay(5000) : engine.control(verb));
        fs.writeFileSync(`${gate}/open`, '');
        for (const [i, run] of runs.entries()) {
          const report = await run;
          await expectGrafted(scenes[i]?.scene as Scene, report);
        }
      }).finally(() => fs.rmSync(gate, { recursive: true }));
    },
  );

  it.sequential.each([
    { at: 'while the original stops', state: 'cutover.quiescingOriginal' },
    { at: 'when the replacement starts', state: 'cutover.startingReplacement' },
  ])('comes to a good end when the engine is restarted in order $at', async ({ state }) => {
    const engine = await Engine.up(kind, own);
    // It takes its time to stop, and the engine, on its way down, refuses what it is asked.
    const command = ['sh', '-c', 'trap "sleep 2; exit 0" TERM; sleep 100000 & wait'];
    const settingOf = (policy: string) => ({ run: ['--restart', policy], command });
    await playAll(engine, policies, settingOf, async (scenes) => {
      let restart: Promise<void> | null = null;
      const disturb = (): void => {
        restart ??= delay(700).then(() => engine.control('restart'));
      };
      const reports = await Promise.all(
        scenes.map(({ scene }) =>
          // The first to come there disturbs all; some may never come so far.
          scene.graft(
            { engineTimeoutMs: 60_000, stopTimeoutS: 10 },
            { onProgress: (progress) => progress.state === state && disturb() },
          ),
        ),
      );
      expect(restart).not.toBeNull();
      await restart;
      for (const [i, report] of reports.entries())
        await expectGoodEnd(scenes[i]?.scene as Scene, report);
    });
  });

  it.sequential('waits for an engine that goes silent in the middle of the cutover', async () => {
    const engine = await Engine.up(kind, own);
    await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
      let resumed: Promise<void> | null = null;
      const report = await scene.graftDisturbed(
        { engineTimeoutMs: 60_000 },
        {
          'cutover.settingOriginalAside': () => {
            controlNow(engine, 'pause');
            resumed = delay(5000).then(() => engine.control('resume'));
          },
        },
      );
      await resumed;
      await expectGrafted(scene, report);
    });
  });

  it.sequential.each([
    { state: 'preparation.creatingAhead', outcome: 'refused', expectEnd: expectKept },
    { state: 'cutover.disarmingOriginal', outcome: 'stranded', expectEnd: expectRolledBack },
    { state: 'cutover.startingReplacement', outcome: 'stranded', expectEnd: expectRolledBack },
    { state: waiting, outcome: 'stranded', expectEnd: expectGrafted },
    { state: 'completion.removingBackup', outcome: 'stranded', expectEnd: expectGrafted },
  ])(
    'leaves the run open when the engine is gone for good at $state',
    async ({ state, outcome, expectEnd }) => {
      const engine = await Engine.up(kind, own);
      await play(engine, { run: ['--restart', 'no'] }, async (scene) => {
        const report = await scene.graftDisturbed(
          { engineTimeoutMs: 1500, stableForMs: 1500 },
          { [state]: () => controlNow(engine, 'kill') },
        );
        expect(report).toMatchObject({
          outcome,
          rolledBack: null,
          reason: { code: 'engine-unreachable' },
        });
        expect(report.reason?.hint).toContain('gpugraft recover');
        expect(report.journal).not.toBeNull();
        // As long as the engine is away, recover says the same.
        const still = await scene.recover(report.runId ?? '');
        expect(still).toMatchObject({ outcome, reason: { code: 'engine-unreachable' } });
        await engine.control('up');
        const end = await scene.recover(report.runId ?? '');
        await expectEnd(scene, end);
      });
    },
  );

  it.sequential('recovers what a kill of both, engine and tool, has left; never do both run', async () => {
    const engine = await Engine.up(kind, own);
    const states = [
      'cutover.quiescingOriginal',
      'cutover.disarmingOriginal',
      'cutover.settingOriginalAside',
      'cutover.startingReplacement',
      'confirmation.watchingContainer',
      'completion.removingBackup',
      'completion.verifyingReplacement',
    ];
    await playAll(
      engine,
      states,
      () => ({ run: ['--restart', 'always'] }),
      async (scenes) => {
        for (const { scene, one } of scenes) {
          const kill = { state: one, when: 'after' } as const;
          const ended = await runChild(scene, {
            op: 'graft',
            target: scene.name,
            kill,
            options: { stableForMs: 0 },
          });
          expect(ended.killed, one).toBe(true);
        }
        await engine.control('kill');
        await engine.control('up');
        for (const { scene, one } of scenes) {
          const running = (await scene.containers()).filter(
            (doc) => at(doc, 'State.Running') === true,
          );
          expect(running.length, one).toBeLessThanOrEqual(1);
          const report = await scene.recover(scene.runs()[0] ?? '');
          await expectGoodEnd(scene, report);
          expect(report.outcome, one).toBe(
            one.startsWith('completion') || one.startsWith('confirmation')
              ? 'grafted'
              : 'rolledBack',
          );
        }
        // One more restart changes nothing of this, but for what no policy brings back.
        const ids = await Promise.all(
          scenes.map(async ({ scene }) => text(await scene.named(), 'Id')),
        );
        await engine.control('restart');
        for (const [i, { scene }] of scenes.entries()) {
          const now = await scene.named();
          expect(text(now, 'Id')).toBe(ids[i]);
          expect(at(now, 'State.Running')).toBe(true);
          expect(await scene.containers()).toHaveLength(1);
        }
      },
    );
  });
});
