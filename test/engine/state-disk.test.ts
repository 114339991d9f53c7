/**
 * The disk under the state folder fills up, breaks, or is emptied in the middle of a run of the command
 * line: the container is there, and what is said is so.
 */
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import { takenOver } from './support/aftermath.js';
import { asLibrary, begin } from './support/cli.js';
import type { Ran } from './support/cli.js';
import { Disk } from './support/disk.js';
import { expectGoodEnd, expectReplaced } from './support/ends.js';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Kind } from './support/engines.js';
import { everything } from './support/extent.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const apply = (name: string): string[] => [
  'apply',
  name,
  '--mode=gpus',
  '--poll-interval=100ms',
  '--stop-timeout=1s',
  '--gpu-proof=none',
];

function reportOf({ report }: Ran): Report {
  if (report === null) throw new Error('it said nothing');
  return report;
}

/** A gate in the replacement's way keeps the run in its wait until the deed is done. */
async function disturbed(
  engine: Engine,
  state: string,
  deed: (disk: Disk) => void,
  check: (scene: Scene, ran: Ran, disk: Disk) => Promise<void>,
): Promise<void> {
  const gate = fs.mkdtempSync(`${engine.share}/gate-`);
  let opening: NodeJS.Timeout | undefined;
  try {
    await play(engine, { run: ['--restart', 'always', '-v', `${gate}:/gate`] }, async (scene) => {
      const disk = Disk.on(scene.stateDir);
      try {
        const words = ['--ready-command=test -e /gate/open', '--error-debounce=600'];
        const running = begin(scene, [...apply(scene.name), ...words]);
        await running.entered(state);
        deed(disk);
        // It goes on, and comes to its wait at the latest, where it finds out.
        opening = setTimeout(() => fs.writeFileSync(`${gate}/open`, ''), 3000);
        await check(scene, await running.ended, disk);
      } finally {
        disk.end();
      }
    });
  } finally {
    clearTimeout(opening);
    fs.rmSync(gate, { recursive: true });
  }
}

/** Whichever has the name runs, and nothing else does. */
async function expectThere(scene: Scene): Promise<void> {
  const running = (await scene.containers()).filter((doc) => at(doc, 'State.Running') === true);
  expect(running.map((doc) => text(doc, 'Name'))).toEqual([`/${scene.name}`]);
}

const waiting = 'confirmation.pausingBetweenPolls';
const states = [
  'selection.startingProbe',
  'preparation.creatingAhead',
  'cutover.settingOriginalAside',
  waiting,
];

/** Between them, the two engines see all; with `everything` each sees each. */
const statesOf = (kind: Kind): readonly string[] =>
  states.filter((_, nth) => everything || (nth % 2 === 0) === (kind === 'oldest'));

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each(statesOf(kind))('a disk that fills up in %s', async (state) => {
    const engine = await Engine.up(kind);
    await disturbed(
      engine,
      state,
      (disk) => disk.fill(),
      async (scene, ran, disk) => {
        const report = reportOf(ran);
        await expectThere(scene);
        expect({ 0: 'grafted', 3: 'refused', 4: 'rolledBack' }[ran.code ?? -1]).toBe(
          report.outcome,
        );
        if (report.outcome !== 'grafted')
          expect(report.reason?.message).toMatch(
            /a full disk under the state folder|no space left/i,
          );
        disk.giveBack();
        await expectGoodEnd(scene, await asLibrary(scene, ran));
      },
    );
  });

  it.each(statesOf(kind))('a disk that breaks in %s', async (state) => {
    const engine = await Engine.up(kind);
    await disturbed(
      engine,
      state,
      (disk) => disk.abort(),
      async (scene, ran, disk) => {
        const report = reportOf(ran);
        expect([3, 5]).toContain(ran.code);
        expect(report.outcome).toBe(ran.code === 3 ? 'refused' : 'stranded');
        expect(report.reason?.code).toBe('journal-failed');
        expect(report.rolledBack).toBeNull();
        // Nothing was done after the line that could not be written: recover finds all of it.
        expect(await scene.original()).not.toBeNull();
        disk.repair();
        await expectGoodEnd(scene, await takenOver(scene, scene.runs()[0] ?? 'none'));
        await expectThere(scene);
      },
    );
  });

  it.each(statesOf(kind))('a state folder that is emptied in %s', async (state) => {
    const engine = await Engine.up(kind);
    await disturbed(
      engine,
      state,
      (disk) => disk.empty(),
      async (scene, ran) => {
        const report = reportOf(ran);
        expect(report).toMatchObject({
          outcome:
            state.startsWith('selection') || state.startsWith('preparation')
              ? 'refused'
              : 'rolledBack',
          journal: null,
          rescue: null,
        });
        expect(report.reason?.message).toContain('the deletion of its journal');
        expect((await scene.containers()).map((doc) => text(doc, 'Id'))).toEqual([
          scene.originalId,
        ]);
        await expectThere(scene);
      },
    );
  });

  it('a state folder that is emptied once the replacement is confirmed', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
      const disk = Disk.on(scene.stateDir);
      try {
        const running = begin(scene, apply(scene.name));
        await running.entered('completion.removingBackup');
        disk.empty();
        await expectReplaced(scene, reportOf(await running.ended));
      } finally {
        disk.end();
      }
    });
  });
});
