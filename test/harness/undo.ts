/** What a finished run left, for a run that undoes it: as composition makes it. */
import type { Undo } from '../../machines/index.js';
import { leftBy } from '../../src/composition/undo.js';
import type { Ended } from './process.js';

/** @throws Error for a run that left nothing to be undone */
export function undoOf({ runId, rest }: Pick<Ended, 'runId' | 'rest'>): Undo {
  const undo = rest === null ? null : leftBy(rest.snapshot.context);
  if (undo === null) throw new Error(`the run ${runId} left nothing to undo`);
  return undo;
}
