/** The page that hands a run to Stately's inspector: what that origin is told, and nobody else. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { folder } from '../unit/runtime/lines.js';
import { launch } from './support/browser.js';
import { polls, record, runInMemory, serve } from './support/runs.js';

let browser: Browser;
let lines: readonly JournalLine[];
beforeAll(async () => {
  browser = await launch();
  lines = await runInMemory({ errorDebounce: 2 }, polls('error', 'error'));
});
afterAll(() => browser.close());

/** Takes what it is told, as the receiver of `@statelyai/inspect` does; it says that it is there a little late. */
const RECEIVER = `<!doctype html><title>a stand-in</title><script>
  window.told = [];
  window.addEventListener('message', ({ data, origin }) => window.told.push({ data, origin }));
  setTimeout(() => parent.postMessage({ type: '@statelyai.connected' }, '*'), 300);
</script>`;

it('tells all of it once that is there, and asks for nothing but that', async () => {
  const state = folder();
  const runId = record(state, lines);
  const inspector = await serve(state, true);
  const page = await browser.newPage();
  const asked: string[] = [];
  await page.route('**', (route) => {
    const url = new URL(route.request().url());
    if (url.hostname === '127.0.0.1') return route.continue();
    asked.push(url.href);
    return url.origin === 'https://stately.ai'
      ? route.fulfill({ contentType: 'text/html', body: RECEIVER })
      : route.abort();
  });
  await page.goto(inspector.statelyUrlOf(runId) ?? '');
  const frame = (): Promise<{ data: { type: string; definition?: string }; origin: string }[]> =>
    page
      .frames()
      .find((one) => one.url().startsWith('https://stately.ai'))
      ?.evaluate(() => Reflect.get(window, 'told') as never) ?? Promise.resolve([]);
  await expect.poll(async () => (await frame()).length, { timeout: 15_000 }).toBe(lines.length * 2);
  const told = await frame();
  expect(new Set(told.map(({ origin }) => origin))).toEqual(
    new Set([new URL(inspector.url).origin]),
  );
  expect(told[0]?.data.type).toBe('@xstate.actor');
  const machine = JSON.parse(told[0]?.data.definition ?? '{}') as { states?: object };
  expect(Object.keys(machine.states ?? {})).toContain('rollback');
  expect(told.at(-1)?.data).toMatchObject({
    type: '@xstate.snapshot',
    snapshot: { status: 'done', value: 'rolledBack' },
  });
  expect(asked).toEqual(['https://stately.ai/inspect']);
  await page.close();
  await inspector.close();
});
