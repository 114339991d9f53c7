/** The wait for the replacement, in a few words: how often it failed in a row, and how long is left. */
import type { Context } from '../../../machines/index.js';
import { clean } from '../sanitize.js';

type Waiting = Pick<Context, 'wait' | 'options'>;

/**
 * `Error 3/15, 842 s left: the reason`. The reason comes last: it is what a narrow terminal cuts.
 * @returns null when nothing is being waited for
 */
export function waitText({ wait, options }: Waiting, now: number): string | null {
  const parts: string[] = [];
  if (wait.errors > 0) parts.push(`Error ${wait.errors}/${options.errorDebounce}`);
  else if (wait.last !== null) parts.push(clean(wait.last.verdict));
  if (wait.deadlineAt !== null) {
    parts.push(`${Math.max(0, Math.ceil((wait.deadlineAt - now) / 1000))} s left`);
  }
  if (parts.length === 0) return null;
  const reason = wait.last?.reason ?? '';
  return `${parts.join(', ')}${reason === '' ? '' : `: ${clean(reason)}`}`;
}
