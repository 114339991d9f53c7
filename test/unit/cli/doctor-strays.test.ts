/** What a create leaves that lands when its run is over: doctor names it, and nothing that is needed. */
import { describe, expect, it } from 'vitest';
import { strays } from '../../../src/doctor/strays.js';
import type { RunSummary } from '../../../src/graft.js';
import { Lab } from '../../harness/index.js';
import { ended, summary } from './fake.js';

const search = (lab: Lab, runs: readonly RunSummary[]) =>
  strays({
    docker: lab.engine.port(),
    runs,
    stateDir: '/state',
    commands: { gpugraft: (words) => `gpugraft ${words}`, docker: (words) => `docker ${words}` },
    runId: 'doctor-1',
  });

/** A graft whose n-th create of this kind of name is answered late: made again, and carried out once all is over. */
async function graftedWithLate(name: RegExp) {
  const lab = new Lab();
  lab.engine.run({ name: 'box', restart: 'always' });
  let delayed = false;
  const ended = await lab.graft(
    'box',
    {},
    {
      hooks: {
        before: ({ method, args }) => {
          if (delayed || method !== 'createContainer' || !name.test(String(args[0])))
            return undefined;
          delayed = true;
          return { kind: 'late', calls: 1000 };
        },
      },
    },
  );
  expect(delayed).toBe(true);
  expect(ended.report?.outcome).toBe('grafted');
  expect(await search(lab, [])).toEqual([]);
  lab.engine.landLate();
  return { lab, runId: ended.runId };
}

describe('a replacement whose create landed when its run was over', () => {
  it('is named with the command that removes it, whether the run is on record or not', async () => {
    const { lab, runId } = await graftedWithLate(/^box\.gpugraft-/);
    const name = `box.gpugraft-${runId}`;
    const id = lab.engine.find(name)?.id;
    expect(id).toBeDefined();
    const stray = { kind: 'other', name, id, runId, command: `docker rm ${id}` };
    expect(await search(lab, [])).toEqual([stray]);
    expect(await search(lab, [ended({ runId })])).toEqual([stray]);
    expect(await search(lab, [ended({ runId, outcome: 'rolledBack' })])).toEqual([stray]);
  });

  it('is not while its run is not over, waits for somebody, or is stranded', async () => {
    const { lab, runId } = await graftedWithLate(/^box\.gpugraft-/);
    for (const needed of [
      summary({ runId }),
      summary({ runId, holder: 'alive' }),
      ended({ runId, outcome: 'deferred' }),
      ended({ runId, outcome: 'stranded' }),
    ])
      expect(await search(lab, [needed])).toEqual([]);
  });
});

it('leaves what a run of another folder is making, as long as that has its claim', async () => {
  const lab = new Lab();
  lab.engine.run({ name: 'box', restart: 'always' });
  const seen: unknown[] = [];
  await lab.graft(
    'box',
    {},
    {
      actor: async (name, _, run) => {
        if (name === 'claimReplacement') seen.push(await search(lab, []));
        return run();
      },
    },
  );
  expect(seen).toEqual([[]]);
});

it.each(['box.gpugraft-mine', 'box.gpugraft-20260105', 'x.gpugraft-backup-20260105-090000-00000a'])(
  'takes no %s for one of ours that is litter',
  async (name) => {
    const lab = new Lab();
    lab.engine.run({ name, state: 'created' });
    expect(await search(lab, [])).toEqual([]);
  },
);

it('takes nothing for litter that was started once', async () => {
  const lab = new Lab();
  lab.engine.run({ name: 'box.gpugraft-20260105-090000-00000a' });
  expect(await search(lab, [])).toEqual([]);
});
