/** Colours, where they are wanted. */
import type { Environment } from '../config/given.js';
import type { Sink } from './io.js';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;
const asIs = (text: string): string => text;

export const plainStyle: Style = { bold: asIs, dim: asIs, good: asIs, bad: asIs, warn: asIs };
const colourStyle: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
};

/** Colours only on a terminal that knows them, and not where NO_COLOR (set to anything) or --no-color says no. */
export function styleFor(sink: Sink, env: Environment, wanted: boolean): Style {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return sink.isTTY && wanted && !refused ? colourStyle : plainStyle;
}
