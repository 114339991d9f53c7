/** Runs of the real machine on an engine in memory, with their journals on disk; and a server that shows them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { readAssets } from '../../../src/inspector/assets.js';
import { Library } from '../../../src/inspector/library.js';
import { serveInspector } from '../../../src/inspector/server/server.js';
import type { Inspector } from '../../../src/inspector/server/server.js';
import { encodeLine } from '../../../src/runtime/journal-line.js';
import type { JournalLine } from '../../../src/runtime/journal-line.js';
import { root } from '../../engine/support/engines.js';
import { Lab } from '../../harness/index.js';
import type { ProcessOptions } from '../../harness/index.js';
import type { Options } from '../../../machines/index.js';

export const built = new URL(`file://${root}dist/inspector/`);

/** @returns the lines of one run of a container called `box` */
export async function runInMemory(
  options: Partial<Options> = {},
  process: ProcessOptions = {},
  name = 'box',
): Promise<readonly JournalLine[]> {
  const lab = new Lab();
  lab.engine.run({ name, restart: 'always' });
  const { runId } = await lab.graft(name, options, process);
  return lab.folder.run(runId).lines;
}

/** Answers the polls of the wait, one after the other, and then says ready. */
export const polls = (...verdicts: readonly ('error' | 'pending' | 'failed')[]): ProcessOptions => {
  let asked = 0;
  return {
    async actor(name, _input, run) {
      if (name !== 'pollSupervisor') return run();
      const verdict = verdicts[asked] ?? 'ready';
      asked += 1;
      const { at } = (await run()) as { at: number };
      return { verdict, reason: `poll ${asked}: the supervisor said ${verdict}`, at };
    },
  };
};

/** @param at the state folder. @returns the run's ID */
export function record(at: string, lines: readonly JournalLine[], id?: string): string {
  const runId = id ?? lines[0]?.runId ?? '';
  const run = path.join(at, 'runs', runId);
  fs.mkdirSync(run, { recursive: true, mode: 0o700 });
  const renamed = lines.map((line) => encodeLine({ ...line, runId }));
  fs.writeFileSync(path.join(run, 'journal.jsonl'), renamed.join(''), { mode: 0o600 });
  fs.writeFileSync(path.join(run, 'lock'), '', { mode: 0o600 });
  return runId;
}

export const serve = (stateDir: string, stately = false): Promise<Inspector> =>
  serveInspector({
    library: new Library(stateDir),
    assets: readAssets(built),
    keepsAlive: true,
    stately,
  });
