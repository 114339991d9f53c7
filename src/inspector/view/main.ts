/** Puts the page together. */
import type { Chart, Film } from '../film/film.js';
import { Atlas } from './atlas.js';
import { ChartPart } from './chart.js';
import { ContextPart } from './context.js';
import { h, need } from './dom.js';
import { EventsPart } from './events.js';
import { chartInPage, filmInPage, filmOf, firstRun, follow, runInPage, runs } from './feed.js';
import { HeaderPart } from './header.js';
import { NowPart } from './now.js';
import { PhasesPart } from './phases.js';
import { Reel } from './reel.js';
import { StatePart } from './state.js';
import { StepPart } from './step.js';
import { Store } from './store.js';
import { Tabs } from './tabs.js';
import { TimelinePart } from './timeline.js';

/** A countdown and the time in a state move by themselves. */
const TICK_MS = 250;
const STATE_TAB = 2;

const NO_FILM: Film = {
  schema: 1,
  runId: '',
  machine: null,
  frames: [],
  calls: [],
  standing: {
    holder: 'unknown',
    problem: 'No run has begun yet. It is shown as soon as it does.',
  },
};

function build(film: Film, connected: boolean): { store: Store; header: HeaderPart } {
  const store = new Store(Reel.of(film), new Atlas(chartOfPage()), connected);
  const picture = need(document.querySelector<HTMLTemplateElement>('template#chart-picture'));
  const header = new HeaderPart(store);
  const chart = new ChartPart(store, picture);
  const visit = (path: string): void => chart.visit(path);
  const phases = new PhasesPart(store, visit);
  const now = new NowPart(store);
  const [events, step] = [new EventsPart(store), new StepPart(store)];
  const [state, context] = [new StatePart(store, visit), new ContextPart(store)];
  const tabs = new Tabs([
    { name: 'Events', element: events.element, update: () => events.update() },
    { name: 'Event', element: step.element, update: () => step.update() },
    { name: 'State', element: state.element, update: () => state.update() },
    { name: 'Context', element: context.element, update: () => context.update() },
  ]);
  const timeline = new TimelinePart(store);
  need(document.querySelector('#app')).replaceChildren(
    header.element,
    phases.element,
    h(
      'main',
      {},
      chart.element,
      h('aside', { 'aria-label': 'The run' }, now.element, tabs.element),
    ),
    timeline.element,
  );
  chart.placed();
  let chosen: string | null = null;
  store.on(() => {
    if (store.selected !== chosen && store.selected !== null) tabs.open(STATE_TAB);
    chosen = store.selected;
  });
  listenForKeys(store, timeline, chart);
  setInterval(() => {
    if (store.isLive) store.changed();
  }, TICK_MS);
  store.changed();
  return { store, header };
}

/** @throws Error: the page is not ours */
function chartOfPage(): Chart {
  const chart = chartInPage();
  if (chart === null) throw new Error('the page has no chart');
  return chart;
}

/** Keys that work wherever no field takes them. */
function listenForKeys(store: Store, timeline: TimelinePart, chart: ChartPart): void {
  document.addEventListener('keydown', (event) => {
    const { target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (target instanceof Element && target.closest('select, input, textarea, summary') !== null)
      return;
    const onButton = target instanceof Element && target.closest('button') !== null;
    if (event.key === 'ArrowRight') store.seek(store.cursor + 1);
    else if (event.key === 'ArrowLeft') store.seek(store.cursor - 1);
    else if (event.key === 'Home') store.seek(0);
    else if (event.key === 'End') store.seek(store.reel.length - 1);
    else if (event.key === ' ' && !onButton) timeline.toggle();
    else if (event.key === '0') chart.overview();
    else if (event.key === 'Escape') store.select(null);
    else return;
    event.preventDefault();
  });
}

async function start(): Promise<void> {
  const recorded = filmInPage();
  if (recorded !== null) {
    build(recorded, false);
    return;
  }
  const runId = runInPage();
  if (runId === null) {
    const { store } = build(NO_FILM, true);
    await firstRun().then(
      () => location.reload(),
      () => store.disconnected(),
    );
    return;
  }
  const film = await filmOf(runId);
  const { store, header } = build(film, true);
  follow(runId, {
    lastSeq: () => store.reel.lastSeq,
    news: (news) => store.add(news),
    ended: () => store.disconnected(),
  });
  const offer = async (): Promise<void> => header.offer((await runs()).runs);
  await offer();
  let wasOver = store.reel.isOver;
  store.on(() => {
    if (!wasOver && store.reel.isOver && store.connected) void offer().catch(() => undefined);
    wasOver = store.reel.isOver;
  });
}

start().catch((error: unknown) => {
  need(document.querySelector('#app')).replaceChildren(
    h(
      'p',
      { class: 'failed', role: 'alert' },
      `The inspector cannot show this: ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
});
