import path from 'node:path';
import { given } from '../../config/given.js';
import { UsageError } from '../../config/usage-error.js';
import { failure } from '../../errors.js';
import type { RunSummary } from '../../graft.js';
import { workingFolder } from '../../working-folder.js';
import { EXIT } from '../exit-codes.js';
import { runsNamed } from '../runs/find.js';
import { clean, jsonText } from '../sanitize.js';
import type { Result } from './result.js';
import { targetOf } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft inspect [RUN|NAME]`: a page on this machine, until Ctrl-C; or a file. @throws UsageError, GraftError */
export async function inspect(scene: Scene): Promise<Result> {
  const { flags } = scene;
  const run = await chosen(scene);
  const file = given('--export', flags.export, scene.io.env);
  if (file !== null) return exported(scene, run, file.value);
  const { backend, session, io } = scene;
  const { inspector } = await backend.inspect(session.stateDir, {
    keepsAlive: true,
    stately: flags.stately === true,
  });
  const url = run === null ? inspector.url : inspector.urlOf(run.runId);
  // Told at once, and not when the command ends: that is what it runs for.
  const stately = inspector.statelyUrlOf(run?.runId ?? null);
  const document = { schema: 1, url, stately, runId: run?.runId ?? null };
  const lines = [url, ...(stately === null ? [] : [stately])];
  io.stdout.write(flags.json === true ? `${jsonText(document)}\n` : `${lines.join('\n')}\n`);
  if (stately !== null && flags.quiet !== true) io.stderr.write(`${statelyWarning}\n`);
  if (flags.quiet !== true)
    io.stderr.write('Open it in a browser on this machine. Ctrl-C ends it.\n');
  await interrupted(scene);
  await inspector.close();
  return { exit: EXIT.ok, document: undefined, text: '' };
}

/** Told whenever it is asked for: everything else stays on this machine. */
export const statelyWarning =
  "The page for Stately's inspector loads https://stately.ai and hands it what the run remembers.";

/** The newest that is meant; null: none is on record, and none was asked for. @throws GraftError `no-such-run` */
async function chosen(scene: Scene): Promise<RunSummary | null> {
  const word = targetOf(scene, 'the name of a container or the ID of a run');
  const all = await scene.backend.listRuns(scene.session.stateDir);
  if (word === undefined) return all[0] ?? null;
  const [run] = runsNamed(word, all);
  if (run !== undefined) return run;
  throw failure('no-such-run', `there is no run of ${word}`, 'gpugraft runs lists them');
}

async function exported(
  { backend, session, io, flags }: Scene,
  run: RunSummary | null,
  given: string,
): Promise<Result> {
  if (given === '') throw new UsageError('--export needs the name of a file', null);
  if (run === null) throw failure('no-such-run', 'there is no run to export');
  const file = path.resolve(workingFolder(), given);
  await backend.exportRun(session.stateDir, run.runId, file);
  if (flags.quiet !== true) {
    io.stderr.write(
      'Look at it before you give it away: what it shows is listed in docs/inspector.md.\n',
    );
  }
  return {
    exit: EXIT.ok,
    document: { schema: 1, runId: run.runId, file },
    text: `run ${run.runId} is in ${clean(file)}\n`,
  };
}

/** Resolves with the first signal; a second one means again what it means to any process. */
const interrupted = ({ io }: Scene): Promise<void> =>
  new Promise((resolve) => {
    const stop = io.onSignal(() => {
      stop();
      resolve();
    });
  });
