/** The machine for editors that read one literal, such as Stately's. */
import { graftMachine } from '../../machines/index.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What only code can say (inputs, parameters, the first context) is left out; names stay. */
function plain(value: unknown): Json | undefined {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
    return value as Json;
  }
  if (Array.isArray(value)) return value.flatMap((item) => plain(item) ?? []);
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    const text = plain(item);
    return text === undefined ? [] : [[key, text]];
  });
  return Object.fromEntries(entries);
}

/** The definition as plain JSON, every part of it spelled out. */
export function exportMachine(): Json {
  return plain(graftMachine.config) ?? null;
}
