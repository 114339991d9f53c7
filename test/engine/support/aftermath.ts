/** What `recover` makes of a run whose process was killed. */
import { expect } from 'vitest';
import type { Report } from '../../../src/report.js';
import { at, text } from './engines.js';
import { expectGoodEnd } from './ends.js';
import { runChild } from './child.js';
import type { Scene } from './scene.js';

/** Recovers what a killed process left, and asserts that it ends well, and only once. */
export async function expectRecovered(scene: Scene): Promise<'S0' | 'S1' | 'S2'> {
  await expectNeverBoth(scene);
  const [runId, ...more] = scene.runs();
  expect(more).toEqual([]);
  const report = await takenOver(scene, runId ?? 'none');
  // Killed before its journal was there: nothing is known of the run, and nothing was done.
  if (report.reason?.code === 'no-such-run') {
    const [only, ...others] = await scene.containers();
    expect(others).toEqual([]);
    expect(text(only ?? null, 'Id')).toBe(scene.originalId);
    expect(at(only ?? null, 'State')).toEqual(at(scene.before, 'State'));
    return 'S0';
  }
  return expectGoodEnd(scene, report);
}

/**
 * As soon as the lock is free. A client of the killed process has it until its own end: as long as its
 * call can land, nobody takes over.
 */
export async function takenOver(scene: Scene, runId: string): Promise<Report> {
  for (let tries = 1; ; tries += 1) {
    const report = await scene.recover(runId);
    if (report.reason?.code !== 'busy' || tries === 20) return report;
  }
}

/** Original and replacement never run together. */
async function expectNeverBoth(scene: Scene): Promise<void> {
  const running = (await scene.containers()).filter((doc) => at(doc, 'State.Running') === true);
  const names = running.map((doc) => text(doc, 'Name')).filter((name) => !name.includes('-probe-'));
  expect(names.length, names.join(' and ')).toBeLessThanOrEqual(1);
}

/** Runs `recover` again and again, each killed at its n-th journal line, n = 1, 2, …: at most `times`. */
export async function recoverKilled(scene: Scene, times: number): Promise<number> {
  const runId = scene.runs()[0] ?? 'none';
  for (let line = 1; line <= times; line += 1) {
    const when = line % 2 === 0 ? 'before' : 'after';
    const { killed } = await runChild(scene, {
      op: 'recover',
      target: runId,
      kill: { line, when },
    });
    await expectNeverBoth(scene);
    if (!killed) return line - 1;
  }
  return times;
}

/** Works on all items, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
