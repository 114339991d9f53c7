/** `kill -9` before and after every journal line, followed by `recover`, twice. */
import { describe, expect, it } from 'vitest';
import { Engine, kinds } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { expectRecovered, inParallel, recoverKilled } from './support/aftermath.js';
import { runChild } from './support/child.js';
import type { KillPoint } from './support/child.js';
import { expectGoodEnd } from './support/ends.js';
import { failsWithGpu, play } from './support/scene.js';

const WIDTH = 4;

interface Row {
  readonly point: string;
  readonly end: string;
}

/** Printed: the kill points survived, and how each ended. */
function print(title: string, rows: readonly Row[]): void {
  const lines = ['S0', 'S1', 'S2'].map((end) => {
    const points = rows.filter((row) => row.end === end).map(({ point }) => point);
    return `  ${end}: ${points.length} ${points.toSorted().join(' ')}`;
  });
  console.log(`${title}: ${rows.length} kill points survived\n${lines.join('\n')}`);
}

/** Before each line on one engine, after each on the other: every line is killed at on both sides. */
const points = (kind: Kind, from: number, to: number): KillPoint[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    line: from + i,
    when: kind === 'oldest' ? 'before' : 'after',
  }));

const options = { stableForMs: 0, gpuProof: { kind: 'none' } } as const;

describe.each(kinds)('%s', (kind) => {
  it('survives a kill at every line of a run that succeeds', async () => {
    const engine = await Engine.up(kind);
    let last = 0;
    await play(engine, {}, async (scene) => {
      await scene.graft(options, { onProgress: ({ seq }) => (last = seq) });
    });
    const rows: Row[] = [];
    await inParallel(points(kind, 1, last), WIDTH, async (kill) => {
      await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
        const { killed, report } = await runChild(scene, {
          op: 'graft',
          target: scene.name,
          options,
          kill,
        });
        const end =
          killed || report === null
            ? await expectRecovered(scene)
            : await expectGoodEnd(scene, report);
        if (killed) rows.push({ point: `${kill.when}-${kill.line}`, end });
      });
    });
    print(`${kind}, forward`, rows);
    expect(rows.length).toBeGreaterThan(25);
    expect(new Set(rows.map(({ end }) => end))).toEqual(new Set(['S0', 'S1', 'S2']));
  });

  it('survives a kill at every line of a rollback', async () => {
    const engine = await Engine.up(kind);
    const setting = { run: ['--restart', 'always'], command: failsWithGpu(1) };
    const span = { first: 0, last: 0 };
    await play(engine, setting, async (scene) => {
      await scene.graft(options, {
        onProgress: ({ seq, state }) => {
          if (state === 'rollback.provingWayBack') span.first = seq;
          span.last = seq;
        },
      });
    });
    const rows: Row[] = [];
    await inParallel(points(kind, span.first, span.last), WIDTH, async (kill) => {
      await play(engine, setting, async (scene) => {
        const { killed, report } = await runChild(scene, {
          op: 'graft',
          target: scene.name,
          options,
          kill,
        });
        const end =
          killed || report === null
            ? await expectRecovered(scene)
            : await expectGoodEnd(scene, report);
        if (killed) rows.push({ point: `${kill.when}-${kill.line}`, end });
        expect(end).toBe('S2');
      });
    });
    print(`${kind}, rollback`, rows);
    expect(rows.length).toBeGreaterThan(9);
  });

  it('survives kills in recover itself, one after another', async () => {
    const engine = await Engine.up(kind);
    const where = [
      'cutover.disarmingOriginal',
      'cutover.startingReplacement',
      'rollback.removingReplacement',
      'preparation.claimingReplacement',
      'completion.removingBackup',
    ];
    const rows: Row[] = [];
    await inParallel(where, WIDTH, async (state) => {
      const command = state.startsWith('rollback') ? { command: failsWithGpu(1) } : {};
      await play(engine, { run: ['--restart', 'always'], ...command }, async (scene) => {
        const kill = { state, when: 'after' } as const;
        expect(
          await runChild(scene, { op: 'graft', target: scene.name, options, kill }),
        ).toMatchObject({ killed: true });
        const kills = await recoverKilled(scene, 5);
        rows.push({ point: `${state}+${kills}`, end: await expectRecovered(scene) });
      });
    });
    print(`${kind}, recover`, rows);
    expect(rows).toHaveLength(where.length);
  });

  it('drops a torn last line, and goes on from the one before', async () => {
    const engine = await Engine.up(kind);
    const where = [
      'cutover.startingReplacement',
      'completion.removingBackup',
      'preparation.creatingAhead',
    ];
    await inParallel(where, WIDTH, async (state) => {
      await play(engine, {}, async (scene) => {
        const kill = { state, when: 'torn' } as const;
        expect(
          await runChild(scene, { op: 'graft', target: scene.name, options, kill }),
        ).toMatchObject({ killed: true });
        await expectRecovered(scene);
      });
    });
  });
});
