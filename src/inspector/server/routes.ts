/** What there is to ask for. Paths are compared, never looked up in a file system. */
import type { Assets } from '../assets.js';
import { chart } from '../film/chart.js';
import { orNothing } from '../library.js';
import type { Library } from '../library.js';
import type { Footage } from '../footage.js';
import { exportMachine } from '../../model/export.js';
import { STATELY_POLICY, livePage, statelyPage } from '../page.js';

export type Answer =
  | {
      readonly kind: 'text';
      readonly type: string;
      readonly text: string;
      readonly policy?: string;
    }
  /** Goes on until either side ends it. */
  | { readonly kind: 'stream'; readonly footage: Footage; readonly after: number }
  | { readonly kind: 'missing' };

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0f766e"/><path d="M4 5h4v6h4" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

const text = (type: string, body: string): Answer => ({
  kind: 'text',
  type: `${type}; charset=utf-8`,
  text: body,
});
const json = (value: unknown): Answer => text('application/json', JSON.stringify(value));
const handedOn = (runId: string | null): Answer => ({
  kind: 'text',
  type: 'text/html; charset=utf-8',
  text: statelyPage(exportMachine(), runId),
  policy: STATELY_POLICY,
});
const missing: Answer = { kind: 'missing' };

/**
 * @param path of a request that was let in
 * @param stately whether a run may be handed to Stately's inspector
 */
export async function answerTo(
  path: string,
  query: URLSearchParams,
  library: Library,
  assets: Assets,
  stately: boolean,
): Promise<Answer> {
  if (path === '/app.js') return text('text/javascript', assets.script);
  if (stately && path === '/stately.js') return text('text/javascript', assets.stately);
  if (path === '/app.css') return text('text/css', assets.style);
  // The page that gives the cookie names no icon, and browsers ask for this one then.
  if (path === '/icon.svg' || path === '/favicon.ico') return text('image/svg+xml', ICON);
  if (path === '/runs') {
    const runs = orNothing(() => library.list()) ?? [];
    return json({ runs, latest: orNothing(() => library.latest()) });
  }
  if (path === '/') {
    return text(
      'text/html',
      livePage(
        assets,
        chart(),
        orNothing(() => library.latest()),
      ),
    );
  }
  if (stately && path === '/stately') {
    return handedOn(orNothing(() => library.latest()));
  }
  const [, runId = '', what] =
    /^\/runs\/([0-9a-z-]{1,40})(?:\/(film|news|stately))?$/.exec(path) ?? [];
  const footage = runId === '' ? null : orNothing(() => library.footage(runId));
  if (footage === null) return missing;
  if (what === undefined) return text('text/html', livePage(assets, chart(), runId));
  if (what === 'stately') return stately ? handedOn(runId) : missing;
  if (what === 'film') return json(await footage.film());
  const after = query.get('after') ?? '0';
  return /^\d{1,9}$/.test(after) ? { kind: 'stream', footage, after: Number(after) } : missing;
}
