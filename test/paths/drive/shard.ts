/** Drives the paths of a set, or every n-th of them, and says what came of it. */
import { pathSets } from '../../../src/model/index.js';
import type { Path, PathSet } from '../../../src/model/index.js';
import { wrongAtRest } from '../../harness/index.js';
import { wronglyDebounced } from './debounce.js';
import { exclusionOf } from './exclusions.js';
import { drivePath } from './follow.js';

/** Part `part` of `of`, counted from 0: the paths whose number leaves that rest. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

export interface Tally {
  enumerated: number;
  driven: number;
  /** How many paths each rule left out, by its reason. */
  readonly excluded: Record<string, number>;
  /** What went wrong, each with the name of its path. */
  readonly wrong: string[];
}

export async function tallyOf(
  name: string,
  { part, of }: Share = { part: 0, of: 1 },
): Promise<Tally> {
  const set = pathSets.find((one) => one.name === name);
  if (set === undefined) throw new Error(`there is no set ${name}`);
  const tally: Tally = { enumerated: 0, driven: 0, excluded: {}, wrong: [] };
  const beganAt = performance.now();
  for (const path of set.paths()) {
    const index = tally.enumerated;
    tally.enumerated += 1;
    if (index % of !== part) continue;
    const reason = exclusionOf(path, set);
    if (reason === null) {
      tally.driven += 1;
      const wrong = await wrongIn(set, path, index);
      tally.wrong.push(...wrong.map((what) => `${name} ${index} (${path.id}): ${what}`));
    } else tally.excluded[reason] = (tally.excluded[reason] ?? 0) + 1;
  }
  say(name, { part, of }, tally, (performance.now() - beganAt) / 1000);
  return tally;
}

async function wrongIn(set: PathSet, path: Path, index: number): Promise<string[]> {
  try {
    const driven = await drivePath(set, path, index);
    // After another way there is another end, of which nothing was promised.
    if (driven.astray.length > 0) return [...driven.astray];
    return [...wrongAtRest(driven.world, driven.ended, path.end), ...wronglyDebounced(driven)];
  } catch (error) {
    return [`it threw ${String(error)}`];
  }
}

function say(name: string, { part, of }: Share, tally: Tally, seconds: number): void {
  const share = of === 1 ? '' : ` (part ${part + 1} of ${of})`;
  const rate = (tally.driven / seconds).toFixed(0);
  const left = Object.entries(tally.excluded).map(([why, count]) => `; ${count} excluded: ${why}`);
  console.log(
    `${name}${share}: ${tally.enumerated} paths, ${tally.driven} driven, ${rate} runs a second${left.join('')}`,
  );
}
