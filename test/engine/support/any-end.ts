/** How a run has ended whose end is not known beforehand: what the report says, and that it is so. */
import { expect } from 'vitest';
import type { Report } from '../../../src/report.js';
import { expectRecovered } from './aftermath.js';
import { expectGoodEnd, expectKept, expectStranded } from './ends.js';
import { at, text } from './engines.js';
import type { Scene } from './scene.js';

interface Circumstances {
  /** What runs may have been started again by the engine. */
  readonly engineRestarted?: boolean;
}

/** @param report null: the process was killed @returns `S0` to `S3` */
export async function endOf(
  scene: Scene,
  report: Report | null,
  { engineRestarted = false }: Circumstances = {},
): Promise<string> {
  if (report === null) return expectRecovered(scene);
  if (report.outcome === 'stranded') {
    await expectStranded(scene, report);
    return 'S3';
  }
  if (report.outcome === 'refused' && engineRestarted) {
    await expectKept(scene, report);
    return 'S0';
  }
  const isLeft = report.warnings.some(
    ({ code }) => code === 'leftover' || code === 'backup-leaked',
  );
  return isLeft ? expectNamed(scene, report) : expectGoodEnd(scene, report);
}

/** A removal that the engine refuses for good leaves what was to go, and the report names it. */
async function expectNamed(scene: Scene, report: Report): Promise<string> {
  const said = JSON.stringify(report.warnings);
  for (const doc of await scene.containers()) {
    const name = text(doc, 'Name').slice(1);
    if (name !== scene.name) expect(said).toContain(name);
  }
  const now = await scene.named();
  expect(at(now, 'State.Running')).toBe(true);
  const isOriginal = text(now, 'Id') === scene.originalId;
  expect(isOriginal).toBe(report.outcome !== 'grafted');
  return { grafted: 'S1', rolledBack: 'S2' }[String(report.outcome)] ?? 'S0';
}
