/** What the page is made of, as `npm run build` has left it: nothing is compiled or laid out while a run goes on. */
import { readFileSync } from 'node:fs';

export interface Assets {
  /** The machine's picture: an `svg` element. */
  readonly chart: string;
  readonly script: string;
  /** Of the page that hands a run to Stately's inspector. */
  readonly stately: string;
  readonly style: string;
}

/** From `dist/inspector/`, beside the build that this file is a part of. @throws Error of the system */
export function readAssets(folder = new URL('../../inspector/', import.meta.url)): Assets {
  const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  return {
    chart: text('chart.svg'),
    script: text('app.js'),
    stately: text('stately.js'),
    style: text('app.css'),
  };
}
