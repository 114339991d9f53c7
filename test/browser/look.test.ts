/** Light and dark, wide and narrow, seen and heard. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspector } from '../../src/inspector/server/server.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { Watcher, launch } from './support/browser.js';
import type { Look } from './support/browser.js';
import { polls, record, runInMemory, serve } from './support/runs.js';

let browser: Browser;
let inspector: Inspector;
let lines: readonly JournalLine[];
let url: string;
let state: string;
beforeAll(async () => {
  browser = await launch();
  lines = await runInMemory({ errorDebounce: 3 }, polls('pending', 'error', 'error', 'error'));
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
  const runId = record(state, lines);
  inspector = await serve(state);
  url = inspector.urlOf(runId);
});
afterAll(async () => {
  await browser.close();
  await inspector.close();
  fs.rmSync(state, { recursive: true, force: true });
});

async function looked(look: Look, body: (watcher: Watcher) => Promise<void>): Promise<void> {
  const watcher = await (await Watcher.open(browser, url, look)).ready();
  try {
    await body(watcher);
    expect(watcher.strange).toEqual([]);
  } finally {
    await watcher.close();
  }
}

/** Texts that are seen, each with its contrast to what is behind it, as WCAG reckons it. */
const faint = (watcher: Watcher): Promise<unknown> =>
  watcher.page.evaluate(() => {
    const parse = (colour: string): number[] => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (canvas === null) return [0, 0, 0, 1];
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const light = ([r = 0, g = 0, b = 0]: number[]): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((part) => {
        const unit = part / 255;
        return unit <= 0.04045 ? unit / 12.92 : ((unit + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element: Element | null): number[] => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if (colour[3] === 1) return colour;
      }
      return [255, 255, 255, 1];
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll('#app *:not(svg *):not(option)')) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '',
      );
      const isSeen = element.checkVisibility() && element.getBoundingClientRect().width > 0;
      const isOff = element.matches(':disabled');
      if (!own || !isSeen || isOff) continue;
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5)
        found.push(
          `${element.tagName}.${element.className} ${contrast.toFixed(2)}: ${element.textContent ?? ''}`,
        );
    }
    return found;
  });

const sizes = [
  [1280, 800],
  [400, 860],
] as const;
const themes = ['light', 'dark'] as const;
const all = sizes.flatMap(([width, height]) => themes.map((theme) => ({ width, height, theme })));

describe.each(all)('at $width pixels, $theme', (look) => {
  it('every text can be read, and nothing is cut off', () =>
    looked(look, async (watcher) => {
      for (const index of [
        -1,
        5,
        lines.findIndex(({ state }) => state === 'rollback.stoppingReplacement') - 2,
      ]) {
        await watcher.seek(index);
        for (const name of ['Events', 'Event', 'State', 'Context']) {
          await watcher.page.getByRole('tab', { name, exact: true }).click();
          await watcher.drawn();
          expect(await faint(watcher)).toEqual([]);
          const size = await watcher.page.evaluate(() => [
            document.documentElement.scrollWidth - innerWidth,
            getComputedStyle(document.body).colorScheme,
          ]);
          expect(size[0]).toBeLessThanOrEqual(0);
        }
      }
    }));

  it('the state that is shown is in sight, and large enough to be read', () =>
    looked(look, async (watcher) => {
      for (const state of [
        'cutover.quiescingOriginal',
        'confirmation.pollingSupervisor',
        'rollback.verifyingOriginal',
      ]) {
        await watcher.seek(lines.findIndex((line) => line.state === state));
        const seen = await watcher.page.evaluate((id) => {
          const [box, window] = [
            document.getElementById(id)?.getBoundingClientRect(),
            document.querySelector('.picture')?.getBoundingClientRect(),
          ];
          if (box === undefined || window === undefined) return null;
          const inside =
            box.left >= window.left &&
            box.right <= window.right &&
            box.top >= window.top &&
            box.bottom <= window.bottom;
          return { inside, height: box.height };
        }, state);
        expect(seen).toMatchObject({ inside: true });
        // A box is 27 units high, and its text 14.
        expect(seen?.height).toBeGreaterThan(20);
      }
    }));
});

describe('the theme', () => {
  it('follows the system, and the button over it', () =>
    looked({ theme: 'dark' }, async (watcher) => {
      const paper = (): Promise<string> =>
        watcher.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const button = watcher.page.locator('.theme');
      const dark = await paper();
      expect(await button.innerText()).toBe('Theme: auto');
      await button.click();
      const light = await paper();
      expect([await button.innerText(), light === dark]).toEqual(['Theme: light', false]);
      await button.click();
      expect([await button.innerText(), await paper()]).toEqual(['Theme: dark', dark]);
    }));
});

describe('without eyes, or without a pointer', () => {
  it('everything that can be reached has a name', () =>
    looked({}, async (watcher) => {
      const session = await watcher.context.newCDPSession(watcher.page);
      const { nodes } = await session.send('Accessibility.getFullAXTree');
      const valueOf = (value?: { value?: unknown }): string => String(value?.value ?? '');
      const nameless = nodes.filter(
        ({ ignored, properties, name, role }) =>
          !ignored &&
          properties?.some((one) => one.name === 'focusable' && one.value.value === true) ===
            true &&
          valueOf(role) !== 'RootWebArea' &&
          valueOf(name) === '',
      );
      expect(nameless.map(({ role }) => valueOf(role))).toEqual([]);
      const roles = new Set(nodes.map(({ role }) => valueOf(role)));
      for (const role of [
        'banner',
        'main',
        'navigation',
        'contentinfo',
        'listbox',
        'tablist',
        'slider',
        'heading',
        'status',
      ])
        expect(roles).toContain(role);
    }));

  it('the Tab key reaches every part once, and what has the focus is seen', () =>
    looked({}, async (watcher) => {
      const reached: string[] = [];
      for (let at = 0; at < 60; at += 1) {
        await watcher.page.keyboard.press('Tab');
        const [part, outlined] = await watcher.page.evaluate(() => {
          const element = document.activeElement;
          const style = element === null ? null : getComputedStyle(element);
          const name = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
          return [
            `${element?.tagName ?? ''} ${name}`,
            style?.outlineStyle !== 'none' && style?.outlineWidth !== '0px',
          ] as const;
        });
        if (part.startsWith('BODY') || reached.includes(part)) break;
        reached.push(part);
        expect([part, outlined]).toEqual([part, true]);
      }
      const said = reached.join('\n');
      for (const part of [
        'Theme: auto',
        'cutover',
        'statechart',
        'Follow',
        'Events',
        'Replay',
        'Time line',
      ])
        expect(said).toContain(part);
      // The machine has some ninety states: they are one stop, and arrows move inside.
      expect(reached.length).toBeLessThan(30);
    }));
});
