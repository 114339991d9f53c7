import { expect, test } from 'vitest';
import { emptyReport } from '../../../src/report.js';
import type { Backend } from '../../../src/cli/backend.js';
import type { BackupSight, RunSummary } from '../../../src/graft.js';
import { conditionOf } from '../../../src/doctor/condition.js';
import type { Condition } from '../../../src/doctor/condition.js';
import { runToRecover } from '../../../src/cli/runs/find.js';
import { asContainer, ended, ORIGINAL, REPLACEMENT, report, run, summary } from './fake.js';

const listing = (...runs: RunSummary[]) => ({ listRuns: () => Promise.resolve(runs) });
const kept = { ...asContainer, name: 'web.gpugraft-backup-x', removed: false };
const problem = { code: 'journal-invalid', message: 'a line of it is torn', hint: null };
const question = { code: 'decision-needed', message: 'both run', hint: null };
const withdrawing = { ...summary({}).meta!, onRecover: 'withdraw' as const };

test.each<[Condition, RunSummary]>([
  ['working', summary({ holder: 'alive' })],
  ['interrupted', summary({})],
  ['waiting', summary({ question })],
  ['stranded', ended({ outcome: 'stranded' })],
  ['backup-kept', ended({ backup: kept })],
  ['unreadable', summary({ problem, meta: null, state: null })],
  ['over', ended({ backup: { ...kept, removed: true } })],
  ['over', ended({ backup: kept, undoneBy: 'run-2' })],
  ['over', ended({ outcome: 'stranded', undoneBy: 'run-2' })],
  ['over', ended({ outcome: 'rolledBack', backup: kept })],
])('%s', (condition, one) => {
  expect(conditionOf(one)).toBe(condition);
});

test('a word means a run, a name or an ID; what changed something comes first', () => {
  const over = ended({ runId: 'r4' });
  const light = summary({ runId: 'r3', meta: withdrawing });
  const heavy = summary({ runId: 'r2' });
  const other = summary({
    runId: 'r1',
    name: 'db',
    originalId: 'c'.repeat(64),
    replacementId: null,
  });
  const all = [over, light, heavy, other];
  expect(runToRecover('web', all)?.runId).toBe('r2');
  expect(runToRecover('r4', all)?.runId).toBe('r4');
  expect(runToRecover(ORIGINAL.slice(0, 12), all)?.runId).toBe('r2');
  expect(runToRecover(REPLACEMENT, all)?.runId).toBe('r2');
  expect(runToRecover('c'.repeat(11), all)).toBeNull();
  expect(runToRecover('web', [over, light])?.runId).toBe('r3');
  expect(runToRecover('web', [over])?.runId).toBe('r4');
  expect(runToRecover('nobody', all)).toBeNull();
});

test('status shows what wants attention, with the command', async () => {
  const runs = [
    summary({}),
    ended({ runId: 'r0', name: 'db', backup: kept }),
    ended({ runId: 'r-old' }),
  ];
  const { exit, stdout } = await run('status --context lab', listing(...runs));
  expect(exit).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "web: interrupted
      run      20260101-000000-abcdef
      step     stopping the original
      since    2025-12-31T23:55:00.000Z (5 min ago)
      journal  /state/runs/20260101-000000-abcdef/journal.jsonl
      next     recover looks at both containers, then goes back, waits on, or asks you
               gpugraft recover 20260101-000000-abcdef --context lab

    db: grafted, backup kept
      run      r0
      since    2025-12-31T23:55:00.000Z (5 min ago)
      backup   web.gpugraft-backup-x
      journal  /state/runs/20260101-000000-abcdef/journal.jsonl
      next     the stopped original is kept; rollback brings it back
               gpugraft rollback db --context lab
    "
  `);
});

test('status of one container, and of nothing', async () => {
  const runs = listing(summary({}), summary({ runId: 'r2', name: 'db' }));
  expect((await run('status db', runs)).stdout).not.toContain('web:');
  expect((await run('status nobody', runs)).stdout).toBe(
    'nothing at work, interrupted or stranded on nobody, and no backup kept\n',
  );
});

test('status of one container names the logs that were kept of it, also where nothing is left to do', async () => {
  const first = ended({ backup: { ...kept, removed: true }, logs: ['/state/runs/r1/logs/a.log'] });
  const other = ended({ runId: 'r2', name: 'db', logs: ['/state/runs/r2/logs/b.log'] });
  const runs = listing(first, other);
  expect((await run('status web', runs)).stdout).toBe(
    'nothing at work, interrupted or stranded on web, and no backup kept\n  logs  /state/runs/r1/logs/a.log\n',
  );
  expect((await run('status', runs)).stdout).not.toContain('logs');
  const stranded = listing(ended({ outcome: 'stranded', logs: ['/state/c\u001b.log'] }));
  expect((await run('status', stranded)).stdout).toMatch(/\n {2}logs +\/state\/c\\x1b\.log\n/);
});

test('status --json has the condition, the advice and the commands of each', async () => {
  const { stdout } = await run('status --json', listing(summary({ question })));
  const document = JSON.parse(stdout) as { runs: Record<string, unknown>[] };
  expect(document).toMatchObject({ schema: 1, runs: [{ condition: 'waiting' }] });
  expect(document.runs[0]?.['commands']).toEqual([
    'gpugraft recover 20260101-000000-abcdef --forward',
    'gpugraft recover 20260101-000000-abcdef --back',
    'gpugraft recover 20260101-000000-abcdef --abandon',
  ]);
});

test('status offers no answer that would not be obeyed', async () => {
  const restored = { ...question, code: 'original-started' };
  const { stdout } = await run('status', listing(summary({ question: restored })));
  expect(stdout).toMatch(/--back\n.*--abandon\n/);
  expect(stdout).not.toContain('--forward');
});

test('a run that was interrupted behind its outcome says at which step', async () => {
  const one = summary({ outcome: 'grafted', meta: { ...summary({}).meta!, step: 'releasing' } });
  expect((await run('status', listing(one))).stdout).toContain('step     releasing');
  expect((await run('runs', listing(one))).stdout).toContain('releasing');
});

test('a name is taken with the slash that inspect shows before it', async () => {
  const asked: string[] = [];
  const parts = {
    ...listing(summary({})),
    recover: () => Promise.resolve(report({})),
    rollback: (name: string) => {
      asked.push(name);
      return Promise.resolve(report({}));
    },
    graft: (name: string) => {
      asked.push(name);
      return Promise.resolve(report({}));
    },
  };
  expect((await run('status /web', parts)).stdout).toContain('web: interrupted');
  for (const words of ['recover /web', 'rollback /web', 'apply /web']) {
    expect(await run(words, parts)).toMatchObject({ exit: 0 });
  }
  expect(asked).toEqual(['web', 'web']);
  expect((await run('recover //web', parts)).exit).toBe(2);
});

const seeing = (seen: BackupSight): Partial<Backend> => ({
  withBackupsSeen: (runs) => Promise.resolve(runs.map((one) => ({ ...one, seen }))),
});

test.each<[BackupSight, string | null, RegExp, RegExp]>([
  [
    'kept',
    'rescue.sh',
    /^web: grafted, backup kept\n[^]*gpugraft rollback web\n/,
    /grafted, backup kept/,
  ],
  [
    'gone',
    'rescue.sh',
    /^web: grafted, backup gone\n[^]*gpugraft recover 2026\S+\n/,
    /grafted, backup gone/,
  ],
  ['gone', null, /^nothing at work/, /grafted, backup gone/],
  [
    'restored',
    'rescue.sh',
    /^web: original put back by hand\n[^]*rollback takes the replacement away[^]*gpugraft rollback web\n/,
    /original put back by hand/,
  ],
  [
    'unseen',
    'rescue.sh',
    /^web: grafted, backup kept\n[^]*the engine was not reached: whether it is still there is not known[^]*gpugraft rollback web\n/,
    /backup not checked/,
  ],
])('a backup that is %s (rescue: %s) is shown as such', async (seen, rescue, status, runs) => {
  const parts = { ...listing(ended({ backup: kept, rescue })), ...seeing(seen) };
  expect((await run('status', parts)).stdout).toMatch(status);
  expect((await run('runs', parts)).stdout).toMatch(runs);
});

test('a stranded run whose original is gone is offered nothing that puts it back', async () => {
  const stranded = { ...listing(ended({ outcome: 'stranded' })), ...seeing('gone') };
  const { stdout } = await run('status', stranded);
  expect(stdout).toContain('web: stranded');
  expect(stdout).toContain('the original is gone');
  expect(stdout).not.toContain('gpugraft rollback');
});

test('recover without a name clears up behind a backup that is gone', async () => {
  const asked: string[] = [];
  const { stdout } = await run('recover', {
    ...listing(ended({ backup: kept, rescue: 'rescue.sh' })),
    ...seeing('gone'),
    recover: (runId) => {
      asked.push(runId);
      return Promise.resolve(report({}));
    },
  });
  expect(asked).toHaveLength(1);
  // What it ended as is not what is so now.
  expect(stdout).toContain('web: ended grafted at 2025-12-31T23:55:00.000Z');
});

test('of two kept backups of one container the last is offered, and the first is said to come next', async () => {
  const third = 'c'.repeat(64);
  const second = ended({
    runId: 'r2',
    backup: kept,
    originalId: REPLACEMENT,
    replacementId: third,
  });
  const first = ended({ runId: 'r1', backup: kept });
  const { stdout } = await run('status', listing(second, first));
  expect(stdout.match(/gpugraft rollback/g)).toHaveLength(1);
  expect(stdout).toContain('next     it comes back after that of run r2\n');
});

test('a kept backup of another container of the same name is rolled back to by its ID', async () => {
  const newer = ended({
    runId: 'r2',
    backup: kept,
    originalId: 'd'.repeat(64),
    replacementId: 'e'.repeat(64),
  });
  const { stdout } = await run('status', listing(newer, ended({ runId: 'r1', backup: kept })));
  expect(stdout).toContain('gpugraft rollback web\n');
  expect(stdout).toContain('gpugraft rollback aaaaaaaaaaaa\n');
});

test('runs is a table of all of them', async () => {
  const runs = [
    summary({ runId: 'r3' }),
    ended({ runId: 'r2', undoneBy: 'r3' }),
    ended({ runId: 'r1', outcome: 'rolledBack' }),
  ];
  expect((await run('runs', listing(...runs))).stdout).toMatchInlineSnapshot(`
    "RUN  CONTAINER  STATE                  STEP                   BEGAN
    r3   web        interrupted            stopping the original  10 min ago
    r2   web        grafted, undone since                         10 min ago
    r1   web        rolled back                                   10 min ago
    "
  `);
  expect((await run('runs', listing())).stdout).toBe('no run is on record\n');
  const { stdout } = await run('runs --json', listing(...runs));
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, runs: [{ runId: 'r3' }, {}, {}] });
});

test('names from containers reach the terminal escaped', async () => {
  const { stdout } = await run('status', listing(summary({ name: 'a\u001b[2J\u202eb' })));
  expect(stdout).toContain('a\\x1b[2J\\u202eb: interrupted');
});

test('recover without a name goes through all that are not over, the oldest first', async () => {
  const asked: string[] = [];
  const { exit, stdout } = await run('recover --json', {
    ...listing(summary({ runId: 'r3' }), ended({ runId: 'r2' }), summary({ runId: 'r1' })),
    recover: (runId, choice) => {
      asked.push(`${runId} ${choice ?? 'null'}`);
      return Promise.resolve(report({ runId, outcome: runId === 'r1' ? 'rolledBack' : 'grafted' }));
    },
  });
  expect(asked).toEqual(['r1 null', 'r3 null']);
  expect(exit).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, runs: [{ runId: 'r1' }, { runId: 'r3' }] });
});

test('recover without a name also clears up after a run that died behind its last line', async () => {
  const rescue = '/state/runs/r1/rescue.sh';
  const left = ended({ runId: 'r1', backup: { ...kept, removed: true }, rescue });
  const needed = ended({ runId: 'r2', backup: kept, rescue });
  const undone = ended({ runId: 'r3', backup: kept, rescue, undoneBy: 'r4' });
  const asked: string[] = [];
  await run('recover', {
    ...listing(left, needed, undone),
    recover: (runId) => {
      asked.push(runId);
      return Promise.resolve(report({ outcome: 'grafted' }));
    },
  });
  expect(asked).toEqual(['r1']);
});

test('a rollback that was asked for is a success, also when recover ends it or says it again', async () => {
  const rolledBack = { recover: () => Promise.resolve(report({ outcome: 'rolledBack' })) };
  const asked = listing(summary({ askedBack: true }));
  expect((await run('recover web', { ...asked, ...rolledBack })).exit).toBe(0);
  expect((await run('recover', { ...asked, ...rolledBack })).exit).toBe(0);
  expect((await run('recover web', { ...listing(summary({})), ...rolledBack })).exit).toBe(4);
});

test('nothing to recover is a success', async () => {
  const nothing = listing(ended({}));
  expect(await run('recover', nothing)).toMatchObject({ exit: 0, stdout: 'nothing to recover\n' });
  expect((await run('recover --all --json', nothing)).stdout).toBe('{"schema":1,"runs":[]}\n');
});

test('a run whose process lives is busy, one that cannot be read is refused, neither is touched', async () => {
  const runs = listing(
    summary({ runId: 'r2', holder: 'alive' }),
    summary({ runId: 'r1', problem, meta: null }),
  );
  const { exit, stdout } = await run('recover --json', runs);
  expect(exit).toBe(75);
  const keys = Object.keys(emptyReport(null, problem));
  const { runs: printed } = JSON.parse(stdout) as { runs: Record<string, unknown>[] };
  for (const one of printed) expect(Object.keys(one)).toEqual(keys);
  expect(printed).toMatchObject([
    { runId: 'r1', outcome: 'refused', reason: problem },
    { runId: 'r2', outcome: 'refused', reason: { code: 'busy' } },
  ]);
  expect((await run('recover r2', runs)).exit).toBe(75);
});

test.each(['forward', 'back', 'abandon'])(
  'recover NAME --%s hands the answer on',
  async (choice) => {
    const { exit, stdout } = await run(`recover web --${choice} --json`, {
      ...listing(summary({})),
      recover: (_, given) => Promise.resolve(report({ outcome: 'rolledBack', mode: given })),
    });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'rolledBack', mode: choice });
    // Going back is a success only for whoever asked for it.
    expect(exit).toBe(choice === 'back' ? 0 : 4);
  },
);

test.each([
  ['grafted', 'grafted', 0],
  ['rolledBack', 'rolled back', 4],
  ['stranded', 'stranded', 5],
] as const)(
  'recover of a run that is over says that it ended %s, and when, not that it is so now',
  async (outcome, word, exit) => {
    const over = {
      ...listing(ended({ outcome })),
      recover: () => Promise.resolve(report({ outcome })),
    };
    const said = await run('recover web', over);
    expect(said.exit).toBe(exit);
    expect(said.stdout.split('\n')[0]).toBe(
      `web: ended ${word} at 2025-12-31T23:55:00.000Z; nothing to recover`,
    );
    expect(said.stdout).not.toMatch(/runs with the GPU|is back as it was/);
    const { stdout } = await run('recover web --json', over);
    expect(JSON.parse(stdout)).toEqual(report({ outcome }));
  },
);

test('recover of a run that comes to its end now says what is so now', async () => {
  const { stdout } = await run('recover web', {
    ...listing(summary({})),
    recover: () => Promise.resolve(report({ outcome: 'grafted' })),
  });
  expect(stdout).toContain('grafted: web runs with the GPU');
});

test('recover of something unknown is refused', async () => {
  const { exit, stderr, stdout } = await run('recover nobody --state-dir /s --json', listing());
  expect(exit).toBe(3);
  expect(stderr).toContain('gpugraft: no run on nobody is on record in /s\n  hint: ');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused', reason: { code: 'no-run' } });
});
