/** Signals, and streams that nobody reads: the command itself, on real engines. */
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asLibrary, begin } from './support/cli.js';
import type { Manner, Running } from './support/cli.js';
import { Engine, kinds } from './support/engines.js';
import { expectGoodEnd, expectGrafted } from './support/ends.js';
import { play } from './support/scene.js';

const apply = (name: string): string[] => [
  'apply',
  name,
  '--mode=gpus',
  '--stable-for=1s',
  '--poll-interval=100ms',
  '--stop-timeout=1s',
  '--gpu-proof=none',
];
const setting = { run: ['--restart', 'always'] };

/** One state of each phase, and what a signal there leads to. */
const states = [
  ['selection.startingProbe', 'S0', 3],
  ['preparation.comparingRehearsal', 'S0', 3],
  ['cutover.quiescingOriginal', 'S2', 4],
  ['cutover.startingReplacement', 'S2', 4],
  ['confirmation.pausingBetweenPolls', 'S2', 4],
  ['completion.removingBackup', 'S1', 0],
] as const;

const twice = ({ process: child }: Running): void => {
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 20);
};
const once =
  (signal: NodeJS.Signals) =>
  ({ process: child }: Running): void =>
    void child.kill(signal);
const signals = {
  SIGINT: once('SIGINT'),
  'SIGINT twice': twice,
  SIGTERM: once('SIGTERM'),
  SIGHUP: once('SIGHUP'),
};
type Signal = keyof typeof signals;
/** Between them, the two engines see each signal in every other state. */
const of = (kind: string, nth: number): readonly Signal[] =>
  (nth % 2 === 0) === (kind === 'oldest') ? ['SIGINT', 'SIGHUP'] : ['SIGTERM', 'SIGINT twice'];

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each(states.flatMap((row, nth) => of(kind, nth).map((signal) => [signal, ...row] as const)))(
    '%s while %s: %s',
    async (signal, state, end, code) => {
      const engine = await Engine.up(kind);
      await play(engine, setting, async (scene) => {
        const running = begin(scene, apply(scene.name));
        await running.entered(state);
        signals[signal](running);
        const ran = await running.ended;
        expect(ran).toMatchObject({ code, signal: null });
        const { report } = ran;
        if (report === null) throw new Error('it said nothing');
        expect(await expectGoodEnd(scene, await asLibrary(scene, ran))).toBe(end);
        const word = signal.split(' ')[0] ?? '';
        if (end !== 'S1') {
          expect(report.reason).toMatchObject({ code: 'cancelled' });
          expect(report.reason?.message).toContain(word);
        }
      });
    },
  );

  it.each<[string, () => Manner, number]>([
    ['a stdout that takes nothing', () => ({ stdout: fs.openSync('/dev/full', 'w') }), 1],
    ['a stderr that is closed', () => ({ deaf: true }), 0],
  ])('grafts with %s', async (_, manner, code) => {
    const engine = await Engine.up(kind);
    await play(engine, setting, async (scene) => {
      const given = manner();
      const running = begin(scene, apply(scene.name), given);
      const ran = await running.ended;
      if (given.stdout !== undefined) fs.closeSync(given.stdout);
      // That the result did not arrive is an error, and changes nothing about the container.
      expect(ran).toMatchObject({ code, signal: null });
      await expectGrafted(scene, await asLibrary(scene, ran));
    });
  });
});
