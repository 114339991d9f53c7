/** Somebody starts the backup after the last poll: two that run are no good end, whatever came before. */
import { describe, expect, it } from 'vitest';
import { Lab, Watched, type ProcessOptions } from '../../harness/index.js';
import { isRunning } from '../../memory/index.js';

it.each([
  ['kept', 'completion.verifyingReplacement', true],
  ['about to go', 'completion.removingBackup', false],
])(
  'a backup that is %s and runs leaves the run stranded, both named',
  async (_, at, keepBackup) => {
    const lab = new Lab();
    const id = lab.engine.run({ name: 'box', restart: 'always' });
    const ended = await lab.graft(
      'box',
      { keepBackup },
      {
        onEntry: ({ state }) => {
          const original = lab.engine.find(id);
          if (state === at && original !== null && !isRunning(original))
            lab.engine.outsider.start(id);
        },
      },
    );
    const { report } = ended;
    expect(report).toMatchObject({
      outcome: 'stranded',
      rolledBack: null,
      backup: { removed: false },
      reason: { code: 'both-run' },
    });
    expect(report?.reason?.message).toContain(report?.backup.name);
    expect(report?.reason?.message).toContain('(box)');
    // It was not started again, so it is not taken down: it may be in use.
    expect(ended.states).not.toContain('completion.revivingReplacement');
    const replacement = lab.engine.find('box')!;
    expect([isRunning(replacement), isRunning(lab.engine.find(id)!)]).toEqual([true, true]);
  },
);

describe('somebody runs the rescue script while the replacement is started again', () => {
  const revives = 'completion.revivingReplacement';

  /** The replacement goes down once it is confirmed; what the script does then is the test's. */
  async function rescued(script: (lab: Lab, id: string, replacementId: string) => ProcessOptions) {
    const lab = new Lab();
    const id = lab.engine.run({ name: 'box', restart: 'no' });
    const watched = new Watched(lab, id);
    let more: ProcessOptions = {};
    const ended = await lab.graft(
      'box',
      {},
      {
        hooks: { after: (call) => more.hooks?.after?.(call) },
        actor: (name, input, run) => more.actor?.(name, input, run) ?? run(),
        journal: (line) => {
          if (line.state === 'completion.removingBackup' && more.hooks === undefined) {
            const replacementId = lab.engine.find('box')!.id;
            lab.engine.outsider.stop(replacementId);
            more = script(lab, id, replacementId);
          }
          return more.journal?.(line);
        },
      },
    );
    return { lab, id, watched, ended };
  }

  const runningNow = ({ lab, watched }: { lab: Lab; watched: Watched }): string[] =>
    [...watched.ids].filter((one) => isRunning(lab.engine.core.containers.get(one)!));

  it('right behind its start', async () => {
    const story = await rescued((lab, id) => ({
      hooks: {
        after: ({ method }) => {
          if (method === 'startContainer') lab.engine.outsider.start(id);
        },
      },
    }));
    expect(story.ended.report).toMatchObject({ outcome: 'stranded', reason: { code: 'both-run' } });
    expect(runningNow(story)).toEqual([story.id]);
  });

  it('right behind the look that saw it started', async () => {
    const story = await rescued((lab, id, replacementId) => ({
      hooks: {},
      actor: async (name, _, run) => {
        const answer = await run();
        if (name === 'reviveReplacement' && !isRunning(lab.engine.find(id)!)) {
          lab.engine.outsider.rename(replacementId, 'box.gpugraft-failed');
          lab.engine.outsider.rename(id, 'box');
          lab.engine.outsider.start(id);
        }
        return answer;
      },
    }));
    expect(story.ended.report).toMatchObject({ outcome: 'stranded', reason: { code: 'both-run' } });
    expect(runningNow(story)).toEqual([story.id]);
  });

  it('and the process dies in between: recovery takes it down', async () => {
    const story = await rescued((lab, id) => ({
      hooks: {
        after: ({ method }) => {
          if (method === 'startContainer') lab.engine.outsider.start(id);
        },
      },
      journal: ({ state }) => (/keepingApart/.test(state) ? 'die-before' : undefined),
    }));
    expect(story.ended).toMatchObject({ died: true, states: expect.arrayContaining([revives]) });
    expect(runningNow(story)).toHaveLength(2);
    const ended = await story.lab.recover(story.ended.runId);
    expect(ended.report).toMatchObject({ outcome: 'stranded', reason: { code: 'both-run' } });
    expect(runningNow(story)).toEqual([story.id]);
  });

  it('before its name is its own again: it is not started under another', async () => {
    const story = await rescued((lab, id, replacementId) => ({
      hooks: {},
      journal: ({ state }) => {
        if (state === revives) lab.engine.outsider.rename(replacementId, 'box.gpugraft-failed');
      },
    }));
    expect(story.ended.report).toMatchObject({ outcome: 'stranded' });
    expect(runningNow(story)).toEqual([]);
  });
});

it('a parted replacement that somebody starts beside the original goes down again', async () => {
  const lab = new Lab();
  const id = lab.engine.run({ name: 'box', restart: 'always' });
  lab.engine.script(({ name, id: it }) => name === 'box' && it !== id, {
    exit: { afterMs: 3000, code: 3 },
  });
  let replacementId = '';
  const ended = await lab.graft(
    'box',
    {},
    {
      hooks: {
        before: ({ method, args }) =>
          method === 'removeContainer' && args[0] === replacementId
            ? { kind: 'refuse', status: 500, message: 'device or resource busy' }
            : undefined,
        after: ({ method, args }) => {
          if (method === 'startContainer' && args[0] === id) {
            lab.engine.script(replacementId, {});
            lab.engine.outsider.start(replacementId);
          }
        },
      },
      onEntry: (_, { context }) => (replacementId = context.replacement?.id ?? ''),
    },
  );
  expect(ended.report).toMatchObject({ outcome: 'stranded', reason: { code: 'both-run' } });
  expect(isRunning(lab.engine.find('box')!)).toBe(true);
  expect(isRunning(lab.engine.core.containers.get(replacementId)!)).toBe(false);
});
