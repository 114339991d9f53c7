/** kill -9 at one vertex of the machine, before its act or after it, and what two recoveries make of it. */
import { follow, pathSets, stateOf } from '../../../src/model/index.js';
import type { PathSet, Step } from '../../../src/model/index.js';
import { wrongAtRest } from '../../harness/index.js';
import type { Ended } from '../../harness/index.js';
import { begun } from './follow.js';
import { health } from './moves.js';
import type { World } from './world.js';

/** A vertex by the shortest way to it, with the answer that leads on from there. */
interface Site {
  readonly way: readonly Step[];
  readonly leading: Step;
}

/** Every vertex of a set, each crashed at before its act and after it. */
export async function crashesOf(name: string): Promise<{ vertices: number; wrong: string[] }> {
  const set = pathSets.find((one) => one.name === name);
  if (set === undefined) throw new Error(`there is no set ${name}`);
  const sites = sitesOf(set);
  const wrong: string[] = [];
  for (const [index, site] of sites.entries()) {
    for (const when of ['before', 'after'] as const) {
      const found = await crashed(set, site, when, index);
      const where = `${when} ${site.leading.state} (${site.way.length} steps)`;
      wrong.push(...found.map((what) => `${where}: ${what}`));
    }
  }
  console.log(`${name}: ${sites.length} vertices, ${2 * sites.length} crashes`);
  return { vertices: sites.length, wrong };
}

/** Every vertex at which something runs: what the sets of recoveries recover from. */
function sitesOf({ setting, paths }: PathSet): Site[] {
  const sites = new Map<string, Site>();
  for (const { steps } of paths()) {
    const way = steps.slice(
      0,
      steps.findIndex(({ event }) => event.type === 'RECOVER'),
    );
    const key = way.map(({ state, outcome }) => `${state} ${outcome}`).join();
    if (sites.has(key)) continue;
    const leading = follow(setting, () => undefined, way).steps[way.length];
    if (leading !== undefined) sites.set(key, { way, leading });
  }
  return [...sites.values()];
}

/** @returns what is wrong after the crash, one recovery, and another; empty: nothing */
async function crashed(
  set: PathSet,
  { way, leading }: Site,
  when: 'before' | 'after',
  index: number,
): Promise<string[]> {
  const line = way.length + 1;
  const [steps, death] =
    when === 'before'
      ? ([way, { at: line, how: 'die-after' }] as const)
      : ([[...way, leading], { at: line + 1, how: 'die-before' }] as const);
  const { world, ended } = await begun(set, { steps }, index, (seq) =>
    seq === death.at ? death.how : undefined,
  );
  if (!ended.died) return ['it did not die'];
  const before = world.lab.folder.snapshot(ended.runId);
  if (before === null) return ['it left no line'];
  const wasLost = before.context.outcome === 'stranded' || world.originalTaken;
  world.calm(before.context, {});
  if (index % 2 === 0 && world.replacement !== null) health(world, 'healthy');
  const once = await world.lab.recover(ended.runId, null, { hooks: { before: world.before } });
  return [...endsWell(world, once, wasLost), ...(await changesNothing(world, once))];
}

/** S0, S1 or S2; S3 only where the run had lost its way before. */
function endsWell(world: World, ended: Ended, wasLost: boolean): string[] {
  const snapshot = ended.rest?.snapshot;
  if (snapshot === undefined) return ['the recovery died'];
  const end = stateOf(snapshot);
  const { report } = ended;
  const wrong = wrongAtRest(world, ended, end);
  if (snapshot.status === 'active') wrong.push(`it rests in ${end}: ${report?.reason?.message}`);
  if (end === 'stranded' && !wasLost) wrong.push(`it is stranded: ${report?.reason?.message}`);
  return wrong;
}

async function changesNothing(world: World, once: Ended): Promise<string[]> {
  const wrong: string[] = [];
  const was = world.lab.engine.fingerprint();
  const again = await world.lab.recover(once.runId, null, {
    hooks: {
      before: (call) => {
        if (call.changing) wrong.push(`the second recovery calls ${call.method}`);
        return world.before(call);
      },
    },
  });
  if (JSON.stringify(again.report) !== JSON.stringify(once.report))
    wrong.push('it says another thing');
  if (world.lab.engine.fingerprint() !== was) wrong.push('the second recovery changed the engine');
  return wrong;
}
