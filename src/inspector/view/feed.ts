/** Where a film comes from: out of the page itself, or from the server that it came from. */
import type { Chart, Film, Listed, News } from '../film/film.js';

/** Before a connection that broke is tried again, in milliseconds; and how often. */
const PAUSE_MS = 1000;
const MOST_TRIES = 3;
/** Between two looks for a run that has not begun. */
const FIRST_MS = 250;

/** What stands in the page as data. @returns null where there is none of that name */
function embedded(id: string): unknown {
  const text = document.querySelector(`script#${id}`)?.textContent ?? null;
  return text === null ? null : JSON.parse(text);
}

export const chartInPage = (): Chart | null => embedded('chart') as Chart | null;
export const filmInPage = (): Film | null => embedded('film') as Film | null;
/** Of a page that hands a run on: the machine, as JSON text. */
export const definitionInPage = (): string => JSON.stringify(embedded('definition'));
/** Of a page that is served: which run it is about; null: there is none. */
export const runInPage = (): string | null =>
  (embedded('live') as { runId: string | null } | null)?.runId ?? null;

async function asked<T>(path: string): Promise<T> {
  const response = await fetch(path, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

export const filmOf = (runId: string): Promise<Film> => asked(`/runs/${runId}/film`);
export interface Runs {
  readonly runs: readonly Listed[];
  /** The one to show where none is named; null: there is none yet. */
  readonly latest: string | null;
}
export const runs = (): Promise<Runs> => asked('/runs');

/** Resolves once there is a run to be shown. @throws Error once there is no server any more */
export async function firstRun(): Promise<void> {
  for (;;) {
    if ((await runs()).latest !== null) return;
    await new Promise((resolve) => window.setTimeout(resolve, FIRST_MS));
  }
}

export interface Listener {
  /** The last frame that is known. */
  lastSeq(): number;
  news(news: News): void;
  /** Nothing more will come. */
  ended(): void;
}

/** Hears of what comes, for as long as there is a server. */
export function follow(runId: string, listener: Listener, tries = 0): void {
  const source = new EventSource(`/runs/${runId}/news?after=${listener.lastSeq()}`);
  let failures = tries;
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    failures = 0;
    listener.news(JSON.parse(data) as News);
  });
  source.addEventListener('end', () => {
    source.close();
    listener.ended();
  });
  // It would ask again by itself, but for what it has already.
  source.addEventListener('error', () => {
    source.close();
    if (failures >= MOST_TRIES) listener.ended();
    else window.setTimeout(() => follow(runId, listener, failures + 1), PAUSE_MS);
  });
}
