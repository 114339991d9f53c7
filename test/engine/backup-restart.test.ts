/** What a restart of the engine starts, and what it leaves down. */
import { afterAll, describe, expect, it } from 'vitest';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectGrafted } from './support/ends.js';
import { play } from './support/scene.js';
import { until } from './rows/until.js';

describe.concurrent.each(kinds)('%s', (kind) => {
  const own = { own: 'rows-restart' };
  afterAll(async () => (await Engine.up(kind, own)).down());

  it('brings back the replacement of an `always` container, and not its backup', async () => {
    const engine = await Engine.up(kind, own);
    await play(engine, { run: ['--restart', 'always'] }, async (scene) => {
      const report = await scene.graft({ keepBackup: true });
      await expectGrafted(scene, report);
      const before = (await scene.original()) as Doc;
      for (const verbs of [['restart'], ['kill', 'up']]) {
        for (const verb of verbs) await engine.control(verb);
        await until(async () => at(await scene.named(), 'State.Running') === true);
        expect(text(await scene.named(), 'Id')).toBe(report.container.replacementId);
        expect(at(await scene.original(), 'State')).toEqual(before['State']);
      }
    });
  });
});
