/** The inspector: a page on this machine that shows a run, live or on record, and one to give away. */
import { readAssets } from './assets.js';
import { Library } from './library.js';
import { serveInspector } from './server/server.js';
import type { Inspector } from './server/server.js';

export { exportRun } from './export.js';
export type { Inspector } from './server/server.js';

export interface OpenInspector {
  readonly inspector: Inspector;
  /** What runs of this process are told to, so that they are shown as they go on. */
  readonly library: Library;
}

export interface InspectorOptions {
  /** Whether the process lives for it; if not, it is about to drive the run that is shown. */
  readonly keepsAlive: boolean;
  /** Whether a run may be handed to Stately's inspector. */
  readonly stately: boolean;
}

/**
 * @throws Error of the system: no port, or an installation that is not whole
 */
export async function openInspector(
  stateDir: string,
  { keepsAlive, stately }: InspectorOptions,
): Promise<OpenInspector> {
  const library = new Library(stateDir, !keepsAlive);
  const inspector = await serveInspector({ library, assets: readAssets(), keepsAlive, stately });
  return { inspector, library };
}
