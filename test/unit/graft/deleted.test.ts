/** A run whose journal is deleted under it: what it goes on to do could not be recovered, so it goes back. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { begin, newSession, world } from './root.js';
import { graft } from '../../../src/graft.js';
import type { Report } from '../../../src/report.js';
import { optionsWith } from '../../harness/index.js';

let id = '';
beforeEach(() => {
  id = begin();
});

const what: Readonly<Record<string, (run: string) => void>> = {
  'its journal': (run) => fs.rmSync(path.join(run, 'journal.jsonl')),
  'its folder': (run) => fs.rmSync(run, { recursive: true }),
};

/** A graft under which something is deleted as it enters a state. */
async function grafted(at: string, remove: (run: string) => void): Promise<Report> {
  let isGone = false;
  const session = newSession({
    onProgress: ({ runId, state }) => {
      if (state !== at || isGone) return;
      isGone = true;
      remove(path.join(session.stateDir, 'runs', runId));
    },
  });
  const report = await graft('box', optionsWith({ gpuProof: { kind: 'none' } }), session);
  expect(isGone).toBe(true);
  return report;
}
const stops = (): boolean => world.engine.calls.some(({ method }) => method === 'stopContainer');

describe.each(Object.entries(what))('%s, deleted', (_, remove) => {
  it.each([
    'selection.creatingProbe',
    'preparation.claimingContainer',
    'preparation.creatingAhead',
  ])(
    'in %s is noticed before the original is touched: refused, and nothing is left',
    async (state) => {
      expect(await grafted(state, remove)).toMatchObject({
        outcome: 'refused',
        journal: null,
        reason: { code: 'cancelled', message: 'cancelled by the deletion of its journal' },
      });
      expect(stops()).toBe(false);
      expect([...world.engine.core.containers.values()].map(({ name }) => name)).toEqual(['box']);
    },
  );

  it.each(['cutover.settingOriginalAside', 'confirmation.pollingSupervisor'])(
    'in %s turns the run back',
    async (state) => {
      const report = await grafted(state, remove);
      expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true, journal: null });
      expect(report.reason?.message).toContain('cancelled by the deletion of its journal');
      expect(world.engine.find('box')).toMatchObject({ id, status: 'running' });
      expect(world.engine.core.containers.size).toBe(1);
    },
  );

  it('once the replacement is confirmed changes nothing: it stays', async () => {
    const report = await grafted('completion.removingBackup', remove);
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(world.engine.find(id)).toBeNull();
  });
});
