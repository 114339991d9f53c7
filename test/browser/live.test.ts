/** Runs on real engines, watched in real Chromium while they go on. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine, at, root } from '../engine/support/engines.js';
import { failsWithGpu, play } from '../engine/support/scene.js';
import type { Scene, Setting } from '../engine/support/scene.js';
import { Watcher, launch } from './support/browser.js';
import { serve } from './support/runs.js';

let browser: Browser;
let engine: Engine;
beforeAll(async () => {
  [browser, engine] = await Promise.all([launch(), Engine.up('newest')]);
});
afterAll(() => browser.close());

interface Cli {
  readonly child: ChildProcess;
  /** All that it has said so far. */
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly at: number }>;
}

/** The command line as it is shipped. */
function gpugraft(scene: Scene, ...words: readonly string[]): Cli {
  const base = ['--host', engine.host, '--state-dir', scene.stateDir];
  const child = spawn(process.execPath, [`${root}dist/src/cli/bin.js`, ...base, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const ended = new Promise<{ code: number | null; at: number }>((resolve) => {
    child.on('exit', (code) => resolve({ code, at: Date.now() }));
  });
  return { child, said: () => said, ended };
}

async function addressOf({ said }: Cli): Promise<string> {
  await expect.poll(said, { timeout: 20_000 }).toMatch(/inspector: http:\S+\n/);
  return /inspector: (http:\S+)\n/.exec(said())?.[1] ?? '';
}

/** Plays a scene with a page on what `gpugraft apply --inspect` shows. */
const watched = (
  setting: Setting,
  words: readonly string[],
  body: (scene: Scene, cli: Cli, watcher: Watcher) => Promise<void>,
): Promise<void> =>
  play(engine, setting, async (scene) => {
    const cli = gpugraft(scene, 'apply', scene.name, '--mode', 'gpus', '--inspect', ...words);
    const watcher = await Watcher.open(browser, await addressOf(cli));
    try {
      await body(scene, cli, await watcher.ready());
    } finally {
      await watcher.close();
      cli.child.kill('SIGKILL');
    }
  });

const settled = { timeout: 30_000, interval: 100 };

describe('gpugraft apply --inspect', () => {
  it('shows the run as it goes on, calls and all, ends with it, and leaves a replay', () =>
    watched(
      {},
      ['--stable-for', '8s', '--poll-interval', '500ms'],
      async (_scene, cli, watcher) => {
        const { page } = watcher;
        await expect
          .poll(() => watcher.lit('here'), settled)
          .toEqual(['confirmation.pausingBetweenPolls']);
        expect(await watcher.text('.now .badge')).toBe('live');
        expect(await watcher.text('.dot')).toBe('live');
        // Time goes on by itself.
        const [first, then] = [await watcher.text('.wait .left'), 'other'];
        await expect.poll(() => watcher.text('.wait .left'), settled).not.toBe(first);
        expect(then).not.toBe(first);
        await expect.poll(() => watcher.lit('here'), settled).toEqual(['grafted']);
        const { code } = await cli.ended;
        expect([code, await watcher.text('.now h2')]).toEqual([0, 'Grafted']);
        await expect.poll(() => watcher.text('.dot'), settled).toBe('on record');
        // The server is gone; what was told is here.
        const events = Number(await page.locator('.event').last().getAttribute('aria-setsize'));
        expect(events).toBeGreaterThan(25);
        await page.getByRole('tab', { name: 'Event', exact: true }).click();
        for (let index = 0; index < events; index += 1) {
          await watcher.seek(index);
          if ((await watcher.lit('here'))[0] === 'cutover.quiescingOriginal') break;
        }
        expect(await watcher.text('#sheet-event .calls')).toMatch(
          /POST\s*\/containers\/[0-9a-f]{12}\/stop\s*204/,
        );
        expect(watcher.strange).toEqual([]);
      },
    ));

  it('shows the way back when the replacement dies', () =>
    watched({ command: failsWithGpu(3, 1) }, [], async (scene, cli, watcher) => {
      await expect.poll(() => watcher.lit('here'), settled).toEqual(['rolledBack']);
      expect((await cli.ended).code).toBe(4);
      const visited = await watcher.lit('visited');
      for (const state of [
        'rollback.stoppingReplacement',
        'rollback.restoringName',
        'rollback.verifyingOriginal',
      ])
        expect(visited).toContain(state);
      expect(await watcher.text('.now .reason')).toContain('exit code 3');
      expect(at(await scene.named(), 'Id')).toBe(scene.originalId);
      expect(watcher.strange).toEqual([]);
    }));

  it('counts errors as they come, and does not stand in the way of Ctrl-C', () =>
    watched(
      {},
      [
        '--ready',
        'command',
        '--ready-command',
        'false',
        '--poll-interval',
        '300ms',
        '--error-debounce',
        '400',
      ],
      async (scene, cli, watcher) => {
        await expect
          .poll(() => watcher.text('.wait strong'), settled)
          .toMatch(/^Error ([3-9]|\d\d+)\/400$/);
        cli.child.kill('SIGINT');
        const { code } = await cli.ended;
        expect(code).toBe(4);
        await expect.poll(() => watcher.lit('here'), settled).toEqual(['rolledBack']);
        expect(await watcher.page.locator('.event.cancel').count()).toBeGreaterThan(0);
        expect(at(await scene.named(), 'State.Running')).toBe(true);
      },
    ));

  it('ends within a moment of the run, however many pages are open', () =>
    watched({}, ['--stable-for', '8s', '--poll-interval', '500ms'], async (scene, cli, watcher) => {
      for (let more = 0; more < 3; more += 1) {
        await (await watcher.context.newPage()).goto(watcher.page.url());
      }
      const { code, at: endedAt } = await cli.ended;
      const journal = fs.readFileSync(journalOf(scene), 'utf8').trimEnd().split('\n').at(-1) ?? '';
      const line = JSON.parse(journal.slice(17)) as { at: string };
      expect(code).toBe(0);
      // Slow pages are waited for 200 ms; the rest is what a process takes to end on a loaded machine.
      expect(endedAt - Date.parse(line.at)).toBeLessThan(5000);
    }));
});

/** Of the one run that the scene has. It is made after its folder, when the run first acts. */
const journalOf = ({ stateDir }: Scene): string => {
  const [run = ''] = fs.existsSync(`${stateDir}/runs`) ? fs.readdirSync(`${stateDir}/runs`) : [];
  return `${stateDir}/runs/${run}/journal.jsonl`;
};
async function begun(scene: Scene): Promise<void> {
  const often = { timeout: 30_000, interval: 20 };
  await expect.poll(() => fs.existsSync(journalOf(scene)), often).toBe(true);
}

describe('a run that another process drives', () => {
  it('is followed by its journal, to its end', () =>
    play(engine, {}, async (scene) => {
      const inspector = await serve(scene.stateDir);
      const cli = gpugraft(
        scene,
        'apply',
        scene.name,
        '--mode',
        'gpus',
        '--stable-for',
        '3s',
        '--poll-interval',
        '300ms',
      );
      await begun(scene);
      const watcher = await Watcher.open(browser, inspector.urlOf(scene.runs()[0] ?? ''));
      try {
        await expect.poll(() => watcher.text('.now .badge'), settled).toBe('live');
        await expect.poll(() => watcher.lit('here'), settled).toEqual(['grafted']);
        expect((await cli.ended).code).toBe(0);
        expect(await watcher.text('.dot')).toBe('run over');
        expect(watcher.strange).toEqual([]);
      } finally {
        await watcher.close();
        await inspector.close();
      }
    }));

  it('is interrupted once that is killed, and goes on when another one recovers it', () =>
    play(engine, {}, async (scene) => {
      const inspector = await serve(scene.stateDir);
      const words = [
        '--mode',
        'gpus',
        '--ready',
        'command',
        '--ready-command',
        'test -e /ready',
        '--poll-interval',
        '300ms',
        '--error-debounce',
        '500',
      ];
      const cli = gpugraft(scene, 'apply', scene.name, ...words);
      await begun(scene);
      const [runId = ''] = scene.runs();
      const watcher = await Watcher.open(browser, inspector.urlOf(runId));
      try {
        await expect.poll(() => watcher.text('.phases .here'), settled).toBe('confirmation');
        cli.child.kill('SIGKILL');
        await expect.poll(() => watcher.text('.now .badge'), settled).toBe('interrupted');
        expect(await watcher.text('.now .hint')).toContain(`gpugraft recover ${runId}`);
        await engine.docker('exec', scene.name, 'touch', '/ready');
        const second = gpugraft(scene, 'recover', runId);
        await expect.poll(() => watcher.lit('here'), settled).toEqual(['grafted']);
        expect((await second.ended).code).toBe(0);
        expect(watcher.strange).toEqual([]);
      } finally {
        await watcher.close();
        await inspector.close();
      }
    }));
});
