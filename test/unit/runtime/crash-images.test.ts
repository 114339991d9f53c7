/**
 * Power that goes at any instant: whatever the disk has kept of a run's files reads as a state that the
 * run was in, and as none earlier than the last that it acted upon.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { begin, failsAfterStart, newSession } from '../graft/root.js';
import { graft } from '../../../src/graft.js';
import { readRun } from '../../../src/runtime/runs.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { isUnbegun } from '../../../src/runtime/journal.js';
import { optionsWith } from '../../harness/index.js';
import { DiskLog, layOut } from './disk-log.js';
import type { Image } from './disk-log.js';
import { folder } from './lines.js';

vi.mock('node:fs', async (original) => ({ ...(await original<typeof fs>()) }));
afterEach(() => vi.restoreAllMocks());

/** A run on a disk of its own, recorded. */
async function recorded(options: Parameters<typeof optionsWith>[0], fails: boolean) {
  const root = folder();
  const session = newSession({ stateDir: path.join(root, 'state') });
  const id = begin({ TOKEN: 'canary-token' });
  if (fails) failsAfterStart(id);
  const log = new DiskLog(root);
  const report = await graft('box', optionsWith(options), session);
  vi.restoreAllMocks();
  return { log, root, report };
}

/** How many lines of the journal were begun to be written after so many calls, and how many were durable. */
function linesAt({ log, done }: { log: DiskLog; done: number }) {
  const journal = log.ops.find((op) => op.kind === 'create' && op.at.endsWith('journal.jsonl'));
  const file = journal !== undefined && 'file' in journal ? journal.file : -1;
  let written = 0;
  let durable = 0;
  for (const op of log.ops.slice(0, done)) {
    if (op.kind === 'write' && op.file === file && op.bytes[0] !== 10) written += 1;
    if (op.kind === 'syncFile' && op.file === file) durable = written;
  }
  return { written, durable };
}

/** What a process that comes afterwards finds. */
function found({ disk }: Image, root: string, runId: string) {
  const to = folder();
  layOut(disk, root, to);
  const run = new RunFolder(path.join(to, 'state'), runId);
  const { last, snapshot, problem } = readRun(run);
  const begun = run.exists() && !isUnbegun(run.journalFile);
  const answer = { seq: last?.seq ?? 0, snapshot, problem, begun, rescue: run.readRescue() };
  fs.rmSync(to, { recursive: true });
  return answer;
}

describe.each([
  ['that succeeds', {}, false, 'grafted'],
  [
    'that keeps its backup as a snapshot',
    { keepBackup: true, backup: 'snapshot' },
    false,
    'grafted',
  ],
  ['that fails, and goes back', {}, true, 'rolledBack'],
] as const)('a run %s', (_, options, fails, outcome) => {
  it('is found as it was, or one step before, at every crash', async () => {
    const { log, root, report } = await recorded(options, fails);
    expect(report).toMatchObject({ outcome });
    const runId = report.runId ?? '';
    let images = 0;
    for (const image of log.images()) {
      images += 1;
      const { written, durable } = linesAt({ log, done: image.done });
      const { seq, snapshot, problem, begun, rescue } = found(image, root, runId);
      expect(seq, image.name).toBeGreaterThanOrEqual(durable);
      // The next line may have got there whole.
      expect(seq, image.name).toBeLessThanOrEqual(written + 1);
      if (seq > 0) expect(problem, image.name).toBeNull();
      // Nothing was done yet, and nothing has to be recovered.
      else expect(begun, image.name).toBe(false);
      const context = snapshot?.context;
      if (context?.changed === true && context.outcome === null) {
        expect(JSON.parse(rescue ?? 'null'), image.name).toMatchObject({ schema: 1 });
      }
    }
    expect(images).toBeGreaterThan(log.ops.length * 2);
  });
});
