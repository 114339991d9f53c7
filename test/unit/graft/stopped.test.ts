/** Whole runs on an original that does not run: swapped, and nothing is started in either direction. */
import { describe, expect, it } from 'vitest';
import type { Undo } from '../../../machines/index.js';
import type { Call, Verdict } from '../../memory/index.js';
import { isRunning } from '../../memory/index.js';
import { Lab, Watched } from '../../harness/index.js';
import type { Ended } from '../../harness/index.js';

type State = 'exited' | 'created';
const states: readonly State[] = ['exited', 'created'];

function laboratory(state: State, written: readonly string[] = []) {
  const lab = new Lab();
  const networks = ['home', 'other'];
  const id = lab.engine.run({ name: 'box', restart: 'always', networks, state, written });
  return { lab, id, watched: new Watched(lab, id) };
}
/** No call of ours has started a container that is not a probe, or stopped one. */
const startsAndStops = (lab: Lab): string[] =>
  lab.engine.calls
    .filter(({ method, args }) => {
      const isProbe = lab.engine.core.events.some(
        ({ id, name }) => id === args[0] && name.startsWith('gpugraft-probe-'),
      );
      return (method === 'startContainer' || method === 'stopContainer') && !isProbe;
    })
    .map(({ method }) => method);
const codesOf = ({ report }: Ended): string[] => report?.warnings.map(({ code }) => code) ?? [];
const refusing =
  (method: string) =>
  (call: Call): Verdict | undefined =>
    call.method === method ? { kind: 'refuse', status: 500, message: 'a bad day' } : undefined;

describe.each(states)('an original that is %s', (state) => {
  it('is grafted and left stopped, with all that is not shown said', async () => {
    const { lab, watched } = laboratory(state);
    const ended = await lab.graft('box');
    expect(ended.report).toMatchObject({
      outcome: 'grafted',
      reason: null,
      downtimeMs: null,
      backup: { removed: true },
      gpuProof: { level: 'requested' },
    });
    expect(codesOf(ended)).toEqual(
      expect.arrayContaining([
        'left-stopped',
        'gpu-unproven',
        ...(state === 'exited' ? ['policy-idle'] : []),
      ]),
    );
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(lab.engine.find('box')).toMatchObject({ status: 'created', startedAt: null });
    expect(startsAndStops(lab)).toEqual([]);
    expect(ended.states).toContain('confirmation.inspectingStopped');
    expect(ended.states).not.toContain('confirmation.pollingSupervisor');
  });

  it('takes its writable layer along', async () => {
    const { lab, watched } = laboratory(state, ['/etc/ours']);
    const ended = await lab.graft('box', { layer: 'carry' });
    expect(ended.report?.outcome).toBe('grafted');
    const now = lab.engine.find('box');
    expect(watched.faultsOf(ended, [now?.imageId ?? ''])).toEqual([]);
    expect([...(lab.engine.core.images.get(now?.imageId ?? '')?.changes.keys() ?? [])]).toEqual([
      '/etc/ours',
    ]);
    expect(startsAndStops(lab)).toEqual([]);
  });

  it('takes along what somebody copies into it while it is swapped, or goes back', async () => {
    const copied = async (layer: 'carry' | 'refuse') => {
      const { lab, id, watched } = laboratory(state);
      const ended = await lab.graft(
        'box',
        { layer },
        {
          onEntry: (line) => {
            if (line.state === 'cutover.settingOriginalAside')
              lab.engine.outsider.write(id, '/etc/late');
          },
        },
      );
      const now = lab.engine.find('box');
      expect(watched.faultsOf(ended, [now?.imageId ?? ''])).toEqual([]);
      expect(startsAndStops(lab)).toEqual([]);
      return { report: ended.report, image: lab.engine.core.images.get(now?.imageId ?? '') };
    };
    const { report, image } = await copied('carry');
    expect(report?.outcome).toBe('grafted');
    expect([...(image?.changes.keys() ?? [])]).toEqual(['/etc/late']);
    const refused = (await copied('refuse')).report;
    expect(refused).toMatchObject({ outcome: 'rolledBack', reason: { code: 'layer-written' } });
    expect(refused?.reason?.message).toContain('somebody wrote');
  });

  it('is put back as it was, down, when the swap fails', async () => {
    const { lab, watched } = laboratory(state);
    let renames = 0;
    const before = (call: Call) =>
      call.method === 'renameContainer' && ++renames === 2
        ? refusing(call.method)(call)
        : undefined;
    const ended = await lab.graft('box', {}, { hooks: { before } });
    expect(ended.report).toMatchObject({
      outcome: 'rolledBack',
      rolledBack: true,
      downtimeMs: null,
      reason: { code: 'rename-failed' },
    });
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(lab.engine.find('box')?.status).toBe(state);
    expect(startsAndStops(lab)).toEqual([]);
    // What was forecast of the replacement is no news of the original.
    expect(codesOf(ended)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(left-stopped|gpu-unproven|policy-idle)$/)]),
    );
  });

  it('is put back, down, from a backup that was kept; whatever was started since', async () => {
    const { lab, id, watched } = laboratory(state);
    const ended = await lab.graft('box', { keepBackup: true });
    expect(watched.faultsOf(ended, [id])).toEqual([]);
    const { original, replacement, engineId, backup, mode } = ended.rest?.snapshot.context ?? {};
    if (!original || !replacement?.id || !engineId || !backup) throw new Error('nothing was kept');
    const undo: Undo = {
      runId: ended.runId,
      engineId,
      original,
      replacementId: replacement.id,
      backupName: backup.name,
      mode: mode ?? null,
      gateway: null,
      carriedImage: null,
      snapshot: null,
    };
    lab.engine.outsider.start('box');
    const back = await lab.undo(undo);
    expect(back.report?.outcome).toBe('rolledBack');
    expect(codesOf(back)).toEqual(['put-back-stopped']);
    expect(lab.engine.find('box')).toMatchObject({ id, status: state });
    expect(watched.faultsOf(back)).toEqual([]);
  });

  it('comes to one end wherever its process is killed', async () => {
    const { lab: first } = laboratory(state);
    const { runId } = await first.graft('box');
    const count = first.folder.run(runId).lines.length;
    expect(count).toBeGreaterThan(20);
    for (let at = 1; at <= count; at += 1) {
      for (const how of ['die-before', 'die-after'] as const) {
        const { lab, watched } = laboratory(state);
        const killed = await lab.graft(
          'box',
          {},
          {
            journal: ({ seq }) => (seq === at ? how : undefined),
          },
        );
        if (lab.folder.lastLine(killed.runId) === null) continue;
        const ended = await lab.recover(killed.runId);
        const where = `${how} line ${at}`;
        expect(ended.report?.outcome, where).toMatch(/^(grafted|refused|rolledBack)$/);
        expect(watched.faultsOf(ended), where).toEqual([]);
        expect(startsAndStops(lab), where).toEqual([]);
      }
    }
  });
});

it('a GPU is taken away from one that is stopped, with nothing left to be proven', async () => {
  const lab = new Lab();
  const id = lab.engine.run({ name: 'box', state: 'exited', gpu: 'gpus' });
  const watched = new Watched(lab, id);
  const ended = await lab.graft('box', { mode: 'none' });
  expect(ended.report).toMatchObject({ outcome: 'grafted', gpuProof: { level: 'absent' } });
  expect(codesOf(ended)).toEqual(['left-stopped']);
  expect(watched.faultsOf(ended)).toEqual([]);
});

describe('somebody starts it meanwhile', () => {
  /** What runs goes on under its own name, whoever started it. */
  async function started(at: string, which: 'original' | 'replacement') {
    const { lab, id, watched } = laboratory('exited');
    const ended = await lab.graft(
      'box',
      {},
      {
        onEntry: ({ state }, { context }) => {
          if (state !== at) return;
          lab.engine.outsider.start(which === 'original' ? id : (context.replacement?.id ?? ''));
        },
      },
    );
    const runs = [...watched.ids].filter((one) => {
      const container = lab.engine.find(one);
      return container !== null && isRunning(container);
    });
    return { lab, id, ended, runs, violations: watched.violations };
  }

  it.each([
    ['preparation.claimingContainer', 'refused'],
    ['cutover.disarmingOriginal', 'rolledBack'],
    ['confirmation.inspectingStopped', 'rolledBack'],
  ])('the original, at %s: it runs on, and the run ends %s', async (at, outcome) => {
    const { lab, id, ended, runs } = await started(at, 'original');
    expect(ended.report?.outcome).toBe(outcome);
    expect(runs).toEqual([id]);
    expect(lab.engine.find('box')?.id).toBe(id);
    expect(startsAndStops(lab)).toEqual([]);
  });

  it('the original, once the replacement is confirmed: it runs on, and the run is stranded', async () => {
    const { lab, id, ended, runs } = await started('completion.removingBackup', 'original');
    expect(ended.report).toMatchObject({
      outcome: 'stranded',
      reason: { code: 'not-verified', message: 'somebody else started the original' },
    });
    expect(runs).toEqual([id]);
    expect(startsAndStops(lab)).toEqual([]);
  });

  it.each(['confirmation.inspectingStopped', 'completion.removingBackup'])(
    'the replacement, at %s: it runs on, grafted',
    async (at) => {
      const { lab, ended, runs, violations } = await started(at, 'replacement');
      expect(ended.report?.outcome).toBe('grafted');
      expect(runs).toEqual([lab.engine.find('box')?.id]);
      expect(violations).toEqual([]);
      expect(startsAndStops(lab)).toEqual([]);
    },
  );

  it('the replacement, and it fails: the original is put back, down', async () => {
    const { lab, id } = laboratory('exited');
    const { report } = await lab.graft(
      'box',
      {},
      {
        onEntry: ({ state }) => {
          if (state !== 'confirmation.inspectingStopped') return;
          lab.engine.outsider.setPolicy('box', { name: 'no', maximumRetryCount: 0 });
          lab.engine.outsider.start('box');
          lab.engine.outsider.crash('box', 3);
          lab.engine.outsider.setPolicy('box', { name: 'always', maximumRetryCount: 0 });
        },
      },
    );
    expect(report).toMatchObject({
      outcome: 'rolledBack',
      reason: { code: 'replacement-failed' },
    });
    expect(report?.reason?.message).toContain('exit code 3');
    expect(lab.engine.find('box')).toMatchObject({ id, status: 'exited' });
  });

  it('the replacement, while no process is there: a person is asked, and may keep it', async () => {
    const { lab } = laboratory('exited');
    const killed = await lab.graft(
      'box',
      {},
      {
        journal: ({ state }) =>
          state === 'confirmation.inspectingStopped' ? 'die-after' : undefined,
      },
    );
    lab.engine.outsider.start('box');
    const asked = await lab.recover(killed.runId);
    expect(asked.report?.reason?.code).toBe('decision-needed');
    const kept = await lab.recover(killed.runId, 'forward');
    expect(kept.report?.outcome).toBe('grafted');
    expect(isRunning(lab.engine.find('box')!)).toBe(true);
  });
});

it('an engine that is restarted brings the original back where it was the policy; the run is refused', async () => {
  const { lab, id } = laboratory('exited');
  const { report } = await lab.graft(
    'box',
    {},
    {
      onEntry: ({ state }) => {
        if (state === 'preparation.claimingContainer')
          lab.engine.outsider.restartEngine({ kind: 'graceful' });
      },
    },
  );
  expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'changed-since' } });
  expect(isRunning(lab.engine.find(id)!)).toBe(true);
});
