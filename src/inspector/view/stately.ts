/** The page that hands a run to Stately's inspector, which it has in a frame: by messages to that origin alone. */
import { h, need } from './dom.js';
import { definitionInPage, filmOf, firstRun, follow, runInPage } from './feed.js';
import { Reel } from './reel.js';
import { statelyEvents } from './stately-events.js';
import type { StatelyEvent } from './stately-events.js';

const ORIGIN = 'https://stately.ai';

async function start(): Promise<void> {
  const runId = runInPage();
  if (runId === null) {
    await firstRun();
    location.reload();
    return;
  }
  const definition = definitionInPage();
  const reel = Reel.of(await filmOf(runId));
  const frame = h('iframe', { src: `${ORIGIN}/inspect`, title: "Stately's inspector" });
  const waiting: StatelyEvent[] = [];
  let [told, isConnected] = [0, false];
  const tell = (): void => {
    waiting.push(...statelyEvents(reel, definition, told));
    told = reel.length;
    if (!isConnected) return;
    for (const event of waiting.splice(0)) frame.contentWindow?.postMessage(event, ORIGIN);
  };
  window.addEventListener('message', (message) => {
    const { source, origin } = message;
    const data = message.data as { readonly type?: unknown } | null;
    if (source !== frame.contentWindow || origin !== ORIGIN) return;
    if (data?.type !== '@statelyai.connected') return;
    isConnected = true;
    tell();
  });
  need(document.querySelector('#app')).replaceChildren(frame);
  tell();
  follow(runId, {
    lastSeq: () => reel.lastSeq,
    news(news) {
      reel.add(news);
      tell();
    },
    ended: () => undefined,
  });
}

start().catch((error: unknown) => {
  need(document.querySelector('#app')).replaceChildren(
    h('p', { class: 'failed', role: 'alert' }, String(error)),
  );
});
