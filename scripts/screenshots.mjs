#!/usr/bin/env node
// The pictures of the inspector that stand in the README, into docs/images: a run that waits, and one
// that went back, light and dark. The runs are real ones, on the engine that `docker` reaches
// (`eval "$(scripts/engine env)"`); the page is what `npm run build` has made.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { graft, options } from '../dist/src/index.js';
import { smallPng } from './lib/small-png.mjs';
import { openInspector } from '../dist/src/inspector/index.js';

const images = new URL('../docs/images/', import.meta.url).pathname;
const state = mkdtempSync(join(tmpdir(), 'gpugraft-pictures-'));
const session = { context: null, host: process.env.DOCKER_HOST ?? null, stateDir: state };
const docker = (...words) => execFileSync('docker', words, { encoding: 'utf8' }).trim();

/** A container whose supervisor never says that it is ready, once it has a GPU. */
async function runThatGoesBack(name) {
  docker(
    'run',
    '-d',
    '--init',
    '--name',
    name,
    '-v',
    `${name}-data:/data`,
    'gpugraft/busybox',
    'sleep',
    '100000',
  );
  try {
    const ready = {
      ready: 'command',
      readyCommand: 'test -e /run/ready',
      pollInterval: '300ms',
      errorDebounce: '15',
    };
    return await graft(name, options(ready), session);
  } finally {
    docker('rm', '-f', name);
    docker('volume', 'rm', `${name}-data`);
  }
}

const SHOTS = [
  // Where in the run: when a state is entered for the n-th time.
  { name: 'inspector', state: 'confirmation.pausingBetweenPolls', nth: 9 },
  { name: 'inspector-rollback', state: 'rolledBack', nth: 1 },
  {
    name: 'inspector-state',
    state: 'cutover.startingReplacement',
    nth: 1,
    tab: 'State',
    only: 'light',
  },
  {
    name: 'inspector-narrow',
    state: 'confirmation.pollingSupervisor',
    nth: 6,
    only: 'dark',
    width: 400,
    height: 860,
  },
];

mkdirSync(images, { recursive: true });
const report = await runThatGoesBack('training');
const { inspector } = await openInspector(state, { keepsAlive: true, stately: false });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  for (const shot of SHOTS) {
    for (const colorScheme of shot.only === undefined ? ['light', 'dark'] : [shot.only]) {
      const viewport = { width: shot.width ?? 1280, height: shot.height ?? 760 };
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
      await page.goto(inspector.urlOf(report.runId));
      await page.locator('.event').first().waitFor();
      await page.evaluate(async ({ state: wanted, nth }) => {
        const { frames } = await (await fetch(`${location.pathname}/film`)).json();
        const at = frames.flatMap((frame, index) => (frame.state === wanted ? [index] : []))[
          nth - 1
        ];
        const range = document.querySelector('input[type=range]');
        range.value = String(at);
        range.dispatchEvent(new Event('input'));
      }, shot);
      if (shot.tab !== undefined)
        await page.getByRole('tab', { name: shot.tab, exact: true }).click();
      await page.waitForTimeout(400);
      writeFileSync(
        join(images, `${shot.name}-${colorScheme}.png`),
        smallPng(await page.screenshot()),
      );
      await page.close();
    }
  }
} finally {
  await browser.close();
  await inspector.close();
  rmSync(state, { recursive: true, force: true });
}
