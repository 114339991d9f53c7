import { expect, test } from 'vitest';
import type { Engine } from '../../../src/docker/command.js';
import { renderReport } from '../../../src/cli/render/report.js';
import { plainStyle } from '../../../src/cli/style.js';
import { notRestoredMessage, restoredMessage } from '../../../src/report.js';
import type { Report } from '../../../src/report.js';
import { report } from './fake.js';

const here: Engine = { context: null, host: null };
const rendered = (fields: Partial<Report>, engine = here): string =>
  renderReport(report(fields), engine, plainStyle);
const NO_BACKUP = { kind: null, name: null, image: null, removed: null } as const;
const journal = '/state/runs/20260101-000000-abcdef/journal.jsonl';

test('grafted', () => {
  const text = rendered({
    mode: 'gpus',
    attempts: [
      { mode: 'cdi', ok: false, reason: 'unresolvable CDI devices' },
      { mode: 'gpus', ok: true, reason: null },
    ],
    gpuProof: { level: 'shown', detail: 'GPU 0: NVIDIA H100' },
    backup: { kind: 'container', name: 'web.gpugraft-backup-x', image: null, removed: true },
    downtimeMs: 269,
    warnings: [{ code: 'image-by-id', message: 'the tag moved' }],
    journal,
  });
  expect(text).toMatchInlineSnapshot(`
    "grafted: web runs with the GPU
      original     aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      replacement  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      mode         gpus
      GPU          shown: GPU 0: NVIDIA H100
      tried        cdi fails (unresolvable CDI devices); gpus works
      downtime     0.27 s
      backup       removed
      run          20260101-000000-abcdef
      journal      /state/runs/20260101-000000-abcdef/journal.jsonl
      warning: the tag moved
    "
  `);
});

test('a GPU that was taken away, or was not there', () => {
  const gpuProof = { level: 'absent', detail: 'the running container asks for none' } as const;
  const text = rendered({ mode: 'none', gpuProof });
  expect(text).toMatch(/^grafted: web runs without a GPU\n/);
  expect(text).toMatch(/\n {2}GPU +absent: the running container asks for none\n/);
  expect(rendered({ outcome: 'unchanged', mode: 'none' })).toMatch(
    /^unchanged: web asks for no GPU\n/,
  );
});

test('what was not started is not said to run, nor started by hand', () => {
  const warnings = [{ code: 'left-stopped', message: 'it is left stopped' }];
  expect(rendered({ warnings })).toContain(
    'grafted: web has the GPU; it was not started, for it did not run before\n',
  );
  expect(rendered({ warnings, mode: 'none' })).toContain('web has no GPU any more; it was not');
  const stranded = { outcome: 'stranded', backup: { ...NO_BACKUP }, rescue: null } as const;
  expect(rendered(stranded)).toContain(' start aaaa');
  expect(rendered({ ...stranded, warnings })).not.toContain(' start aaaa');
});

test('logs that were kept are named, each on a line of its own', () => {
  const logs = ['/state/runs/x/logs/original.log', '/state/runs/x/logs/replacement.log'];
  const text = renderReport(report({}), here, plainStyle, logs);
  for (const file of logs) expect(text).toMatch(new RegExp(`\\n  logs +${file}\\n`));
  expect(text).not.toContain('warning');
});

test('a backup that leaked or was kept is named', () => {
  const backup = { kind: 'container', name: 'web.b', image: null } as const;
  expect(rendered({ backup: { ...backup, removed: false } })).toContain(
    'still there: the original, as web.b',
  );
  const image = `sha256:${'9'.repeat(64)}`;
  const snapshot = { kind: 'snapshot', name: null, image } as const;
  expect(rendered({ backup: { ...snapshot, removed: false } })).toContain(
    `a snapshot: the original can be made again, from ${image}`,
  );
  expect(rendered({ backup: { ...snapshot, removed: null } })).toContain(
    `nobody could look for the image ${image}`,
  );
});

test('refused', () => {
  const text = rendered({
    outcome: 'refused',
    runId: 'x',
    container: { name: 'web', originalId: null, replacementId: null },
    reason: {
      code: 'no-such-container',
      message: 'there is no container web',
      hint: 'docker ps -a',
    },
  });
  expect(text).toMatchInlineSnapshot(`
    "refused: nothing was changed
      there is no container web
      hint: docker ps -a
    "
  `);
});

test('rolled back says the seed’s words once', () => {
  const message = `15 errors in a row; ${restoredMessage}`;
  const text = rendered({
    outcome: 'rolledBack',
    rolledBack: true,
    reason: { code: 'supervisor-error', message, hint: null },
    diagnostics: '/state/runs/x/diagnostics',
  });
  expect(text).toMatchInlineSnapshot(`
    "rolled back: the original web is back as it was before
      15 errors in a row; pre-patch sandbox restored
      original     aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      replacement  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      diagnostics  /state/runs/x/diagnostics
    "
  `);
  const without = rendered({ outcome: 'rolledBack', rolledBack: true, reason: null });
  expect(without.split(restoredMessage)).toHaveLength(2);
});

test('stranded says what stands where, and how to finish by hand', () => {
  const text = rendered(
    {
      outcome: 'stranded',
      rolledBack: false,
      reason: { code: 'rename-failed', message: 'the name is taken', hint: 'look who has it' },
      rescue: '/state/runs/x y/rescue.sh',
      warnings: [{ code: 'standing', message: 'web is the replacement, running' }],
    },
    { context: 'desktop linux', host: null },
  );
  expect(text).toMatchInlineSnapshot(`
    "stranded: web needs you: neither the graft nor the way back is complete
      the name is taken
      rollback failed; pre-patch sandbox was NOT restored
      hint: look who has it
      original     aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      replacement  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      warning: web is the replacement, running
      see both:
        docker --context 'desktop linux' ps -a --no-trunc --filter id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --filter id=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      put the original back:
        env -u DOCKER_HOST DOCKER_CONTEXT='desktop linux' sh '/state/runs/x y/rescue.sh'
    "
  `);
});

test('without a rescue the docker commands stand there, with full IDs', () => {
  const text = rendered({ outcome: 'stranded', runId: 'run-1', rescue: null });
  expect(text).toContain(`docker stop ${'b'.repeat(64)}\n`);
  expect(text).toContain(`docker rename ${'b'.repeat(64)} web.gpugraft-failed-run-1\n`);
  expect(text).toContain(`docker rename ${'a'.repeat(64)} web\n`);
  expect(text).toContain(`docker start ${'a'.repeat(64)}\n`);
});

test.each<Partial<Report>>([
  { backup: { kind: 'container', name: 'b', image: null, removed: true } },
  { reason: { code: 'no-way-back', message: 'the original is gone', hint: null } },
  { reason: { code: 'both-gone', message: 'both are gone', hint: null } },
])('where the original is gone, nothing is said to bring it back (%#)', (fields) => {
  for (const rescue of ['/state/runs/x/rescue.sh', null]) {
    const text = rendered({ outcome: 'stranded', runId: 'run-1', rescue, ...fields });
    expect(text).toContain('docker ps -a');
    expect(text).not.toMatch(/put the original back|rescue\.sh|docker start/);
  }
});

test('a stranded run never says that it was rolled back', () => {
  const text = rendered({
    outcome: 'stranded',
    rolledBack: false,
    reason: { code: 'x', message: `y; ${notRestoredMessage}: z`, hint: null },
  });
  expect(text).not.toMatch(/rolled back/);
  expect(text.split(notRestoredMessage)).toHaveLength(2);
});

test('it fits one screen, whatever happened', () => {
  const many = Array.from({ length: 40 }, (_, at) => ({ code: 'w', message: `warning ${at}` }));
  const text = rendered({
    outcome: 'stranded',
    rolledBack: false,
    reason: { code: 'x', message: 'y', hint: 'z' },
    mode: 'cdi',
    attempts: [{ mode: 'cdi', ok: false, reason: 'r' }],
    gpuProof: { level: 'requested', detail: 'd' },
    backup: { kind: 'container', name: 'b', image: null, removed: null },
    downtimeMs: 1,
    warnings: many,
    journal,
    diagnostics: 'd',
  });
  expect(text.split('\n').length).toBeLessThanOrEqual(32);
  expect(text).toContain('and 34 more warnings');
});
