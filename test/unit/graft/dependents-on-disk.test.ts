/** A dependent's own run on a real state folder: a part of another run, and that one's business while it is open. */
import { expect, it } from 'vitest';
import { begin, goSilent, newSession, world } from './root.js';
import { graft, listRuns, plan, recover } from '../../../src/graft.js';
import { conditionOf, isOpen } from '../../../src/doctor/condition.js';
import { optionsWith } from '../../harness/index.js';

const options = optionsWith({ allowDependents: true, stableForMs: 0, engineTimeoutMs: 2000 });

it('is left to the run that it is a part of, until that is over', async () => {
  const id = begin();
  const { engine } = world;
  engine.run({ name: 'side', networks: [`container:${id}`], env: { TOKEN: 'canary' } });
  const session = newSession();
  // The engine goes silent in the middle of the dependent's cutover.
  world.hooks = {
    before: ({ method, args }) => {
      if (method === 'renameContainer' && String(args[1]).startsWith('side.gpugraft-backup-'))
        goSilent();
      return undefined;
    },
  };
  const left = await graft('box', options, session);
  expect(left).toMatchObject({ outcome: 'stranded', reason: { code: 'engine-unreachable' } });
  world.hooks = {};

  const [part, whole, ...more] = await listRuns(session.stateDir);
  expect(more).toEqual([]);
  expect(whole).toMatchObject({ runId: left.runId, partOf: null, name: 'box' });
  expect(part).toMatchObject({ runId: `${left.runId}-d1-1`, partOf: left.runId, name: 'side' });
  expect([part, whole].map((run) => run && [isOpen(run), conditionOf(run)])).toEqual([
    [false, 'over'],
    [true, 'interrupted'],
  ]);
  expect(await recover(part?.runId ?? '', null, session)).toMatchObject({
    outcome: 'refused',
    reason: { code: 'part-of-run', hint: `gpugraft recover ${left.runId}` },
  });

  const ended = await recover(whole?.runId ?? '', null, session);
  expect(ended).toMatchObject({ outcome: 'grafted', reason: null });
  const side = engine.find('side');
  expect(side?.hostConfig.NetworkMode).toBe(`container:${engine.find('box')?.id}`);
  expect(side?.status).toBe('running');
  // Now each is a run like any other; nothing of their rescues is left.
  const over = await listRuns(session.stateDir);
  expect(over.map(({ partOf, rescue }) => ({ partOf, rescue }))).toEqual(
    over.map(() => ({ partOf: null, rescue: null })),
  );
  expect(await recover(`${left.runId}-d1-1`, null, session)).toMatchObject({
    container: { name: 'side' },
  });
  expect([...engine.core.names.keys()].toSorted()).toEqual(['box', 'side']);
});

it('is foretold by a plan, which begins none', async () => {
  const id = begin();
  world.engine.run({ name: 'side', networks: [`container:${id}`] });
  const session = newSession();
  const { report, context } = await plan('box', options, session);
  expect(report.outcome).toBeNull();
  expect(context.dependents).toMatchObject([{ name: 'side', attachment: 'recreation' }]);
  expect(report.warnings).toContainEqual({
    code: 'dependent',
    message:
      'side (joins its network namespace): it will be made again, by a run of its own, and have another ID',
  });
  expect(await listRuns(session.stateDir)).toEqual([]);
  const refused = await plan('box', optionsWith(), session);
  expect(refused.report).toMatchObject({ outcome: 'refused', reason: { code: 'has-dependents' } });
});
