import { graftMachine } from '../../machines/index.js';
import type { StateMeta } from '../../machines/index.js';
import type { Snapshot } from './driver.js';
import { stateName } from './state-name.js';

/** What the innermost state says of itself. */
export function stateMetaOf(snapshot: Snapshot): { description: string; meta: StateMeta } {
  const node = graftMachine.getStateNodeById(`${graftMachine.id}.${stateName(snapshot.value)}`);
  if (node.description === undefined || node.meta === undefined) {
    throw new Error(`the state ${node.id} has no description`);
  }
  return { description: node.description, meta: node.meta as StateMeta };
}
