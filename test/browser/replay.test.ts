/** A run on record, in real Chromium: what is lit, what is said, how it is moved through. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inspector } from '../../src/inspector/server/server.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { folder } from '../unit/runtime/lines.js';
import { Watcher, launch } from './support/browser.js';
import type { Look } from './support/browser.js';
import { polls, record, runInMemory, serve } from './support/runs.js';

let browser: Browser;
let rolledBack: readonly JournalLine[];
beforeAll(async () => {
  browser = await launch();
  rolledBack = await runInMemory({ errorDebounce: 3 }, polls('pending', 'error', 'error', 'error'));
});
afterAll(() => browser.close());

let ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

interface Shown {
  readonly watcher: Watcher;
  readonly inspector: Inspector;
}
async function shown(lines: readonly JournalLine[], look: Look = {}): Promise<Shown> {
  const state = folder();
  const runId = record(state, lines);
  const inspector = await serve(state);
  const watcher = await Watcher.open(browser, inspector.urlOf(runId), look);
  ends = [() => watcher.close(), () => inspector.close()];
  await watcher.ready();
  return { watcher, inspector };
}

const indexOf = (state: string): number => rolledBack.findIndex((line) => line.state === state);

describe('a run that went back', () => {
  it('shows its outcome, its reason and its whole way, and asks nobody else', async () => {
    const { watcher } = await shown(rolledBack);
    expect(await watcher.text('.now h2')).toBe('Rolled back');
    expect(await watcher.text('.now .reason')).toContain('3 errors in a row from the replacement');
    expect(await watcher.lit('here')).toEqual(['rolledBack']);
    const entered = new Set(rolledBack.map(({ state }) => state));
    const visited = await watcher.lit('visited');
    // Also the moments without an act, which no line names.
    expect([...entered].filter((state) => !visited.includes(state))).toEqual([]);
    expect(visited).toContain('rollback.beginning');
    expect(visited).not.toContain('completion.removingBackup');
    expect(await watcher.page.locator('.picture .edge.taken').count()).toBeGreaterThan(20);
    expect(await watcher.page.locator('.leap').count()).toBeGreaterThan(4);
    expect(watcher.strange).toEqual([]);
    const run = `GET /runs/${rolledBack[0]?.runId}`;
    const own = ['/', '/runs', '/app.js', '/app.css', '/icon.svg', '/favicon.ico'];
    const known = [...own.map((path) => `GET ${path}`), run, `${run}/film`, `${run}/news`];
    expect(watcher.asked.filter((asked) => !known.includes(asked))).toEqual([]);
  });

  it('counts the errors of the wait at every poll, and its time', async () => {
    const { watcher } = await shown(rolledBack);
    const at = rolledBack.flatMap(({ state }, index) =>
      state === 'confirmation.pausingBetweenPolls' ? [index] : [],
    );
    const told: string[] = [];
    for (const index of at) {
      await watcher.seek(index);
      told.push(await watcher.text('.wait strong'));
    }
    expect(told).toEqual(['pending', 'Error 1/3', 'Error 2/3']);
    expect(await watcher.text('.wait .left')).toMatch(/^14 min \d+ s left · 3 polls$/);
    expect(await watcher.page.locator('.marks .on').count()).toBe(2);
    expect(await watcher.text('.wait .last')).toBe('poll 3: the supervisor said error');
    expect(await watcher.lit('here')).toEqual(['confirmation.pausingBetweenPolls']);
    const chosen = watcher.page.getByRole('option', { selected: true });
    expect(await chosen.getAttribute('aria-posinset')).toBe(String((at.at(-1) ?? 0) + 1));
    expect(await chosen.isVisible()).toBe(true);
    await watcher.seek(indexOf('rollback.stoppingReplacement'));
    expect(await watcher.page.locator('.wait').isVisible()).toBe(false);
  });

  it('shows at each moment what was remembered then', async () => {
    const { watcher } = await shown(rolledBack);
    await watcher.page.getByRole('tab', { name: 'Context' }).click();
    await watcher.seek(indexOf('cutover.quiescingOriginal'));
    expect(await watcher.text('#sheet-context')).toMatch(/changed:?\s*true/);
    expect(await watcher.text('#sheet-context')).not.toContain('3 errors in a row');
    await watcher.seek(-1);
    expect(await watcher.text('#sheet-context')).toContain('3 errors in a row');
  });

  it('is moved through by keys alone', async () => {
    const { watcher } = await shown(rolledBack);
    const { keyboard } = watcher.page;
    const clock = (): Promise<string> => watcher.page.locator('input[type=range]').inputValue();
    await keyboard.press('Home');
    await watcher.drawn();
    expect(await clock()).toBe('0');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    await watcher.drawn();
    expect([await clock(), await watcher.lit('here')]).toEqual([
      '2',
      ['discovery.screeningOriginal'],
    ]);
    await keyboard.press('End');
    await watcher.drawn();
    expect(await clock()).toBe(String(rolledBack.length - 1));
    await keyboard.press('Home');
    await keyboard.press('Space');
    await expect.poll(async () => Number(await clock())).toBeGreaterThan(1);
    await keyboard.press('Space');
    const stopped = await clock();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await clock()).toBe(stopped);
  });

  it('opens any state, by pointer and by keyboard, with what it is and where it leads', async () => {
    const { watcher } = await shown(rolledBack);
    const { page } = watcher;
    await page.getByRole('button', { name: 'Show the whole machine' }).click();
    await watcher.drawn();
    await page.locator('.picture g.node[id="cutover.disarmingOriginal"] path').click();
    await watcher.drawn();
    const sheet = await watcher.text('#sheet-state');
    expect(sheet).toContain('cutover.disarmingOriginal');
    for (const word of [
      'Says',
      'Why',
      'Undone by',
      'Actor',
      'disarm original',
      'If interrupted',
      'Ways out',
      'fails',
      'Entered once',
    ])
      expect(sheet).toContain(word);
    // A way out leads on.
    await page
      .locator('#sheet-state .exits button', { hasText: 'setting original aside' })
      .first()
      .click();
    await watcher.drawn();
    expect(await watcher.text('#sheet-state .path')).toBe('cutover.settingOriginalAside');
    expect(await watcher.lit('selected')).toEqual(['cutover.settingOriginalAside']);

    await page.keyboard.press('Escape');
    await page.locator('.picture').focus();
    await page.keyboard.press('ArrowDown');
    const first = await page.locator('.picture').getAttribute('aria-activedescendant');
    await page.keyboard.press('ArrowUp');
    const second = await page.locator('.picture').getAttribute('aria-activedescendant');
    expect([first, second].every((id) => id !== null)).toBe(true);
    expect(second).not.toBe(first);
    await page.keyboard.press('Enter');
    await watcher.drawn();
    expect(await watcher.text('#sheet-state .path')).toBe(second);
    expect(watcher.strange).toEqual([]);
  });

  it('opens every state there is', async () => {
    const { watcher } = await shown(rolledBack);
    await watcher.page.getByRole('button', { name: 'Show the whole machine' }).click();
    const ids = await watcher.page
      .locator('.picture g.node')
      .evaluateAll((all) => all.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(80);
    for (const id of ids) {
      await watcher.page.evaluate(
        (name) =>
          document.getElementById(name)?.dispatchEvent(new MouseEvent('click', { bubbles: true })),
        id,
      );
      await watcher.drawn();
      expect(await watcher.text('#sheet-state .path')).toBe(id);
    }
  });
});

describe('a run that was cut short', () => {
  it('is interrupted where it stood, with the command that goes on', async () => {
    const stood = rolledBack.slice(0, indexOf('cutover.settingOriginalAside') + 1);
    const { watcher } = await shown(stood);
    expect(await watcher.text('.now .badge')).toBe('interrupted');
    expect(await watcher.text('.now .hint')).toContain(`gpugraft recover ${stood[0]?.runId}`);
    expect(await watcher.lit('halted')).toEqual(['cutover.settingOriginalAside']);
    expect(watcher.strange).toEqual([]);
  });
});

describe('without a run that is named', () => {
  it('the latest is shown, with a list to choose from', async () => {
    const state = folder();
    const [older, newer] = ['20260101-000000-00000a', '20260102-000000-00000b'];
    record(state, rolledBack, older);
    record(state, rolledBack.slice(0, 9), newer);
    const inspector = await serve(state);
    const watcher = await (await Watcher.open(browser, inspector.url)).ready();
    ends = [() => watcher.close(), () => inspector.close()];
    expect(await watcher.text('.top .run')).toBe(newer);
    // No token is left in the address.
    expect(new URL(watcher.page.url()).search).toBe('');
    const choice = watcher.page.getByRole('combobox', { name: 'Run' });
    await expect.poll(() => choice.locator('option').count()).toBe(2);
    await choice.selectOption(older);
    await expect.poll(() => watcher.text('.top .run')).toBe(older);
    expect(watcher.strange).toEqual([]);
  });

  it('an empty folder says so, and shows the first run as soon as there is one', async () => {
    const state = folder();
    const inspector = await serve(state);
    const watcher = await Watcher.open(browser, inspector.url);
    ends = [() => watcher.close(), () => inspector.close()];
    await expect
      .poll(() => watcher.text('.now .about'))
      .toBe('No run has begun yet. It is shown as soon as it does.');
    const runId = record(state, rolledBack);
    await expect.poll(() => watcher.text('.top .run')).toBe(runId);
    expect(watcher.strange).toEqual([]);
  });
});
