import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { examine } from '../../../src/doctor/examine.js';
import type { Parts } from '../../../src/doctor/examine.js';
import type { Diagnosis } from '../../../src/doctor/diagnosis.js';
import { renderDiagnosis } from '../../../src/cli/render/diagnosis.js';
import { plainStyle } from '../../../src/cli/style.js';
import type { RunSummary } from '../../../src/graft.js';
import { gpugraftCommand } from '../../../src/docker/command.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { GatewayUnreachable } from '../../../src/openshell/errors.js';
import { probeLabels } from '../../../src/actors/support/labels.js';
import { LabGateway } from '../../harness/index.js';
import { MemoryEngine } from '../../memory/index.js';
import type { EngineOptions } from '../../memory/core.js';
import { asContainer, ended, run, summary } from './fake.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-doctor-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Setting {
  readonly engine?: EngineOptions;
  /** Something to be examined in: by default one running container. */
  readonly prepare?: (engine: MemoryEngine) => RunSummary[];
  readonly image?: string;
  readonly parts?: Partial<Parts>;
}

async function examined(
  setting: Setting = {},
): Promise<{ found: Diagnosis; engine: MemoryEngine }> {
  const engine = new MemoryEngine(setting.engine);
  const prepare = setting.prepare ?? running;
  const runs = prepare(engine);
  const found = await examine(setting.image ?? null, {
    docker: engine.port(),
    openshell: new LabGateway(engine, 'early').port(() => false),
    clock: engine.clock,
    signal: new AbortController().signal,
    stateDir: path.join(folder, 'state'),
    listRuns: () => Promise.resolve(runs),
    commands: {
      gpugraft: (words, other) =>
        gpugraftCommand(words, { context: null, host: null, stateDir: other ?? null }),
      docker: (words) => `docker ${words}`,
    },
    ...setting.parts,
  });
  return { found, engine };
}

function running(engine: MemoryEngine): RunSummary[] {
  engine.image('busybox');
  engine.run({ name: 'web', image: 'busybox' });
  return [];
}

const names = (engine: MemoryEngine): string[] => [...engine.core.names.keys()];

test('all is well: each mode was started, and nothing of it is left', async () => {
  const { found, engine } = await examined();
  expect(found).toMatchObject({
    schema: 1,
    ok: true,
    reason: null,
    image: 'busybox:latest',
    engine: { apiVersion: '1.51' },
    stateDir: { ok: true, problem: null },
    runs: [],
    leftovers: [],
  });
  expect(found.modes.map(({ mode, ok }) => [mode, ok])).toEqual([
    ['cdi', true],
    ['gpus', true],
    ['nvidia-runtime', true],
  ]);
  for (const { ms } of found.modes) expect(ms).toBeGreaterThan(0);
  expect(names(engine)).toEqual(['web']);
  expect(fs.statSync(path.join(folder, 'state')).mode & 0o777).toBe(0o700);
});

test('one mode is enough, the others say why not', async () => {
  const { found } = await examined({ engine: { gpu: { gpus: 'ok' } } });
  expect(found).toMatchObject({ ok: true, reason: null });
  for (const { mode, ok, reason } of found.modes) {
    expect(ok).toBe(mode === 'gpus');
    expect(reason === null).toBe(ok);
  }
});

test('no mode works: not ok, with the reason', async () => {
  const { found, engine } = await examined({ engine: { gpu: 'none' } });
  expect(found).toMatchObject({ ok: false, reason: { code: 'no-mode-works' } });
  expect(found.modes.every(({ ok, reason }) => ok === false && reason !== null)).toBe(true);
  expect(names(engine)).toEqual(['web']);
});

test('an engine that does not answer is said at once', async () => {
  const engine = new MemoryEngine();
  engine.core.downUntil = Number.MAX_SAFE_INTEGER;
  const { found } = await examined({ parts: { docker: engine.port() } });
  expect(found).toMatchObject({
    ok: false,
    engine: null,
    modes: [],
    reason: { code: 'engine-unreachable' },
  });
  expect(found.reason?.hint).not.toBeNull();
});

test('no image, and one that is not there', async () => {
  const empty = await examined({ prepare: () => [] });
  expect(empty.found).toMatchObject({
    ok: false,
    image: null,
    modes: [],
    reason: { code: 'no-image' },
  });
  const wrong = await examined({ image: 'nowhere' });
  expect(wrong.found.reason).toMatchObject({ code: 'no-such-image' });
});

test('an image that was named is used', async () => {
  const { found } = await examined({
    image: 'mine:1',
    prepare: (engine) => {
      engine.image('mine:1');
      return [];
    },
  });
  expect(found).toMatchObject({ ok: true, image: 'mine:1' });
});

test('a state folder that is open to others keeps grafts from working', async () => {
  const open = path.join(folder, 'open');
  fs.mkdirSync(open);
  fs.chmodSync(open, 0o755);
  const { found } = await examined({ parts: { stateDir: open } });
  expect(found).toMatchObject({
    ok: false,
    stateDir: { path: open, ok: false },
    reason: { code: 'state-dir' },
  });
  expect(found.modes).toHaveLength(3);
});

test('cancelled: what was begun is removed, the rest not tried', async () => {
  const controller = new AbortController();
  controller.abort('SIGINT');
  const { found, engine } = await examined({ parts: { signal: controller.signal } });
  expect(found).toMatchObject({ ok: false, reason: { code: 'cancelled' } });
  expect(found.modes.every(({ ok }) => ok === null)).toBe(true);
  expect(names(engine)).toEqual(['web']);
});

test('interrupted runs and what they left, each with the command that cleans it', async () => {
  const { found } = await examined({
    prepare: (engine) => {
      running(engine);
      const stateDir = path.join(folder, 'state');
      const holder = { runId: 'r1', host: os.hostname(), pid: 1, stateDir };
      const mine = (name: string, fields: Partial<typeof holder> = {}): void => {
        engine.run({ name, image: 'busybox', labels: probeLabels({ ...holder, ...fields }) });
      };
      mine('probe-open');
      mine('probe-busy', { runId: 'r2' });
      mine('probe-lost', { runId: 'r3' });
      mine('probe-far', { runId: 'r4', host: 'far', stateDir: '/far' });
      mine('probe-aside', { runId: 'r7', stateDir: '/a side' });
      const backup = engine.run({ name: 'web.backup', image: 'busybox' });
      return [
        summary({ runId: 'r1' }),
        summary({ runId: 'r2', holder: 'alive' }),
        ended({
          runId: 'r5',
          originalId: backup,
          backup: { ...asContainer, name: 'web.backup', removed: false },
        }),
        // Its backup was removed by hand: nothing is left over.
        ended({ runId: 'r6', backup: { ...asContainer, name: 'gone', removed: false } }),
      ];
    },
  });
  expect(found.ok).toBe(true);
  expect(found.runs).toMatchObject([
    { runId: 'r1', condition: 'interrupted', command: 'gpugraft recover r1' },
  ]);
  const left = new Map(
    found.leftovers.map(({ name, command, id }) => [name, command.replace(id, 'ID')]),
  );
  expect(Object.fromEntries(left)).toEqual({
    'web.backup': 'docker rm ID',
    'probe-open': 'gpugraft recover r1',
    'probe-lost': 'docker rm -f ID',
    'probe-far': 'gpugraft recover r4 --state-dir /far (on far)',
    'probe-aside': "gpugraft recover r7 --state-dir '/a side'",
  });
});

test('what a living run of another folder has on the engine is not left over', async () => {
  const other = new RunFolder(path.join(folder, 'other'), '20260105-090000-00000a');
  const lock = await other.create();
  other.createJournal();
  const { runId, stateDir } = other;
  const examine = () =>
    examined({
      prepare: (engine) => {
        const labels = probeLabels({ runId, host: os.hostname(), pid: 1, stateDir });
        engine.run({ name: 'probe-busy', image: 'busybox', labels });
        return running(engine);
      },
    });
  expect((await examine()).found.leftovers).toEqual([]);
  lock.release();
  expect((await examine()).found.leftovers).toMatchObject([
    { command: `gpugraft recover ${runId} --state-dir ${stateDir}` },
  ]);
});

test('disks and the openshell client, as they are', async () => {
  const { found } = await examined();
  const { bavail, bsize } = fs.statfsSync(folder);
  expect(found.disks.stateDir?.path).toBe(path.join(folder, 'state'));
  const free = found.disks.stateDir?.freeBytes ?? 0;
  expect(Math.abs(free - bavail * bsize)).toBeLessThan(1e9);
  // The engine in memory is on another machine: what has that name here is not its own.
  expect(found.disks.engine).toEqual({ path: '/var/lib/docker', freeBytes: null });
  expect(found.openshell).toMatchObject({ capabilities: { lifecycle: false }, problem: null });
  const text = renderDiagnosis(found, 0, plainStyle);
  expect(text).toMatch(/^✓ state folder's disk: [\d.]+ [GT]B free$/m);
  expect(text).toContain("? engine's disk: /var/lib/docker cannot be seen from here\n");
  expect(text).toMatch(/^✓ openshell .*: has no sandbox stop/m);
});

test('no openshell client is no fault, a full disk is worth a look', async () => {
  const engine = new MemoryEngine();
  const gateway = new LabGateway(engine, 'early');
  gateway.breakCalls(() => new GatewayUnreachable('client-missing', 'openshell is not on PATH'));
  const { found } = await examined({ parts: { openshell: gateway.port(() => false) } });
  expect(found).toMatchObject({ ok: true, openshell: { capabilities: null } });
  const disks = { ...found.disks, engine: { path: '/var/lib/docker', freeBytes: 12_345_678 } };
  const text = renderDiagnosis({ ...found, disks }, 0, plainStyle);
  expect(text).toContain("? engine's disk: 12.3 MB free\n");
  expect(text).toContain(
    '  openshell: openshell is not on PATH (only OpenShell sandboxes need it)\n',
  );
});

test('what doctor says to people', async () => {
  const { found } = await examined({ engine: { gpu: { gpus: 'ok' }, apiVersion: '1.41' } });
  const steady = { ...found, stateDir: { ...found.stateDir, path: '/state' }, runs: [] };
  const text = renderDiagnosis(steady, 0, plainStyle);
  expect(text).toMatch(/^✓ engine /);
  expect(text).toContain('✗ mode cdi: ');
  expect(text).toMatch(/✓ mode gpus: works, a container starts and ends in \d/);
  expect(text).toContain('✓ state folder /state\n');
  expect(text.endsWith('grafts work here\n')).toBe(true);
});

test('gpugraft doctor: 0 when grafts work, 3 when not, the same keys always', async () => {
  const { found: good } = await examined();
  const { found: bad } = await examined({ engine: { gpu: 'none' } });
  const ok = await run('doctor --json', { diagnose: () => Promise.resolve(good) });
  const no = await run('doctor --json', { diagnose: () => Promise.resolve(bad) });
  expect([ok.exit, no.exit]).toEqual([0, 3]);
  const keys = (text: string): string[] => Object.keys(JSON.parse(text) as object);
  expect(keys(ok.stdout)).toEqual(keys(no.stdout));
  const plain = await run('doctor', { diagnose: () => Promise.resolve(bad) });
  expect(plain.stdout).toContain(
    'grafts do not work here: the engine answers, but no GPU mode works',
  );
});

test('doctor hands on the image and writes commands for the engine it was asked about', async () => {
  let said: string[] = [];
  await run('doctor --image busybox --context lab', {
    diagnose: async (image, _session, commands) => {
      said = [String(image), commands.gpugraft('recover x'), commands.docker('rm y')];
      return (await examined()).found;
    },
  });
  expect(said).toEqual([
    'busybox',
    'gpugraft recover x --context lab',
    'docker --context lab rm y',
  ]);
});
