/** A run of 5,000 events: the page keeps up. What is held is what is made; the times are printed. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeLine } from '../../src/runtime/journal-line.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { folder } from '../unit/runtime/lines.js';
import { Watcher, launch } from './support/browser.js';
import { polls, record, runInMemory, serve } from './support/runs.js';

const POLLS = 2500;
let browser: Browser;
let lines: readonly JournalLine[];
beforeAll(async () => {
  browser = await launch();
  const verdicts = Array.from({ length: POLLS }, (_, at) => (at % 7 === 0 ? 'pending' : 'error'));
  const limits = { maxPolls: POLLS + 10, readyTimeoutMs: 10_000_000, errorDebounce: 15 };
  lines = await runInMemory(limits, polls(...verdicts));
});
afterAll(() => browser.close());

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;

it('is opened, scrubbed and scrolled without lag', async () => {
  expect(lines.length).toBeGreaterThan(5000);
  const state = folder();
  const inspector = await serve(state);
  const began = performance.now();
  const watcher = await (
    await Watcher.open(browser, inspector.urlOf(record(state, lines)))
  ).ready();
  const opened = performance.now() - began;
  expect(await watcher.page.locator('.event').last().getAttribute('aria-setsize')).toBe(
    String(lines.length),
  );
  // Only what is seen is made.
  expect(await watcher.page.locator('.event').count()).toBeLessThan(40);
  expect(await watcher.page.locator('*').count()).toBeLessThan(3000);
  const seeks = await watcher.page.evaluate(async (count) => {
    const range = document.querySelector<HTMLInputElement>('input[type=range]');
    const painted = (): Promise<unknown> =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const times: number[] = [];
    if (range === null) return times;
    for (let at = 0; at < 60; at += 1) {
      const start = performance.now();
      range.value = String(Math.floor((count * ((at * 37) % 60)) / 60));
      range.dispatchEvent(new Event('input'));
      await painted();
      times.push(performance.now() - start);
    }
    return times;
  }, lines.length);
  const scrolls = await watcher.page.evaluate(async () => {
    const list = document.querySelector('.events');
    const times: number[] = [];
    if (list === null) return times;
    for (let at = 0; at < 60; at += 1) {
      const start = performance.now();
      list.scrollTop = ((at * 37) % 60) * (list.scrollHeight / 60);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      times.push(performance.now() - start);
    }
    return times;
  });
  const bytes = await watcher.page.evaluate(async () => {
    const film = await fetch(`${location.pathname}/film`);
    return (await film.arrayBuffer()).byteLength;
  });
  console.log(
    `${lines.length} events, ${(bytes / 1e6).toFixed(1)} MB: opened in ${opened.toFixed(0)} ms; to the next picture ${median(seeks).toFixed(0)} ms after a seek (longest ${Math.max(...seeks).toFixed(0)}), ${median(scrolls).toFixed(0)} ms after a scroll`,
  );
  // Two pictures at 60 Hz take 33 ms. A tenth of a second is where people begin to wait; loaded machines get more.
  expect(median(seeks)).toBeLessThan(250);
  expect(watcher.strange).toEqual([]);
  await watcher.close();
  await inspector.close();
}, 120_000);

it('comes as it is written, and the page answers meanwhile', async () => {
  const state = folder();
  const inspector = await serve(state);
  const runId = record(state, lines.slice(0, 30));
  const watcher = await (await Watcher.open(browser, inspector.urlOf(runId))).ready();
  const longest = watcher.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let [last, most] = [performance.now(), 0];
        const look = (): void => {
          const now = performance.now();
          most = Math.max(most, now - last);
          last = now;
          if (document.querySelector('.now h2')?.textContent === 'grafted') resolve(most);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  const fd = fs.openSync(path.join(state, 'runs', runId, 'journal.jsonl'), 'a');
  for (let at = 30; at < lines.length; at += 100) {
    fs.writeSync(
      fd,
      lines
        .slice(at, at + 100)
        .map(encodeLine)
        .join(''),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  fs.closeSync(fd);
  const blocked = await longest;
  console.log(
    `${lines.length} events as they were written: longest time without a picture ${blocked.toFixed(0)} ms`,
  );
  expect(await watcher.lit('here')).toEqual(['grafted']);
  expect(Number(await watcher.page.locator('input[type=range]').getAttribute('max'))).toBe(
    lines.length - 1,
  );
  expect(blocked).toBeLessThan(2000);
  await watcher.close();
  await inspector.close();
}, 120_000);
