/** Whole runs in the laboratory: every outcome once, and what the harness itself promises. */
import { describe, expect, it } from 'vitest';
import { Lab, optionsWith, Watched } from '../../harness/index.js';

function laboratory(options: ConstructorParameters<typeof Lab>[0] = {}, restart = 'always') {
  const lab = new Lab(options);
  lab.engine.run({ name: 'bystander' });
  const id = lab.engine.run({ name: 'box', restart, env: { TOKEN: 'canary-token' } });
  return { lab, id, watched: new Watched(lab, id) };
}

describe('a run in the laboratory', () => {
  it('grafts', async () => {
    const { lab, id, watched } = laboratory();
    const ended = await lab.graft('box');
    expect(ended.report).toMatchObject({
      outcome: 'grafted',
      mode: 'cdi',
      rolledBack: null,
      reason: null,
      backup: { removed: true },
      container: { name: 'box', originalId: id },
    });
    expect(watched.faultsOf(ended)).toEqual([]);
  });

  it('rolls back a replacement that ends at once', async () => {
    const { lab, id, watched } = laboratory();
    lab.engine.script(({ id: it, name }) => name === 'box' && it !== id, {
      exit: { afterMs: 50, code: 3 },
    });
    const ended = await lab.graft('box');
    // What could not be shown in a replacement that is gone is no news.
    expect(ended.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true, warnings: [] });
    expect(watched.faultsOf(ended)).toEqual([]);
  });

  it('refuses where no mode works', async () => {
    const { lab, watched } = laboratory({ engine: { gpu: 'failing' } });
    const ended = await lab.graft('box');
    expect(ended.report).toMatchObject({ outcome: 'refused', reason: { code: 'no-mode-works' } });
    expect(watched.faultsOf(ended)).toEqual([]);
  });

  it('dies where it is told, and is recovered', async () => {
    const { lab, watched } = laboratory();
    const dead = await lab.graft(
      'box',
      {},
      { journal: ({ state }) => (state === 'cutover.namingReplacement' ? 'die-after' : undefined) },
    );
    expect(dead).toMatchObject({ died: true, report: null });
    const ended = await lab.recover(dead.runId);
    expect(ended.report?.outcome).toBe('rolledBack');
    expect(watched.faultsOf(ended)).toEqual([]);
  });

  it('is cancelled', async () => {
    const { lab, watched } = laboratory();
    const process = lab.process({
      onEntry: ({ state }) => {
        if (state === 'confirmation.pausingBetweenPolls') process.cancel();
      },
    });
    const ended = await process.graft('box', optionsWith());
    expect(ended.report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'cancelled' } });
    expect(watched.faultsOf(ended)).toEqual([]);
  });

  it('leaves one of two at once to the other', async () => {
    const { lab, watched } = laboratory();
    const other = new Lab({ on: lab, stateDir: '/other' });
    const [one, two] = await Promise.all([lab.graft('box'), other.graft('box')]);
    const outcomes = [one, two].map(({ report }) => report?.outcome);
    expect(outcomes).toContain('refused');
    expect(watched.violations).toEqual([]);
    expect(watched.atRest()).toEqual([]);
  });
});
