import { describe, expect, it } from 'vitest';
import { inParallel } from './support/aftermath.js';
import { Engine, kinds } from './support/engines.js';
import { expectGoodEnd, expectGrafted } from './support/ends.js';
import { play } from './support/scene.js';

/** The end of a run that is cancelled as it enters a state of this phase. */
const ends: Readonly<Record<string, string>> = {
  discovery: 'S0',
  selection: 'S0',
  preparation: 'S0',
  cutover: 'S2',
  confirmation: 'S2',
  // Once confirmed, it completes.
  completion: 'S1',
  grafted: 'S1',
};

describe.concurrent.each(kinds)('%s', (kind) => {
  it('comes to a good end, cancelled on entering any state of a run that succeeds', async () => {
    const engine = await Engine.up(kind);
    const states = new Set<string>();
    await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
      const report = await scene.graft(
        { stableForMs: 1500 },
        { onProgress: ({ state }) => states.add(state) },
      );
      await expectGrafted(scene, report);
    });
    expect(states.size).toBeGreaterThan(20);
    await inParallel([...states], 2, async (where) => {
      await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
        const cancel = new AbortController();
        const report = await scene.graft(
          // Long enough that there is a second poll.
          { stableForMs: where.startsWith('confirmation') ? 1500 : 0 },
          {
            signal: cancel.signal,
            onProgress: ({ state }) => {
              if (state === where) cancel.abort('SIGINT');
            },
          },
        );
        const end = await expectGoodEnd(scene, report);
        expect(`${where}: ${end}`).toBe(`${where}: ${ends[where.split('.')[0] ?? '']}`);
        if (end !== 'S1') {
          expect(report.reason).toMatchObject({ code: 'cancelled' });
          expect(report.reason?.message).toContain('SIGINT');
        }
      });
    });
  });

  it('finishes a rollback that is cancelled in the middle', async () => {
    const engine = await Engine.up(kind);
    for (const where of ['rollback.stoppingReplacement', 'rollback.restartingOriginal']) {
      await play(engine, {}, async (scene) => {
        const cancel = new AbortController();
        const report = await scene.graft(
          { ready: 'command', readyCommand: ['false'], errorDebounce: 1 },
          {
            signal: cancel.signal,
            onProgress: ({ state }) => {
              if (state === where) cancel.abort('SIGTERM');
            },
          },
        );
        expect(await expectGoodEnd(scene, report)).toBe('S2');
        expect(report.reason?.code).toBe('supervisor-error');
      });
    }
  });
});
