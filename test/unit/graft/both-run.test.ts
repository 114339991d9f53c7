/** Somebody starts the backup after the last poll: two that run are no good end, whatever came before. */
import { expect, it } from 'vitest';
import { Lab } from '../../harness/index.js';
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
    expect(ended.states.filter((state) => state === 'completion.revivingReplacement')).toHaveLength(
      1,
    );
    const replacement = lab.engine.find('box')!;
    expect([isRunning(replacement), isRunning(lab.engine.find(id)!)]).toEqual([true, true]);
  },
);
