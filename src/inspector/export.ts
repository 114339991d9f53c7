/** One run as a single file, for a bug report. */
import { failure } from '../errors.js';
import { writeNewFile } from '../runtime/files.js';
import { recordedRun } from '../runtime/store.js';
import { readAssets } from './assets.js';
import type { Assets } from './assets.js';
import { chart } from './film/chart.js';
import { JournalFootage } from './footage.js';
import { exportedPage } from './page.js';
import { redacted } from './redacted.js';

/**
 * @param file is made, 0600; one that is there stays as it is
 * @throws GraftError `no-such-run`, `state-dir`, `journal-invalid`, and `file` where it cannot be written
 */
export async function exportRun(
  stateDir: string,
  runId: string,
  file: string,
  assets: Assets = readAssets(),
): Promise<void> {
  const folder = recordedRun(stateDir, runId);
  if (folder === null) {
    throw failure('no-such-run', `there is no run ${runId}`, 'gpugraft runs lists them');
  }
  const film = await new JournalFootage(folder).film();
  if (film.frames.length === 0) {
    const why = film.standing.problem ?? 'it has no whole line';
    throw failure('journal-invalid', `the journal of run ${runId} cannot be used: ${why}`);
  }
  const text = exportedPage(assets, chart(), redacted(film, folder));
  try {
    writeNewFile(file, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it is there already' : message;
    throw failure('file', `cannot write ${file}: ${why}`, 'name another file');
  }
}
