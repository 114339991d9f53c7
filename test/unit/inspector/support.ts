/** Runs on disk, as journals of the real machine or of anybody else, and what the page is made of. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { encodeLine } from '../../../src/runtime/journal-line.js';
import type { JournalLine } from '../../../src/runtime/journal-line.js';
import { folder, line, runId } from '../runtime/lines.js';

export { line, runId };

export const assets = {
  chart: '<svg viewBox="0 0 10 10"><g id="discovery" class="cluster phase"></g></svg>',
  stately: '',
  script: "console.log('a page')",
  style: 'body { margin: 0 }',
};

/** A state folder with one run. @param text what stands in its journal */
export function stateWith(text: string, id = runId): string {
  const state = folder();
  writeRun(state, text, id);
  return state;
}

export function writeRun(state: string, text: string, id = runId): string {
  const run = path.join(state, 'runs', id);
  fs.mkdirSync(run, { recursive: true, mode: 0o700 });
  fs.chmodSync(path.join(state, 'runs'), 0o700);
  const file = path.join(run, 'journal.jsonl');
  fs.writeFileSync(file, text, { mode: 0o600 });
  fs.writeFileSync(path.join(run, 'lock'), '', { mode: 0o600 });
  return file;
}

export const textOf = (lines: readonly JournalLine[]): string => lines.map(encodeLine).join('');

/** Lines of one run, with what differs. */
export const linesOf = (...more: readonly Partial<JournalLine>[]): JournalLine[] =>
  more.map((one, at) => line(at + 1, one));

export const over = (context: Record<string, unknown>): Record<string, unknown> => ({
  status: 'done',
  value: 'grafted',
  context,
});

/** Texts that would be markup, script, a path or an escape anywhere else. */
export const HOSTILE_TEXTS = [
  '<img src=x onerror="window.hacked=1">',
  '</script><script>window.hacked=1</script>',
  '<!--<script>',
  ']]><svg onload=window.hacked=1>',
  'javascript:window.hacked=1',
  '"><iframe srcdoc="<script>parent.hacked=1</script>">',
  "'-window.hacked-'",
  '{{constructor.constructor("window.hacked=1")()}}',
  '\u2028\u2029\u202e\u0000\u001b[2J',
  '__proto__',
  '<style>*{display:none}</style>',
  '&lt;b&gt;&#x3c;',
] as const;
