/** Who has a run in hand: a process that stands still, one on another machine, one that is dead. */
import * as os from 'node:os';
import { describe, expect, it } from 'vitest';
import { asLibrary, begin, isStopped } from './support/cli.js';
import { Engine, kinds } from './support/engines.js';
import { expectGrafted } from './support/ends.js';
import { play } from './support/scene.js';

const waits = (name: string): string[] => [
  'apply',
  name,
  '--mode=gpus',
  '--stable-for=3s',
  '--poll-interval=100ms',
  '--stop-timeout=1s',
  '--gpu-proof=none',
];
const setting = { run: ['--restart', 'always'] };
const WAITING = 'confirmation.pausingBetweenPolls';

describe.concurrent.each(kinds)('%s', (kind) => {
  it('lets nobody take over from a process that is suspended, which goes on as it was', async () => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const running = begin(scene, waits(scene.name));
      await running.entered(WAITING);
      const pid = running.process.pid ?? 0;
      running.process.kill('SIGSTOP');
      await expect.poll(() => isStopped(pid)).toBe(true);
      const [runId = ''] = scene.runs();
      const answers = [
        await scene.recover(runId),
        await scene.recover(runId, 'back'),
        await scene.graft(),
        await scene.elsewhere().graft(),
      ];
      for (const { outcome, reason } of answers) {
        expect([outcome, reason?.code]).toEqual(['refused', 'busy']);
      }
      running.process.kill('SIGCONT');
      const ran = await running.ended;
      expect(ran.code).toBe(0);
      await expectGrafted(scene, await asLibrary(scene, ran));
    });
  });

  it('says on which machine a dead holder was, and leaves its run to that machine', async () => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const there = ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere; exec "$@"', 'sh'];
      const running = begin(scene, waits(scene.name), { by: there });
      await running.entered(WAITING);
      running.process.kill('SIGKILL');
      await running.ended;
      const [runId = ''] = scene.runs();
      expect(os.hostname()).not.toBe('elsewhere');
      // From a machine with another folder nothing is known of it but the claim.
      const other = await scene.elsewhere().graft();
      expect(other).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
      expect(other.reason?.message).toContain(runId);
      expect(`${other.reason?.message} ${other.reason?.hint}`).toContain('elsewhere');
      const recovered = await begin(scene, ['recover', runId], { by: there }).ended;
      expect(recovered.code).toBe(0);
      await expectGrafted(scene, await asLibrary(scene, recovered));
    });
  });
});
