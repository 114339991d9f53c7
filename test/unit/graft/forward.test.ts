/** `recover --forward` a week later: the replacement is in use, and only a person may take it away. */
import { describe, expect, it } from 'vitest';
import { Lab, Watched, type ProcessOptions } from '../../harness/index.js';
import { isRunning } from '../../memory/index.js';

const WEEK = 7 * 24 * 3_600_000;
const rests = 'confirmation.awaitingDecision';

/** Killed in its wait; the replacement has been used for a week since, and came back from a crash once. */
async function weekLater() {
  const lab = new Lab();
  const id = lab.engine.run({ name: 'box', restart: 'always' });
  const watched = new Watched(lab, id);
  const { runId } = await lab.graft(
    'box',
    {},
    { journal: ({ state }) => (/pausingBetweenPolls/.test(state) ? 'die-after' : undefined) },
  );
  const replacementId = lab.engine.find('box')!.id;
  lab.engine.outsider.crash(replacementId);
  lab.clock.advance(WEEK);
  const asked = await lab.recover(runId);
  expect(asked.report?.reason?.code).toBe('decision-needed');
  const runs = (which: string): boolean => isRunning(lab.engine.find(which)!);
  expect([runs(id), runs(replacementId)]).toEqual([false, true]);
  return { lab, id, watched, runId, replacementId, runs };
}

type Story = Awaited<ReturnType<typeof weekLater>>;

/** The replacement is as it was, and the run asks about it. */
function expectKept(
  { runs, id, replacementId, lab }: Story,
  ended: Awaited<ReturnType<Lab['recover']>>,
) {
  expect(ended.states.at(-1)).toBe(rests);
  expect(ended.states.filter((state) => state.startsWith('rollback.'))).toEqual([]);
  expect(ended.report).toMatchObject({ outcome: 'stranded', rolledBack: null });
  expect(ended.report?.reason?.message).toContain('; the replacement stays, as you chose');
  expect(lab.engine.find('box')?.id).toBe(replacementId);
  expect([runs(id), runs(replacementId)]).toEqual([false, true]);
}

describe('a replacement that somebody chose to keep', () => {
  it('stays although its wait fails, and goes when that is said', async () => {
    const story = await weekLater();
    const { lab, runId, watched, replacementId } = story;
    const kept = await lab.recover(runId, 'forward', {
      // Once more, and this time under our eyes.
      onEntry: ({ state }) => {
        if (state === 'confirmation.pollingSupervisor') lab.engine.outsider.crash(replacementId);
      },
    });
    expectKept(story, kept);
    expect(kept.report?.reason?.code).toBe('replacement-failed');

    // Whoever says nothing is asked, also within the wait's own time.
    const again = await lab.recover(runId);
    expect(again.report?.reason?.code).toBe('decision-needed');
    expect(again.states.at(-1)).toBe(rests);

    const back = await lab.recover(runId, 'back');
    expect(back.report).toMatchObject({
      outcome: 'rolledBack',
      rolledBack: true,
      reason: { code: 'asked-back', hint: null },
    });
    expect(watched.faultsOf(back)).toEqual([]);
  });

  const watching = 'confirmation.watchingContainer';
  it('stays when that wait is cancelled', async () => {
    const story = await weekLater();
    const process = story.lab.process({
      onEntry: ({ state }) => {
        if (state === watching) process.cancel();
      },
    });
    const kept = await process.recover(story.runId, 'forward');
    expectKept(story, kept);
    expect(kept.report?.reason?.code).toBe('cancelled');
  });

  it('stays when the disk runs full in that wait', async () => {
    const story = await weekLater();
    const scarce: ProcessOptions = {
      journal: ({ state }) => (state === watching ? 'scarce' : undefined),
    };
    const kept = await story.lab.recover(story.runId, 'forward', scarce);
    expectKept(story, kept);
    expect(kept.report?.reason?.message).toContain('a full disk');
  });

  it('stays when that wait is killed, and whoever recovers it is asked', async () => {
    const story = await weekLater();
    const { lab, runId } = story;
    const death: ProcessOptions = {
      journal: ({ state }) => (state === watching ? 'die-after' : undefined),
    };
    expect((await lab.recover(runId, 'forward', death)).died).toBe(true);
    const asked = await lab.recover(runId);
    expect(asked.states.at(-1)).toBe(rests);
    expect(asked.report?.reason?.code).toBe('decision-needed');
    expect(story.runs(story.replacementId)).toBe(true);
  });

  it('is not kept beside an original that somebody started, and that is said', async () => {
    const { lab, id, runId, watched } = await weekLater();
    lab.engine.outsider.stop('box');
    lab.engine.outsider.start(id);
    const asked = await lab.recover(runId, 'forward');
    expect(asked.states.at(-1)).toBe(rests);
    expect(asked.states).not.toContain(watching);
    expect(asked.report?.reason).toMatchObject({ code: 'original-started' });
    expect(asked.report?.reason?.message).toContain('somebody started the original');
    expect(asked.report?.reason?.hint).not.toContain('--forward');
    const back = await lab.recover(runId, 'back');
    expect(back.report?.outcome).toBe('rolledBack');
    expect(watched.atRest()).toEqual([]);
  });

  it('is not said to have failed where somebody starts the original in its wait', async () => {
    const { lab, id, runId } = await weekLater();
    const asked = await lab.recover(runId, 'forward', {
      onEntry: ({ state }) => {
        const original = lab.engine.core.containers.get(id)!;
        if (state === 'confirmation.pollingSupervisor' && !isRunning(original))
          lab.engine.outsider.start(id);
      },
    });
    expect(asked.states.at(-1)).toBe(rests);
    expect(asked.report?.reason?.message).toBe(
      'somebody else started the original while the replacement was waited for; the replacement stays, as you chose',
    );
    expect(asked.report?.reason).toMatchObject({
      code: 'original-started',
      hint: expect.not.stringContaining('--forward') as unknown,
    });
  });

  it('is confirmed when it is ready, whatever it went through before that', async () => {
    const story = await weekLater();
    const { lab, runId, watched } = story;
    const ended = await lab.recover(runId, 'forward');
    expect(ended.report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(watched.faultsOf(ended)).toEqual([]);
  });
});
