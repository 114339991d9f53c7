/**
 * The end states of the fault cases, asserted by a look of the test's own: S0 untouched, S1
 * grafted, S2 rolled back. Each of them also asserts that nothing of ours is left, on the engine
 * and on the disk, and that `recover`, twice, changes nothing more.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect } from 'vitest';
import type { Report } from '../../../src/report.js';
import { differing, gpuPaths } from './configured.js';
import { at, text } from './engines.js';
import type { Doc } from './engines.js';
import type { Scene } from './scene.js';

/** What must not move any more. */
const standing = (doc: Doc) => ({
  id: doc['Id'],
  name: doc['Name'],
  status: at(doc, 'State.Status'),
  startedAt: at(doc, 'State.StartedAt'),
  policy: at(doc, 'HostConfig.RestartPolicy'),
});

/** `recover`, twice: nothing moves, and it says the same. */
export async function expectAtRest(scene: Scene, report: Report): Promise<void> {
  if (report.runId === null) return;
  const before = (await scene.containers()).map(standing);
  for (const _ of [1, 2]) {
    const again = await scene.recover(report.runId);
    expect((await scene.containers()).map(standing)).toEqual(before);
    if (report.journal === null) expect(again.reason?.code).toBe('no-such-run');
    else expect(again).toEqual(report);
  }
}

/** The files of a run, and that nobody else can read them. */
export function expectFiles(scene: Scene, report: Report): void {
  for (const folder of [scene.stateDir, path.join(scene.stateDir, 'runs')]) {
    if (!fs.existsSync(folder)) continue;
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  }
  if (report.journal === null || report.runId === null) {
    expect(scene.runs()).not.toContain(report.runId);
    return;
  }
  const folder = path.dirname(report.journal);
  const needed =
    report.outcome === 'stranded' ||
    (report.outcome === 'grafted' && report.backup.removed === false);
  const files = ['journal.jsonl', 'lock'];
  if (report.diagnostics !== null) files.push('diagnostics');
  if (needed) files.push('rescue.json', 'rescue.sh');
  // Whether anything was logged is the container's business; what was, is kept whole.
  const logs = path.join(folder, 'logs');
  if (fs.existsSync(logs)) {
    files.push('logs');
    const going = report.outcome === 'grafted' ? 'original.log' : 'replacement.log';
    const kept = fs.readdirSync(logs);
    if (report.outcome !== 'stranded') expect(kept).toEqual([going]);
    for (const name of kept) expect(name).toMatch(/^(?:original|replacement)\.log$/);
  }
  expect(fs.readdirSync(folder).toSorted()).toEqual(files.toSorted());
  for (const file of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const mode = fs.statSync(path.join(file.parentPath, file.name)).mode & 0o777;
    expect(mode & 0o077, file.name).toBe(0);
  }
}

const idsOf = (docs: readonly Doc[]): string[] => docs.map((doc) => text(doc, 'Id'));

/** S0: the original was not touched at all. */
export async function expectUntouched(scene: Scene, report: Report): Promise<void> {
  expect(report).toMatchObject({ outcome: 'refused', rolledBack: null, downtimeMs: null });
  expect(report.reason).not.toBeNull();
  expect(report.rescue).toBeNull();
  await expectOnlyOriginal(scene);
  const now = await scene.original();
  expect(standing(now as Doc)).toEqual(standing(scene.before));
  expect(at(now, 'State.Pid')).toBe(at(scene.before, 'State.Pid'));
  await expectAtRest(scene, report);
  expectFiles(scene, report);
}

/** S0, where the engine was restarted meanwhile: nothing was changed, but what runs was started again, or was not. */
export async function expectKept(scene: Scene, report: Report): Promise<void> {
  expect(report).toMatchObject({ outcome: 'refused', rolledBack: null, downtimeMs: null });
  expect(report.reason).not.toBeNull();
  await expectOnlyOriginal(scene);
  await expectAtRest(scene, report);
  expectFiles(scene, report);
}

async function expectOnlyOriginal(scene: Scene): Promise<void> {
  const all = await scene.containers();
  expect(all.map((doc) => doc['Name'])).toEqual([`/${scene.name}`]);
  expect(idsOf(all)).toEqual([scene.originalId]);
  expect(differing(scene.before, all[0] as Doc)).toEqual([]);
}

/** What ran runs, and what did not was not started. */
function expectRunsAsBefore(scene: Scene, now: Doc | null): void {
  const ran = at(scene.before, 'State.Running');
  expect(at(now, 'State.Running')).toBe(ran);
  const isOriginal = text(now, 'Id') === scene.originalId;
  const never = '0001-01-01T00:00:00Z';
  if (ran === false)
    expect(at(now, 'State.StartedAt')).toBe(
      isOriginal ? at(scene.before, 'State.StartedAt') : never,
    );
}

/** What a graft changes beside the GPU, and says so. */
function imagePaths(warnings: readonly string[]): string[] {
  if (warnings.includes('layer-carried')) return ['Config.Image', 'Image'];
  return warnings.includes('image-by-id') ? ['Config.Image'] : [];
}

/** S1: the replacement runs under the name, if the original ran, and differs by its GPU alone. */
export async function expectGrafted(scene: Scene, report: Report): Promise<void> {
  await expectReplaced(scene, report);
  await expectAtRest(scene, report);
  expectFiles(scene, report);
}

/** The same, without asking again and again whether it stays so. */
export async function expectReplaced(scene: Scene, report: Report): Promise<void> {
  expect(report).toMatchObject({
    schema: 1,
    outcome: 'grafted',
    container: { name: scene.name, originalId: scene.originalId },
    rolledBack: null,
    reason: null,
    diagnostics: null,
  });
  const now = await scene.named();
  expect(text(now, 'Id')).toBe(report.container.replacementId);
  expect(text(now, 'Id')).not.toBe(scene.originalId);
  expectRunsAsBefore(scene, now);
  const image = imagePaths(report.warnings.map(({ code }) => code));
  const asked = [...(gpuPaths[report.mode ?? ''] ?? []), ...image].toSorted();
  expect(differing(scene.before, now as Doc)).toEqual(asked);
  if (report.backup.removed === true) {
    expect(idsOf(await scene.containers())).toEqual([report.container.replacementId]);
    expect(report.rescue).toBeNull();
  } else {
    const backup = await scene.original();
    expect(text(backup, 'Name')).toBe(`/${report.backup.name}`);
    expect(idsOf(await scene.containers())).toEqual(
      [report.container.replacementId ?? '', scene.originalId].toSorted(),
    );
  }
}

/** S2: the original runs again, if it ran, under its name, with its policy; the replacement is gone. */
export async function expectRolledBack(scene: Scene, report: Report): Promise<void> {
  expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true, rescue: null });
  expect(report.reason?.message).toContain('pre-patch sandbox restored');
  expect(report.backup).toEqual({ kind: null, name: null, image: null, removed: null });
  await expectOnlyOriginal(scene);
  expectRunsAsBefore(scene, await scene.original());
  expect(at(await scene.original(), 'State.Restarting')).toBe(false);
  await expectAtRest(scene, report);
  expectFiles(scene, report);
}

/** S3: said as it is, with everything that is needed to go back still there. */
export async function expectStranded(scene: Scene, report: Report): Promise<void> {
  expect(report.outcome).toBe('stranded');
  expect(report.reason).not.toBeNull();
  expect(report.journal).not.toBeNull();
  expect(JSON.stringify(report)).not.toMatch(/rolled back|restored"|sandbox restored/i);
  expect(report.rolledBack).not.toBe(true);
  await expectAtRest(scene, report);
}

/** Whichever of S0, S1 and S2 the report says, it is true. */
export async function expectGoodEnd(scene: Scene, report: Report): Promise<'S0' | 'S1' | 'S2'> {
  switch (report.outcome) {
    case 'refused':
      await expectUntouched(scene, report);
      return 'S0';
    case 'grafted':
      await expectGrafted(scene, report);
      return 'S1';
    case 'rolledBack':
      await expectRolledBack(scene, report);
      return 'S2';
    default:
      throw new Error(`not a good end: ${JSON.stringify(report)}`);
  }
}
