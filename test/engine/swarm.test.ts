/** Plain containers on an attachable overlay network of a swarm, on real engines. */
import { describe, expect, it } from 'vitest';
import { Engine, at, kinds } from './support/engines.js';
import { expectGrafted } from './support/ends.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const NETWORK = 'gt-overlay';
const address = async (scene: Scene) =>
  at(await scene.named(), `NetworkSettings.Networks.${NETWORK}.IPAMConfig`);

async function withSwarm(kind: 'oldest' | 'newest', use: (engine: Engine) => Promise<void>) {
  const engine = await Engine.up(kind);
  await engine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
  try {
    await engine.docker('network', 'create', '--driver', 'overlay', '--attachable', NETWORK);
    await use(engine);
  } finally {
    await engine.docker('swarm', 'leave', '--force');
  }
}

describe.each(kinds)('%s', (kind) => {
  it('keeps the address, says that it may have been assigned, and asks no more once it is stopped', async () => {
    await withSwarm(kind, async (engine) => {
      await play(engine, { run: ['--network', NETWORK] }, async (scene) => {
        const assigned = await address(scene);
        expect(assigned).toHaveProperty('IPv4Address');
        const report = await scene.graft();
        await expectGrafted(scene, report);
        expect(report.warnings.map(({ code }) => code)).toContain('address-unclear');
        expect(await address(scene)).toEqual(assigned);
      });
      // What a stopped one shows was asked for.
      await play(engine, { run: ['--network', NETWORK] }, async (scene) => {
        await engine.docker('stop', '--time', '0', scene.name);
        expect(await address(scene)).toBeNull();
        const report = await scene.graft();
        expect(report).toMatchObject({ outcome: 'grafted' });
        expect(report.warnings.map(({ code }) => code)).not.toContain('address-unclear');
        await engine.docker('start', scene.name);
        await engine.docker('stop', '--time', '0', scene.name);
        expect(await address(scene)).toBeNull();
      });
    });
  });
});
