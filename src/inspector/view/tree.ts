/** Plain data to look into: names and values as text, parts that open. */
import { h } from './dom.js';
import type { Json } from '../film/film.js';

/** Deeper parts are closed until somebody opens them. */
const OPEN_DEPTH = 1;

const leafText = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return typeof value;
}

/** What stands beside a part that is closed. */
function summaryOf(value: Json): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`;
  return `${Object.keys(value as object).length} fields`;
}

/** @param changed parts of the first level that have just changed */
export function treeOf(
  entries: readonly (readonly [string, Json])[],
  changed: ReadonlySet<string> = new Set(),
  depth = 0,
): HTMLElement {
  return h(
    'ul',
    { class: 'tree' },
    ...entries.map(([key, value]) =>
      h('li', { class: changed.has(key) ? 'changed' : null }, branch(key, value, depth)),
    ),
  );
}

function branch(key: string, value: Json, depth: number): HTMLElement {
  const name = h('span', { class: 'key' }, key);
  if (typeof value !== 'object' || value === null) {
    return h('div', {}, name, h('span', { class: `value ${kindOf(value)}` }, leafText(value)));
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0) {
    return h(
      'div',
      {},
      name,
      h('span', { class: 'value null' }, Array.isArray(value) ? 'none' : '{}'),
    );
  }
  const part = h(
    'details',
    { open: depth < OPEN_DEPTH },
    h('summary', {}, name, h('span', { class: 'value null' }, summaryOf(value))),
  );
  // Made when it is opened: a context has many parts that nobody looks into.
  const fill = (): void => {
    if (part.childElementCount === 1) part.append(treeOf(entries, undefined, depth + 1));
  };
  if (part.open) fill();
  else part.addEventListener('toggle', fill, { once: true });
  return part;
}
