/** When two snapshots of the machine are the same one. */
import type { Context } from '../../machines/index.js';
import type { Snapshot } from './alphabet.js';

/** Dotted, such as `cutover.quiescingOriginal`. */
export function stateOf({ value }: Pick<Snapshot, 'value'>): string {
  const names: string[] = [];
  let rest: unknown = value;
  while (typeof rest === 'object' && rest !== null) {
    const [entry] = Object.entries(rest);
    if (entry === undefined) break;
    names.push(entry[0]);
    rest = entry[1];
  }
  return [...names, ...(typeof rest === 'string' ? [rest] : [])].join('.');
}

/** XState's own leaves status and children out, so that paths which fail would merge into others. */
export const vertexOf = (snapshot: Snapshot): string =>
  JSON.stringify([
    snapshot.value,
    snapshot.status,
    Object.keys(snapshot.children),
    snapshot.context,
  ]);

/**
 * The parts of the context that only tell the story: no guard reads them, and what an actor is
 * given of them it writes down. A test holds that: snapshots which agree on the rest turn the
 * same way for ever (test/paths/essence.test.ts).
 */
export const storyKeys = [
  'attempts',
  'gpuProof',
  'leftovers',
  'warnings',
  'reason',
  'secondReason',
  'rolledBack',
  'diagnostics',
] as const satisfies readonly (keyof Context)[];

/** Nothing looks back at the wait once the run's direction is decided. */
const waitKeys = [
  'wait',
  'restarts',
  'epoch',
  'upSinceAt',
] as const satisfies readonly (keyof Context)[];
const decided = /^(completion|rollback)\./;

/** What decides how a run goes on from here, and nothing else. */
export function essenceOf(snapshot: Snapshot): string {
  const context: Partial<Context> = { ...snapshot.context };
  context.wait = { ...snapshot.context.wait, last: null };
  for (const key of storyKeys) delete context[key];
  const over = snapshot.status !== 'active' || decided.test(stateOf(snapshot));
  if (over) for (const key of waitKeys) delete context[key];
  return JSON.stringify([snapshot.value, context]);
}
