/** What containers, engines and journals say is shown as text, whatever it says. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRun } from '../../src/inspector/export.js';
import { readAssets } from '../../src/inspector/assets.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { HOSTILE_TEXTS } from '../unit/inspector/support.js';
import { folder } from '../unit/runtime/lines.js';
import { Watcher, launch } from './support/browser.js';
import { built, polls, record, runInMemory, serve } from './support/runs.js';

let browser: Browser;
let lines: readonly JournalLine[];
beforeAll(async () => {
  browser = await launch();
  lines = await runInMemory({ errorDebounce: 2 }, polls('error', 'error'));
});
afterAll(() => browser.close());

/** The same run, with a text in every place where one can stand. */
function poisoned(text: string): JournalLine[] {
  return lines.map((line, index) => {
    const context = line.snapshot['context'] as Record<string, unknown>;
    const failure = { code: text, message: text, hint: text };
    return {
      ...line,
      state: index === 5 ? text : line.state,
      event:
        index === 0
          ? null
          : {
              type: index % 2 === 0 ? text : String(line.event?.['type']),
              [text]: text,
              output: { [text]: [text] },
              error: failure,
            },
      snapshot: {
        ...line.snapshot,
        children: { [text]: { src: text, snapshot: { input: { [text]: text, label: text } } } },
        context: {
          ...context,
          [text]: { [text]: text },
          target: text,
          original: { id: text, name: text, labels: { [text]: text } },
          replacement: { id: text, name: text },
          mode: text,
          reason: failure,
          secondReason: failure,
          question: failure,
          warnings: [failure],
          outcome: text,
          wait: { polls: 1, errors: 1, deadlineAt: 2e12, last: { verdict: text, reason: text } },
        },
      },
    };
  });
}

/** What markup would have made of it. */
const foreign = (watcher: Watcher): Promise<unknown> =>
  watcher.page.evaluate(() => ({
    hacked: Reflect.get(window, 'hacked') as unknown,
    polluted: Reflect.get({}, 'hacked') as unknown,
    elements: [
      ...document.querySelectorAll(
        '#app img, #app iframe, #app script, #app style, #app svg svg, object, embed',
      ),
    ].map(({ outerHTML }) => outerHTML),
    scripts: document.scripts.length,
    handlers: [...document.querySelectorAll('#app *')].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith('on')),
    ).length,
    links: [...document.querySelectorAll('#app [href], #app [src]')].length,
  }));

async function lookEverywhere(watcher: Watcher): Promise<string> {
  let seen = '';
  for (const index of [0, 5, 6, Math.floor(lines.length / 2), -1]) {
    await watcher.seek(index);
    for (const tab of ['Event', 'State', 'Context', 'Events']) {
      await watcher.page.getByRole('tab', { name: tab, exact: true }).click();
      await watcher.drawn();
      seen += await watcher.page.locator('#app').evaluate((app) => app.textContent ?? '');
    }
  }
  return seen;
}

describe('a run with a hostile text in every place', () => {
  it.each(HOSTILE_TEXTS.map((text) => [text]))('%j', async (text) => {
    const state = folder();
    const runId = record(state, poisoned(text));
    const inspector = await serve(state);
    const watcher = await (await Watcher.open(browser, inspector.urlOf(runId))).ready();
    const seen = await lookEverywhere(watcher);
    // It is there, as it is. HTML knows no NUL: the parser of JSON does.
    expect(seen).toContain(text);
    expect(await foreign(watcher)).toEqual({ elements: [], scripts: 3, handlers: 0, links: 0 });
    expect(watcher.strange).toEqual([]);
    await watcher.close();
    await inspector.close();
  });
});

describe('a run that was exported', () => {
  it('is shown out of its file alone, hostile texts and all, and asks nobody', async () => {
    const state = folder();
    const file = path.join(state, 'run.html');
    const all = HOSTILE_TEXTS.join(' ');
    await exportRun(state, record(state, poisoned(all)), file, readAssets(built));
    const watcher = await (await Watcher.open(browser, `file://${file}`)).ready();
    expect(await lookEverywhere(watcher)).toContain(all);
    expect(await foreign(watcher)).toEqual({ elements: [], scripts: 3, handlers: 0, links: 0 });
    expect([watcher.asked, watcher.strange]).toEqual([[`GET ${file}`], []]);
    await watcher.close();
  });

  it('is the same replay as that of the server', async () => {
    const state = folder();
    const file = path.join(state, 'run.html');
    const runId = record(state, lines);
    await exportRun(state, runId, file, readAssets(built));
    const inspector = await serve(state);
    const [exported, served] = [
      await (await Watcher.open(browser, `file://${file}`)).ready(),
      await (await Watcher.open(browser, inspector.urlOf(runId))).ready(),
    ];
    for (const index of [-1, 3, 20]) {
      await exported.seek(index);
      await served.seek(index);
      for (const part of ['.now', '.phases', '.timeline .clock']) {
        expect(await exported.text(part)).toBe(await served.text(part));
      }
      expect(await exported.lit('visited')).toEqual(await served.lit('visited'));
    }
    expect(fs.statSync(file).size).toBeLessThan(1_000_000);
    expect([exported.strange, served.strange]).toEqual([[], []]);
    await Promise.all([exported.close(), served.close()]);
    await inspector.close();
  });
});
