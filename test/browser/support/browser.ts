/** Real Chromium, held to what a page of ours may do: nothing but ask its own server. */
import * as fs from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Debian's; another one by CHROMIUM. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function launch(): Promise<Browser> {
  if (!fs.existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM} is missing: apt-get install chromium, as scripts/test does`);
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A page, and all that it has done beside what it should. */
export class Watcher {
  readonly strange: string[] = [];
  readonly asked: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  /** Opens an address, and from then on lets no request pass that leads elsewhere. */
  static async open(browser: Browser, url: string, look: Look = {}): Promise<Watcher> {
    const { theme = 'light', width = 1280, height = 800 } = look;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const watcher = new Watcher(context, await context.newPage());
    await watcher.#watch(new URL(url));
    await watcher.page.goto(url);
    return watcher;
  }

  async #watch(own: URL): Promise<void> {
    const { page, context, strange, asked } = this;
    await context.route('**', async (route) => {
      const url = new URL(route.request().url());
      asked.push(`${route.request().method()} ${url.pathname}`);
      const isOwn = url.protocol === 'file:' ? own.href === url.href : url.origin === own.origin;
      if (isOwn) return route.continue();
      strange.push(`asked ${url.href}`);
      return route.abort();
    });
    page.on('pageerror', (error) => strange.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // The server's end is no fault of the page.
      const isEnd =
        /ERR_(?:CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)/;
      if (message.type() === 'error' && !isEnd.test(message.text())) strange.push(message.text());
    });
    page.on('dialog', (dialog) => {
      strange.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', () => strange.push('a window was opened'));
    page.on('download', () => strange.push('something was downloaded'));
    page.on('websocket', () => strange.push('a web socket was opened'));
  }

  /** Waits until the page shows events. */
  async ready(): Promise<this> {
    await this.page.locator('.event').first().waitFor();
    return this;
  }

  /** Goes to an event by its place in the run; negative: from the end. */
  async seek(index: number): Promise<void> {
    await this.page.locator('input[type=range]').evaluate((range: HTMLInputElement, to) => {
      range.value = String(to < 0 ? Number(range.max) + 1 + to : to);
      range.dispatchEvent(new Event('input'));
    }, index);
    await this.drawn();
  }

  /** Until what was changed is on the screen. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  /** States that have a class in the picture. */
  lit(word: string): Promise<string[]> {
    return this.page
      .locator(`.picture g.node.${word}`)
      .evaluateAll((nodes) => nodes.map(({ id }) => id));
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).first().innerText();
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
