import { describe, expect, it } from 'vitest';
import { Engine, at, kinds } from './support/engines.js';
import { expectRolledBack } from './support/ends.js';
import { play } from './support/scene.js';

describe.concurrent.each(kinds)('%s, its GPU failing at the second start', (kind) => {
  it.sequential.each(['no', 'always', 'on-failure:3', 'unless-stopped'])(
    'puts a container of policy %s back when the proven mode does not start it',
    async (policy) => {
      const engine = await Engine.up(kind, { own: 'fault' });
      await play(engine, { run: ['--restart', policy] }, async (scene) => {
        await engine.control('gpu-fail-next', 'after:1');
        const report = await scene.graft().finally(() => engine.control('gpu-fail-next', 'off'));
        await expectRolledBack(scene, report);
        expect(report.attempts).toEqual([{ mode: 'gpus', ok: true, reason: null }]);
        expect(report.reason?.code).toBe('start-failed');
        expect(report.reason?.message).toContain('driver not loaded');
        expect(report.diagnostics).not.toBeNull();
        const original = await scene.original();
        expect(at(original, 'State.StartedAt')).not.toBe(at(scene.before, 'State.StartedAt'));
      });
    },
  );
});
