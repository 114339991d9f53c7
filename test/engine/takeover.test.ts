/** Who may work on a run: its holder as long as it lives, suspended or not, and after it whoever gets its lock. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import { takenOver } from './support/aftermath.js';
import { applyWords, Cli } from './support/cli.js';
import { expectGoodEnd, expectGrafted, expectRolledBack } from './support/ends.js';
import { Engine, at, kinds, text } from './support/engines.js';
import { runFaulty } from './support/faulty.js';
import { play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const setting = { run: ['--restart', 'always'] };
const BUSY = 75;

async function said(cli: Cli): Promise<{ code: number | null; report: Report }> {
  const { code, stdout } = await cli.ended;
  return { code, report: JSON.parse(stdout) as Report };
}

/** An apply that stands still in this state, until it is let go. */
async function suspended(scene: Scene, state: string): Promise<Cli> {
  const cli = new Cli(scene, applyWords(scene, { stableForMs: 2000 }));
  await cli.until(`"state":"${state}"`);
  cli.kill('SIGSTOP');
  // What it had sent by then may be answered, and is not read.
  await delay(1500);
  return cli;
}

const idsIn = async (scene: Scene): Promise<string[]> =>
  (await scene.containers()).map((doc) => text(doc, 'Id'));

describe.each(kinds)('%s', (kind) => {
  it.each(['preparation.creatingAhead', 'cutover.settingOriginalAside'])(
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
        for (const other of [
          new Cli(scene, applyWords(scene)),
          new Cli(scene, ['recover', runId, '--json']),
          new Cli(elsewhere, applyWords(elsewhere)),
          new Cli(elsewhere, applyWords(elsewhere), { host: 'another' }),
        ]) {
          const { code, report } = await said(other);
          expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'busy' } });
          expect(report.reason?.message).toContain(runId);
          expect(report.reason?.message).not.toContain('was interrupted');
          expect(code).toBe(BUSY);
        }
        expect(await idsIn(scene)).toEqual(before);
        first.kill('SIGCONT');
        const { code, report } = await said(first);
        expect(code).toBe(0);
        await expectGrafted(scene, report);
        fs.rmSync(elsewhere.stateDir, { recursive: true });
      });
    },
  );

  it('a holder on another machine is left to that machine, dead or alive', async () => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const there = new Cli(scene, applyWords(scene), { host: 'another' });
      await there.until('"state":"cutover.settingOriginalAside"');
      there.kill('SIGKILL');
      await there.ended;
      const [runId = ''] = scene.runs();
      const here = scene.elsewhere();
      const before = await idsIn(scene);
      const { code, report } = await said(new Cli(here, applyWords(here)));
      expect(code).toBe(BUSY);
      expect(report.reason?.message).toContain('another');
      expect(report.reason?.message).toContain(runId);
      expect(report.reason?.hint).toContain(`--state-dir ${scene.stateDir}: only there`);
      const recovered = await said(new Cli(here, ['recover', runId, '--json']));
      expect(recovered.report).toMatchObject({ outcome: 'refused', reason: { code: 'no-run' } });
      expect(await idsIn(scene)).toEqual(before);
      const back = new Cli(scene, ['recover', runId, '--json'], { host: 'another' });
      expect((await said(back)).report.outcome).toBe('rolledBack');
      await expectRolledBack(scene, await takenOver(scene, runId));
      fs.rmSync(here.stateDir, { recursive: true });
    });
  });

  it.each([
    { whose: 'somebody else’s', spoil: (at: string) => fs.chownSync(at, 65_534, 65_534) },
    { whose: 'open to others', spoil: (at: string) => fs.chmodSync(at, 0o755) },
  ])('a state folder that is $whose is not used, nor what lies in it', async ({ spoil }) => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const dying = new Cli(scene, applyWords(scene));
      await dying.until('"state":"cutover.settingOriginalAside"');
      dying.kill('SIGKILL');
      await dying.ended;
      const [runId = ''] = scene.runs();
      spoil(scene.stateDir);
      const before = await idsIn(scene);
      for (const words of [
        applyWords(scene),
        ['recover', runId, '--json'],
        ['recover', '--json'],
      ]) {
        const { code, report } = await said(new Cli(scene, words));
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
      const { code, report } = await said(new Cli(scene, applyWords(scene)));
      expect([code, report.reason?.code]).toEqual([BUSY, 'busy']);
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
      const dying = new Cli(scene, applyWords(scene, { stopTimeoutS: 20 }));
      await dying.until('"state":"cutover.quiescingOriginal"');
      await delay(500);
      dying.kill('SIGKILL');
      await dying.ended;
      const [runId = ''] = scene.runs();
      await expectRolledBack(scene, await takenOver(scene, runId));
      await delay(6000);
      expect(at(await scene.original(), 'State.Running')).toBe(true);
    });
  });
});
