/**
 * kill -9 at every vertex of the machine, reached by its shortest way, before the act and after
 * it, each followed by two recoveries. A restored vertex behaves as the original did, so this is
 * all that a crash can be (facts/xstate.md); `test/unit/graft` kills whole scenarios at every call.
 */
import { expect, it } from 'vitest';
import { pathSets } from '../../src/model/index.js';
import { crashed, sitesOf } from './drive/crash.js';
import { patienceMs } from './drive/shard.js';

it.each([
  'recover',
  'recover-undo',
  'recover-carried',
  'recover-rewritten',
  'recover-stopped',
  'recover-retire',
  'recover-undo-retired',
])(
  'a crash at every vertex of %s is recovered from, once',
  async (name) => {
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
    expect(wrong.slice(0, 20), `${wrong.length} things are wrong`).toEqual([]);
    expect(sites.length).toBeGreaterThan(name === 'recover' ? 100 : 20);
  },
  patienceMs,
);
