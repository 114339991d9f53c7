/** The report: every field there, and nothing said that the machine has not recorded. */
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../machines/index.js';
import { initialContext } from '../../../machines/initial.js';
import { inputOf, modelOriginal, smallSetting } from '../../../src/model/setting.js';
import { emptyReport, notRestoredMessage, reportOf, restoredMessage } from '../../../src/report.js';

const none = { journal: null, rescue: null };
const reason = { code: 'ready-timeout', message: 'it was not ready', hint: 'wait' };
const second = { code: 'rename-failed', message: 'the name is taken', hint: null };
const of = (changed: Partial<Context>): Context => ({
  ...initialContext(inputOf(smallSetting)),
  ...changed,
});
const report = (changed: Partial<Context>, open: Parameters<typeof reportOf>[2] = null) =>
  reportOf(of(changed), none, open);

describe('the report', () => {
  it('has the same fields always, in the same order', () => {
    const fields = Object.keys(emptyReport(null, reason));
    expect(Object.keys(report({}))).toEqual(fields);
    expect(fields).toEqual([
      'schema',
      'runId',
      'outcome',
      'container',
      'mode',
      'attempts',
      'gpuProof',
      'backup',
      'rolledBack',
      'reason',
      'warnings',
      'downtimeMs',
      'journal',
      'rescue',
      'diagnostics',
    ]);
    expect(JSON.parse(JSON.stringify(report({})))).toEqual(report({}));
  });

  it('says in the words that others read that the original is back', () => {
    expect(restoredMessage).toBe('pre-patch sandbox restored');
    const back = report({ outcome: 'rolledBack', rolledBack: true, reason, changed: true });
    expect(back.reason).toEqual({
      ...reason,
      message: 'it was not ready; pre-patch sandbox restored',
    });
  });

  it('says in the words that others read that it is not, and why', () => {
    expect(notRestoredMessage).toBe('rollback failed; pre-patch sandbox was NOT restored');
    const lost = { outcome: 'stranded', rolledBack: false, reason, changed: true } as const;
    expect(report({ ...lost, secondReason: second }).reason).toEqual({
      code: 'rename-failed',
      message:
        'it was not ready; rollback failed; pre-patch sandbox was NOT restored: the name is taken',
      hint: 'wait',
    });
    expect(report({ ...lost, secondReason: { ...second, hint: 'look' } }).reason?.hint).toBe(
      'look',
    );
    expect(report(lost).reason).toEqual(reason);
  });

  it('calls an open run stranded when it has changed something, and refused when not', () => {
    const open = { code: 'engine-unreachable', message: 'silence', hint: null };
    expect(report({ changed: true, outcome: null }, open)).toMatchObject({
      outcome: 'stranded',
      rolledBack: null,
      reason: open,
    });
    expect(report({ changed: false, outcome: null }, open).outcome).toBe('refused');
  });

  const backup = { name: 'box.gpugraft-backup-model1', removed: null };
  it.each([
    [
      { changed: false, backup },
      { kind: null, name: null, removed: null },
    ],
    [
      { changed: true, backup },
      { kind: 'container', name: backup.name, removed: null },
    ],
    [
      { changed: true, backup: { ...backup, removed: true }, outcome: 'grafted' as const },
      { kind: 'container', name: backup.name, removed: true },
    ],
    [
      { changed: true, backup, outcome: 'rolledBack' as const },
      { kind: null, name: null, removed: null },
    ],
  ])('names the backup only while there is one (%#)', (context, expected) => {
    expect(report(context).backup).toEqual({ ...expected, image: null });
  });

  const stopped = '2026-01-01T00:00:01.250Z';
  const started = '2026-01-01T00:00:01.900000001Z';
  it.each([
    ['a graft', { replacementStartedAt: started }, 650],
    ['a start that was never seen', { replacementStartedAt: null }, null],
    ['a rollback', { rolledBack: true, originalRestartedAt: '2026-01-01T00:00:03.250Z' }, 2000],
    ['a rollback without a restart', { rolledBack: true, replacementStartedAt: started }, null],
    ['a clock that went back', { replacementStartedAt: '2026-01-01T00:00:01.000Z' }, null],
    ['a time that is none', { replacementStartedAt: 'yesterday' }, null],
  ] as const)('tells the downtime of %s', (_, context, ms) => {
    expect(report({ originalStoppedAt: stopped, ...context }).downtimeMs).toBe(ms);
    expect(report({ originalStoppedAt: null, ...context }).downtimeMs).toBeNull();
  });

  it('names the container as it was found, and by the word given before that', () => {
    expect(report({}).container).toEqual({
      name: of({}).target,
      originalId: null,
      replacementId: null,
    });
    expect(report({ original: modelOriginal }).container).toMatchObject({
      name: modelOriginal.name,
      originalId: modelOriginal.id,
    });
  });
});
