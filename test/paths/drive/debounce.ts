/** What must hold of a path's wait beside what holds of every run's end. */
import type { Driven } from './follow.js';

/**
 * The seed's rule, counted over the path and not by the machine: so many errors in a row, with
 * nothing else between them, are what fails a wait, and nothing less is. Only of a run that took its
 * path to the end: what a recovery polled is on no path.
 */
export function wronglyDebounced({ world: { path, set }, ended }: Driven): string[] {
  // A person's --forward begins the wait anew; the machine's own tests hold that.
  if (path.steps.some(({ event }) => event.type === 'RECOVER')) return [];
  const polls = path.steps.filter(({ actor }) => actor === 'pollSupervisor');
  const row = polls.length - 1 - polls.findLastIndex(({ outcome }) => outcome !== 'error');
  const isFull = row >= set.setting.errorDebounce;
  const wasDebounced = /errors? (in a row )?from the replacement/.test(
    ended.report?.reason?.message ?? '',
  );
  return isFull === wasDebounced ? [] : [`${row} errors in a row: ${ended.report?.reason?.code}`];
}
