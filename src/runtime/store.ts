/** The state folder's layout: `runs/<id>/` with journal, lock, rescue and diagnostics (DESIGN section 8). */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Holder } from '../../machines/index.js';
import { systemClock } from '../clock.js';
import { GraftError, JournalFailed } from '../errors.js';
import type { Whereabouts } from '../actors/support/scope.js';
import {
  problemOf,
  removeFile,
  replaceFile,
  unfinished,
  writeInPieces,
  writeNewFile,
} from './files.js';
import { FileJournal, isUnbegun, readEnd, readJournal } from './journal.js';
import type { ReadJournal } from './journal.js';
import { isLocked, takeLock } from './lock.js';
import type { Lock } from './lock.js';
import { isRunId } from './run-id.js';
import { namesIn, secureFolder } from './state-dir.js';

const LOCK_TRIES = 30;
const LOCK_PAUSE_MS = 50;

/** One run's folder. */
export class RunFolder {
  readonly folder: string;
  constructor(
    readonly stateDir: string,
    readonly runId: string,
  ) {
    this.folder = path.join(stateDir, 'runs', runId);
  }

  get journalFile(): string {
    return path.join(this.folder, 'journal.jsonl');
  }
  get lockFile(): string {
    return path.join(this.folder, 'lock');
  }
  get rescueFiles(): readonly [json: string, script: string] {
    return [path.join(this.folder, 'rescue.json'), path.join(this.folder, 'rescue.sh')];
  }

  exists(): boolean {
    return fs.existsSync(this.journalFile);
  }
  hasRescue(): boolean {
    return fs.existsSync(this.rescueFiles[1]);
  }

  /** Makes the folder and takes its lock. @throws GraftError `state-dir` @throws JournalFailed */
  async create(): Promise<Lock> {
    secureFolder(this.stateDir);
    secureFolder(path.join(this.stateDir, 'runs'));
    secureFolder(this.folder);
    const lock = await takeLock(this.lockFile).catch((error: unknown) => {
      this.remove();
      throw error;
    });
    if (lock === null)
      throw new JournalFailed(`the new run ${this.runId} is locked by another process`);
    return lock;
  }

  createJournal(): FileJournal {
    return FileJournal.create(this.journalFile);
  }

  read(): ReadJournal {
    return readJournal(this.journalFile);
  }

  /** As {@link read}, but of a run that is over only its last line. */
  readLast(): ReadJournal {
    const over = readEnd(this.journalFile);
    return over === null ? this.read() : { lines: [over.line], end: over.end, problem: null };
  }

  /**
   * @returns null while a living process holds it. Somebody who only asks (`status`) has it for
   * some milliseconds, and the docker child of a process that was killed just now holds it until
   * it has seen its end: it is tried again before it counts as held.
   */
  async lock(): Promise<Lock | null> {
    for (let tries = 1; ; tries += 1) {
      const lock = await takeLock(this.lockFile);
      if (lock !== null || tries === LOCK_TRIES) return lock;
      await systemClock.sleep(LOCK_PAUSE_MS);
    }
  }

  writeRescue(json: string, script: string): void {
    const [document, shell] = this.rescueFiles;
    // What stands is needed until what takes its place is whole.
    replaceFile(document, json);
    replaceFile(shell, script, 0o700);
  }

  /** The text of the rescue document; null where it cannot be read. */
  readRescue(): string | null {
    try {
      return fs.readFileSync(this.rescueFiles[0], 'utf8');
    } catch {
      return null;
    }
  }

  /**
   * Also what a process that was killed in the middle had written of one: it holds the same secrets.
   * @returns the files that could not be removed, and why; normally none
   */
  removeRescue(): { readonly file: string; readonly why: string }[] {
    return this.rescueFiles
      .flatMap((file) => [file, unfinished(file)])
      .flatMap((file) => {
        const why = problemOf(() => removeFile(file));
        return why === null ? [] : [{ file, why }];
      });
  }

  /**
   * @param keepsEarlier the bundle that is there goes to `diagnostics-earlier`: of several, the first stays
   * @returns the folder that was written
   */
  writeDiagnostics(files: ReadonlyMap<string, string>, keepsEarlier = false): string {
    const folder = path.join(this.folder, 'diagnostics');
    const earlier = `${folder}-earlier`;
    if (keepsEarlier && fs.existsSync(folder) && !fs.existsSync(earlier))
      fs.renameSync(folder, earlier);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { mode: 0o700 });
    for (const [name, text] of files) writeNewFile(path.join(folder, name), text);
    return folder;
  }

  /** @throws what `fill` throws, and Error of the system */
  writeLog<T>(name: string, fill: (take: (bytes: Uint8Array) => void) => Promise<T>): Promise<T> {
    return writeInPieces(path.join(this.folder, 'logs', name), fill);
  }

  /** The logs that were kept whole: of the original, of the replacement, of both or of none. */
  keptLogs(): string[] {
    const folder = path.join(this.folder, 'logs');
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).toSorted() : [];
    return names.filter((name) => name.endsWith('.log')).map((name) => path.join(folder, name));
  }

  /** Takes away a folder whose run has left nothing worth keeping. */
  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Ends the summary of a bundle; without a bundle there is nothing to add to. The run
   * is over or rests by now, and a full disk does not change how it ended.
   */
  completeSummary(end: string): void {
    const file = path.join(this.folder, 'diagnostics', 'summary.txt');
    if (!fs.existsSync(file)) return;
    problemOf(() => {
      const text = fs.readFileSync(file, 'utf8');
      // One that rested was ended already, as it stood then.
      const [begun = ''] = text.split(/^(?=selected_gpu_mode=)/m);
      if (begun + end !== text) replaceFile(file, begun + end);
    });
  }
}

/**
 * The IDs of the runs in a state folder that have begun, newest first. A folder that is not there
 * has none.
 * @throws GraftError `state-dir` for one that is not ours alone, or cannot be listed
 */
export function runIds(stateDir: string): string[] {
  return runFolders(stateDir)
    .filter((run) => run.exists() && !isUnbegun(run.journalFile))
    .map(({ runId }) => runId)
    .toSorted()
    .toReversed();
}

/** Whatever lies where runs lie, begun or not. @throws GraftError `state-dir` */
export const runFolders = (stateDir: string): RunFolder[] =>
  foldersIn(stateDir).map((id) => new RunFolder(stateDir, id));

/** @throws GraftError `state-dir` */
function foldersIn(stateDir: string): string[] {
  return namesIn(stateDir) === null ? [] : (namesIn(path.join(stateDir, 'runs')) ?? []);
}

/**
 * A run that is on record; null: there is none of that ID, which is somebody's word.
 * @throws GraftError `state-dir` where its folder, or the one that it lies in, is not ours alone
 */
export function recordedRun(stateDir: string, runId: string): RunFolder | null {
  if (!isRunId(runId) || !foldersIn(stateDir).includes(runId)) return null;
  const run = new RunFolder(stateDir, runId);
  namesIn(run.folder);
  return run.exists() ? run : null;
}

/** Whether the process of a run lives; null when its folder cannot be looked at from here. */
export async function isHolderAlive(holder: Holder, stateDir: string): Promise<boolean | null> {
  const folder = folderOf(holder, stateDir);
  return folder === null ? null : isLocked(folder.lockFile);
}

/** Where a run is at home, as seen from a state folder of this machine. */
export function whereIs({ host, stateDir: own }: Holder, stateDir: string): Whereabouts {
  if (host !== os.hostname()) return 'otherMachine';
  return own === stateDir ? 'here' : 'otherFolder';
}

/**
 * The folder of a run that a claim's labels name. It comes from a label on the engine: it must not
 * lead out of the folder, and another folder counts only while it is ours alone and has the run.
 * @returns null where it cannot be looked at from here
 */
export function folderOf(holder: Holder, stateDir: string): RunFolder | null {
  const where = whereIs(holder, stateDir);
  if (where === 'otherMachine' || !/^[0-9a-z][0-9a-z-]*$/.test(holder.runId)) return null;
  if (where === 'here') return new RunFolder(stateDir, holder.runId);
  try {
    return path.isAbsolute(holder.stateDir) ? recordedRun(holder.stateDir, holder.runId) : null;
  } catch (error) {
    if (error instanceof GraftError) return null;
    throw error;
  }
}
