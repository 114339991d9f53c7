/** The wait for the replacement, in a few words: how often it failed in a row, and how long is left. */
import type { Context } from '../../../machines/index.js';
import { clean } from '../sanitize.js';

type Waiting = Pick<Context, 'wait' | 'options'>;

/** @returns null when nothing is being waited for */
export function waitText({ wait, options }: Waiting, now: number): string | null {
  const verdict = verdictText({ wait, options });
  if (wait.deadlineAt === null) return verdict;
  const left = `${Math.max(0, Math.ceil((wait.deadlineAt - now) / 1000))} s left`;
  return verdict === null ? left : `${verdict}, ${left}`;
}

/** `Error 3/15: reason`, `pending: reason`; null before the first poll. */
export function verdictText({ wait, options }: Waiting): string | null {
  if (wait.last === null) return null;
  const reason = wait.last.reason === '' ? '' : `: ${clean(wait.last.reason)}`;
  if (wait.errors > 0) return `Error ${wait.errors}/${options.errorDebounce}${reason}`;
  return `${clean(wait.last.verdict)}${reason}`;
}
