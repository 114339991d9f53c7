/** Who may work on a run: its holder as long as it lives, suspended or not, and after it whoever gets its lock. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import { takenOver } from './support/aftermath.js';
import { asLibrary, begin, isStopped } from './support/cli.js';
import type { Ran, Running } from './support/cli.js';
import { expectGoodEnd, expectGrafted, expectRolledBack } from './support/ends.js';
import { Engine, at, kinds, text } from './support/engines.js';
import { runFaulty } from './support/faulty.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const setting = { run: ['--restart', 'always'] };
const BUSY = 75;
const apply = (name: string, grace = 1): string[] => [
  'apply',
  name,
  '--mode=gpus',
  '--stable-for=1s',
  '--poll-interval=100ms',
  `--stop-timeout=${grace}s`,
  '--gpu-proof=none',
];

function reportOf({ report }: Ran): Report {
  if (report === null) throw new Error('it said nothing');
  return report;
}

/** An apply that was killed in this state. @returns its run */
async function killedIn(scene: Scene, state: string, words = apply(scene.name)): Promise<string> {
  const dying = begin(scene, words);
  await dying.entered(state);
  dying.process.kill('SIGKILL');
  await dying.ended;
  return scene.runs()[0] ?? 'none';
}

/** An apply that stands still in this state, until it is let go. */
async function suspended(scene: Scene, state: string): Promise<Running> {
  const running = begin(scene, apply(scene.name));
  await running.entered(state);
  running.process.kill('SIGSTOP');
  await expect.poll(() => isStopped(running.process.pid ?? 0)).toBe(true);
  // What it had sent by then is answered, and not read.
  await delay(500);
  return running;
}

const another = ['unshare', '--uts', 'sh', '-c', 'hostname another; exec "$@"', 'sh'];

const idsIn = async (scene: Scene): Promise<string[]> =>
  (await scene.containers()).map((doc) => text(doc, 'Id'));

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each([kind === 'oldest' ? 'preparation.creatingAhead' : 'cutover.settingOriginalAside'])(
    'a holder that is suspended in %s is not taken over from, however old its files are',
    async (state) => {
      const engine = await Engine.up(kind);
      await play(engine, setting, async (scene) => {
        const first = await suspended(scene, state);
        const [runId = ''] = scene.runs();
        const folder = path.join(scene.stateDir, 'runs', runId);
        expect(fs.readFileSync(path.join(folder, 'lock'), 'utf8')).toBe('');
        for (const name of fs.readdirSync(folder)) fs.utimesSync(path.join(folder, name), 0, 0);
        const before = await idsIn(scene);
        const elsewhere = scene.elsewhere();
        const others = [
          begin(scene, apply(scene.name)),
          begin(scene, ['recover', runId]),
          begin(elsewhere, apply(scene.name)),
          begin(elsewhere, apply(scene.name), { by: another }),
        ];
        for (const other of others) {
          const ran = await other.ended;
          const report = reportOf(ran);
          expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
          expect(report.reason?.message).toContain(runId);
          expect(report.reason?.message).not.toContain('was interrupted');
          expect(ran.code).toBe(BUSY);
        }
        expect(await idsIn(scene)).toEqual(before);
        first.process.kill('SIGCONT');
        const ran = await first.ended;
        expect(ran.code).toBe(0);
        await expectGrafted(scene, await asLibrary(scene, ran));
        fs.rmSync(elsewhere.stateDir, { recursive: true });
      });
    },
  );

  it.each([
    { whose: 'somebody else’s', spoil: (at: string) => fs.chownSync(at, 65_534, 65_534) },
    { whose: 'open to others', spoil: (at: string) => fs.chmodSync(at, 0o755) },
  ])('a state folder that is $whose is not used, nor what lies in it', async ({ spoil }) => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const runId = await killedIn(scene, 'cutover.settingOriginalAside');
      spoil(scene.stateDir);
      const before = await idsIn(scene);
      for (const words of [apply(scene.name), ['recover', runId], ['recover']]) {
        const { code, report } = await begin(scene, words).ended;
        expect(code).toBe(3);
        expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'state-dir' } });
      }
      expect(await idsIn(scene)).toEqual(before);
      fs.chownSync(scene.stateDir, 0, 0);
      fs.chmodSync(scene.stateDir, 0o700);
      await expectGoodEnd(scene, await takenOver(scene, runId));
    });
  });

  it('nobody takes over while the last call of a killed holder can still land', async () => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const child = { op: 'graft', target: scene.name, options: { stableForMs: 0 } } as const;
      // Its client has the start of the replacement in hand, and delivers it later.
      const start = /\/start/;
      expect(await runFaulty(scene, child, 2, 'killed-late', start)).toMatchObject({
        killed: true,
      });
      const [runId = ''] = scene.runs();
      const { code, report } = await begin(scene, apply(scene.name)).ended;
      expect([code, report?.reason?.code]).toEqual([BUSY, 'busy']);
      // Whoever got the lock before would have gone back, and the start would have come behind that.
      await expectGrafted(scene, await takenOver(scene, runId));
      await delay(2000);
      expect(at(await scene.named(), 'State.Running')).toBe(true);
      expect(await idsIn(scene)).toHaveLength(1);
    });
  });

  it('a stop that goes on in the engine after its caller was killed does not hit what was started again', async () => {
    const engine = await Engine.up(kind);
    const command = ['sh', '-c', 'trap "sleep 5; exit 0" TERM; sleep 100000 & wait'];
    await play(engine, { ...setting, command }, async (scene) => {
      const state = 'cutover.quiescingOriginal';
      const runId = await killedIn(scene, state, apply(scene.name, 20));
      await expectRolledBack(scene, await takenOver(scene, runId));
      await delay(6000);
      expect(at(await scene.original(), 'State.Running')).toBe(true);
    });
  });
});
