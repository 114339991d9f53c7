/** An engine that was given options for logs after the container was made, on real engines. */
import { afterEach, describe, expect, it } from 'vitest';
import { Engine, at, kinds } from './support/engines.js';
import { play } from './support/scene.js';

const SETTINGS = '/etc/docker/daemon.json';
const OPTIONS = '"log-opts": {"max-size": "10m"}';

describe.each(kinds)('%s', (kind) => {
  let engine: Engine | null = null;
  afterEach(() => engine?.down());

  it('is grafted with them, which is said, and with its own as they were', async () => {
    const made = await Engine.up(kind, { own: 'log-options' });
    engine = made;
    await play(made, { run: ['--log-opt', 'max-file=3'] }, async (scene) => {
      await made.within('sed', '-i', `s/^{/{ ${OPTIONS},/`, SETTINGS);
      await made.control('restart');
      await made.docker('start', scene.name);
      const report = await scene.graft();
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      const told = report.warnings.filter(({ code }) => code === 'log-options');
      expect(told).toHaveLength(1);
      expect(told[0]?.message).toContain('max-size');
      const now = at(await scene.named(), 'HostConfig.LogConfig.Config');
      expect(now).toEqual({ 'max-file': '3', 'max-size': '10m' });
      // It has them by now.
      const again = await scene.graft({ mode: 'nvidia-runtime' });
      expect(again).toMatchObject({ outcome: 'grafted', reason: null });
      expect(again.warnings.map(({ code }) => code)).not.toContain('log-options');
    });
  });
});
