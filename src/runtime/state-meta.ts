import type { StateMeta } from '../../machines/index.js';
import type { Snapshot } from './driver.js';

/** What the innermost state says of itself. */
export function stateMetaOf(snapshot: Snapshot): { description: string; meta: StateMeta } {
  const node = snapshot._nodes.toSorted((a, b) => b.path.length - a.path.length)[0];
  if (node?.description === undefined || node.meta === undefined) {
    throw new Error('the machine is in a state without a description');
  }
  return { description: node.description, meta: node.meta as StateMeta };
}
