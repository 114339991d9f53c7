/** The steps that a run would take if all went well, told by the machine itself. */
import type { Context, StateMeta } from '../../../machines/index.js';
import { answersAt } from '../../model/alphabet.js';
import type { Snapshot } from '../../model/alphabet.js';
import { after, begin } from '../../model/graph.js';
import { fullSetting } from '../../model/setting.js';
import { stateOf } from '../../model/vertex.js';

export interface PlannedStep {
  /** Such as `cutover.quiescingOriginal`. */
  readonly state: string;
  readonly step: string;
  readonly cause: string;
  /** What takes it back; null where there is nothing to take back. */
  readonly undo: string | null;
}

/** No way that goes well is longer; beyond this the machine goes round in circles. */
const MOST = 200;

/**
 * Walks the machine from its beginning with every actor answering well.
 * @param context what selection found: the mode that works, and the options
 * @throws Error when that way does not end: a bug in the machine
 */
export function stepsFrom({
  mode,
  options,
  plan,
  original,
  dependents,
}: Pick<Context, 'mode' | 'options' | 'plan' | 'original' | 'dependents'>): PlannedStep[] {
  const setting = {
    ...fullSetting,
    keepBackup: options.keepBackup,
    dependents: dependents.length,
    backup: plan?.backup ?? ('container' as const),
    layer: plan !== null && plan.carry !== null ? ('carried' as const) : ('clean' as const),
    original: original?.running === false ? ('stopped' as const) : ('running' as const),
    candidates: mode === null ? fullSetting.candidates : [mode],
    // How many are left to be connected one by one only the create tells.
    networks: [],
  };
  const steps: PlannedStep[] = [];
  let walked = 0;
  let snapshot = begin(setting);
  while (snapshot.status === 'active') {
    const [leading] = answersAt(snapshot, setting);
    walked += 1;
    if (leading === undefined || walked > MOST) {
      throw new Error(`the plan does not come to an end at ${stateOf(snapshot)}`);
    }
    const { step, cause, undo } = metaOf(snapshot);
    // A state that is entered again at once (one claim, then the other) is one step to a reader.
    if (steps.at(-1)?.state !== stateOf(snapshot)) {
      steps.push({ state: stateOf(snapshot), step, cause, undo });
    }
    snapshot = after(snapshot, leading);
  }
  return steps;
}

/** The meta of the innermost state; XState lists outer ones as well. */
function metaOf(snapshot: Snapshot): StateMeta {
  const metas: Record<string, unknown> = snapshot.getMeta();
  const innermost = `graft.${stateOf(snapshot)}`;
  return metas[innermost] as StateMeta;
}
