/** The original is stopped as it asks to be: its signal, its grace, and no longer than that. */
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds } from './support/engines.js';
import { expectGrafted } from './support/ends.js';
import { play } from './support/scene.js';

/** Says which signal it got, in a file that outlives it. */
const confessor = (file: string, ending = 'exit 0'): string[] => [
  'sh',
  '-c',
  `for s in TERM QUIT INT USR1; do trap "echo $s >> /told/${file}; ${ending}" $s; done; while :; do sleep 0.2; done`,
];

describe.concurrent.each(kinds)('%s', (kind) => {
  it('sends the container its own stop signal, and does not wait its long grace out', async () => {
    const engine = await Engine.up(kind);
    const folder = fs.mkdtempSync(`${engine.share}/told-`);
    const run = ['--stop-timeout', '77', '--stop-signal', 'SIGQUIT', '-v', `${folder}:/told`];
    await play(engine, { run, command: confessor('signals') }, async (scene) => {
      const report = await scene.graft({ stopTimeoutS: null });
      await expectGrafted(scene, report);
      expect(fs.readFileSync(`${folder}/signals`, 'utf8').trim()).toBe('QUIT');
      expect(at(await scene.named(), 'Config.StopTimeout')).toBe(77);
      expect(at(await scene.named(), 'Config.StopSignal')).toBe('SIGQUIT');
      expect(report.downtimeMs).toBeLessThan(60_000);
    }).finally(() => fs.rmSync(folder, { recursive: true }));
  });

  it('ends one that ignores the signal when the grace is over', async () => {
    const engine = await Engine.up(kind);
    const folder = fs.mkdtempSync(`${engine.share}/told-`);
    const setting = { run: ['-v', `${folder}:/told`], command: confessor('signals', ':') };
    await play(engine, setting, async (scene) => {
      let exitCode: unknown = null;
      const report = await scene.graftDisturbed(
        { stopTimeoutS: 1, keepBackup: true },
        {
          'cutover.disarmingOriginal': () => {
            exitCode = JSON.parse(
              engine.dockerNow('inspect', '-f', '{{json .State.ExitCode}}', scene.originalId),
            );
          },
        },
      );
      await expectGrafted(scene, report);
      expect(exitCode).toBe(137);
      expect(fs.readFileSync(`${folder}/signals`, 'utf8').trim()).toBe('TERM');
    }).finally(() => fs.rmSync(folder, { recursive: true }));
  });
});
