/** A run that stopped where nothing has the name: whoever asks for the container by it is told of the run. */
import { expect, it } from 'vitest';
import { begin, goSilent, newSession, sessionIn, world } from './root.js';
import { graft, recover } from '../../../src/graft.js';
import { optionsWith } from '../../harness/index.js';
import { folder } from '../runtime/lines.js';

it('is not told that there is no such container, but of the run that has it', async () => {
  const id = begin();
  const session = newSession({
    onProgress: ({ state }) => {
      if (state === 'cutover.namingReplacement') goSilent();
    },
  });
  const open = await graft('box', optionsWith({ engineTimeoutMs: 1000 }), session);
  expect(open).toMatchObject({ outcome: 'stranded', reason: { code: 'engine-unreachable' } });
  world.hooks = {};
  expect(world.engine.find('box')).toBeNull();

  const here = await graft('box', optionsWith(), sessionIn(session.stateDir));
  expect(here).toMatchObject({ outcome: 'refused', reason: { code: 'busy' }, journal: null });
  expect(here.reason?.message).toMatch(
    new RegExp(`^nothing is called box at this moment: run ${open.runId} .*was interrupted`),
  );
  expect(here.reason?.hint).toContain('gpugraft recover');
  const there = await graft('box', optionsWith(), sessionIn(`${folder()}/other`));
  expect(there.reason).toMatchObject({ code: 'busy' });
  expect(there.reason?.hint).toContain(`gpugraft recover ${open.runId} --state-dir`);
  // Another name is as unknown as ever.
  expect((await graft('bax', optionsWith(), session)).reason?.code).toBe('no-such-container');

  expect((await recover(open.runId ?? '', null, session)).outcome).toBe('rolledBack');
  expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
});
