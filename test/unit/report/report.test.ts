/** The report: every field there, and nothing said that the machine has not recorded. */
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../machines/index.js';
import { initialContext } from '../../../machines/initial.js';
import { inputOf, modelOriginal, smallSetting } from '../../../src/model/setting.js';
import {
  canBePutBack,
  emptyReport,
  notRestoredMessage,
  reportOf,
  restoredMessage,
} from '../../../src/report.js';

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

  const open = { code: 'engine-unreachable', message: 'silence', hint: 'recover' };
  const recorded = { journal: '/state/runs/model1/journal.jsonl', rescue: null };

  it('calls an open run stranded when it has changed something, and refused when not', () => {
    expect(reportOf(of({ changed: true }), recorded, open)).toMatchObject({
      outcome: 'stranded',
      rolledBack: null,
      reason: open,
      warnings: [],
    });
    expect(reportOf(of({ changed: false }), recorded, open)).toMatchObject({
      outcome: 'refused',
      reason: open,
    });
  });

  it('says of a run left open on its way back that it is not back', () => {
    expect(reportOf(of({ changed: true, reason }), recorded, open)).toMatchObject({
      outcome: 'stranded',
      rolledBack: false,
      reason: {
        code: 'engine-unreachable',
        message: 'it was not ready; rollback failed; pre-patch sandbox was NOT restored: silence',
        hint: 'recover',
      },
    });
  });

  it.each([
    ['grafted', { confirmed: true }, null, null],
    [
      'rolledBack',
      { reason, rolledBack: true },
      true,
      'it was not ready; pre-patch sandbox restored',
    ],
    ['refused', { reason, changed: false }, null, 'it was not ready'],
  ] as const)('keeps the outcome %s while only the claim is to go', (outcome, more, back, said) => {
    const litter = [{ kind: 'claim' as const, name: 'gpugraft-claim-1', id: null }];
    const told = reportOf(of({ changed: true, litter, outcome, ...more }), recorded, open);
    expect(told).toMatchObject({ outcome, rolledBack: back });
    expect(told.reason?.message ?? null).toBe(said);
    expect(told.warnings.map(({ message }) => message)).toEqual([
      `what the run made was not seen to go: the claim gpugraft-claim-1 (silence); gpugraft recover ${told.runId} removes what is left`,
    ]);
  });

  it('sends nobody to recover for what is not on record', () => {
    const probe = { kind: 'probe' as const, name: 'gpugraft-probe-1', id: null };
    expect(report({}, open).reason?.hint).toBe(
      'nothing was changed; when the engine answers again, run the same command again',
    );
    expect(report({ litter: [probe] }, open).reason?.hint).toMatch(
      /; gpugraft doctor shows whether gpugraft-probe-1 is left$/,
    );
    const refused = report({ outcome: 'refused', reason, litter: [probe] }, open);
    expect(JSON.stringify(refused)).not.toContain('recover');
    expect(refused.warnings[0]?.message).toContain('gpugraft doctor shows');
    expect(report({}, { ...open, code: 'journal-failed' }).reason?.hint).toBe('recover');
  });

  it.each([
    [{ removed: null }, reason, true],
    [{ removed: false }, null, true],
    [{ removed: true }, reason, false],
    [{ removed: null }, { ...reason, code: 'no-way-back' }, false],
    [null, { ...reason, code: 'both-gone' }, false],
    [{ removed: false, kind: 'container' }, { ...reason, code: 'both-gone' }, false],
    [{ removed: false, kind: 'snapshot' }, { ...reason, code: 'both-gone' }, true],
  ])('knows whether there is an original to put back (%#)', (kept, why, can) => {
    expect(canBePutBack(kept, why)).toBe(can);
  });

  const backup = {
    kind: 'container' as const,
    name: 'box.gpugraft-backup-model1',
    removed: null,
    snapshot: null,
  };
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
  const grafted = { outcome: 'grafted', replacementStartedAt: started } as const;
  const back = { outcome: 'rolledBack', rolledBack: true } as const;
  it.each([
    ['a graft', grafted, 650],
    ['a start that was never seen', { ...grafted, replacementStartedAt: null }, null],
    ['a rollback', { ...back, originalRestartedAt: '2026-01-01T00:00:03.250Z' }, 2000],
    ['a rollback without a restart', { ...back, replacementStartedAt: started }, null],
    [
      'a clock that went back',
      { ...grafted, replacementStartedAt: '2026-01-01T00:00:01.000Z' },
      null,
    ],
    ['a time that is none', { ...grafted, replacementStartedAt: 'yesterday' }, null],
    ['a run in which neither may run', { ...grafted, outcome: 'stranded' }, null],
    ['a run that is open', { ...grafted, outcome: null }, null],
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
