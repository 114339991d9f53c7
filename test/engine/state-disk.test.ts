/**
 * The disk under the state folder fills up, breaks, or is emptied in the middle of a run of the command
 * line: the container is there, and what is said is so.
 */
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import { takenOver } from './support/aftermath.js';
import { applyWords, Cli } from './support/cli.js';
import type { Spoken } from './support/cli.js';
import { Disk } from './support/disk.js';
import { expectGoodEnd, expectReplaced } from './support/ends.js';
import { Engine, at, kinds, text } from './support/engines.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';
import { standsIn } from './support/replay.js';

const documentOf = ({ stdout }: Spoken): Report => JSON.parse(stdout) as Report;

/** A gate in the replacement's way keeps the run in its wait until the deed is done. */
async function disturbed(
  engine: Engine,
  state: string,
  deed: (disk: Disk) => void,
  check: (scene: Scene, spoken: Spoken, disk: Disk) => Promise<void>,
): Promise<void> {
  const gate = fs.mkdtempSync(`${engine.share}/gate-`);
  let opening: NodeJS.Timeout | undefined;
  try {
    await play(engine, { run: ['--restart', 'always', '-v', `${gate}:/gate`] }, async (scene) => {
      const disk = Disk.on(scene.stateDir);
      try {
        const options = {
          readyCommand: ['test', '-e', '/gate/open'],
          errorDebounce: 600,
          engineTimeoutMs: 5000,
        };
        const cli = new Cli(scene, applyWords(scene, options));
        await cli.until(`"state":"${state}"`);
        deed(disk);
        // It goes on, and comes to its wait at the latest, where it finds out.
        opening = setTimeout(() => fs.writeFileSync(`${gate}/open`, ''), 3000);
        await check(scene, await cli.ended, disk);
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

describe.each(kinds)('%s', (kind) => {
  it.each(states)('a disk that fills up in %s', async (state) => {
    const engine = await Engine.up(kind);
    await disturbed(
      engine,
      state,
      (disk) => disk.fill(),
      async (scene, spoken, disk) => {
        const report = documentOf(spoken);
        await expectThere(scene);
        expect({ 0: 'grafted', 3: 'refused', 4: 'rolledBack' }[spoken.code ?? -1]).toBe(
          report.outcome,
        );
        if (report.outcome !== 'grafted')
          expect(report.reason?.message).toMatch(
            /a full disk under the state folder|no space left/i,
          );
        disk.giveBack();
        await expectGoodEnd(scene, report);
      },
    );
  });

  it.each(states)('a disk that breaks in %s', async (state) => {
    const engine = await Engine.up(kind);
    await disturbed(
      engine,
      state,
      (disk) => disk.abort(),
      async (scene, spoken, disk) => {
        const report = documentOf(spoken);
        expect([3, 5]).toContain(spoken.code);
        expect(report.outcome).toBe(spoken.code === 3 ? 'refused' : 'stranded');
        expect(report.reason?.code).toBe('journal-failed');
        expect(report.rolledBack).toBeNull();
        // Nothing was done after the line that could not be written: recover finds all of it.
        const before = await standsIn(scene);
        expect(before).toContain('original');
        disk.repair();
        await expectGoodEnd(scene, await takenOver(scene, scene.runs()[0] ?? 'none'));
        await expectThere(scene);
      },
    );
  });

  it.each(states)('a state folder that is emptied in %s', async (state) => {
    const engine = await Engine.up(kind);
    await disturbed(
      engine,
      state,
      (disk) => disk.empty(),
      async (scene, spoken) => {
        const report = documentOf(spoken);
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
        const cli = new Cli(scene, applyWords(scene));
        await cli.until('"state":"completion.removingBackup"');
        disk.empty();
        await expectReplaced(scene, documentOf(await cli.ended));
      } finally {
        disk.end();
      }
    });
  });
});
