/** An `Io` that remembers, a `Backend` that answers what it is told, and documents to answer with. */
import type { Backend } from '../../../src/cli/backend.js';
import type { Io, Sink } from '../../../src/cli/io.js';
import { main } from '../../../src/cli/main.js';
import type { RunSummary } from '../../../src/graft.js';
import type { Progress } from '../../../src/progress.js';
import { emptyReport } from '../../../src/report.js';
import type { Report } from '../../../src/report.js';
import { begin, smallSetting } from '../../../src/model/index.js';
import type { Context, StateMeta } from '../../../machines/index.js';

/** Of a backup that is the stopped original. */
export const asContainer = { kind: 'container', snapshot: null } as const;

export const ORIGINAL = 'a'.repeat(64);
export const REPLACEMENT = 'b'.repeat(64);

class Paper implements Sink {
  text = '';
  lost: string | null = null;
  constructor(
    readonly isTTY: boolean,
    readonly columns: number,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

export interface FakeOptions {
  readonly env?: Record<string, string>;
  /** stdin, stdout and stderr are a terminal. */
  readonly terminal?: boolean;
  readonly columns?: number;
  /** The answer to any question. */
  readonly answer?: boolean;
  /** Of a command of the user's. */
  readonly exitCode?: number;
}

export class FakeIo implements Io {
  readonly stdout: Paper;
  readonly stderr: Paper;
  readonly stdinIsTTY: boolean;
  readonly env: Record<string, string>;
  readonly pid = 4711;
  readonly version = '1.2.3';
  readonly questions: string[] = [];
  readonly commands: { readonly argv: readonly string[]; readonly aside: boolean }[] = [];
  /** Set by whoever listens. */
  signal: ((name: string) => void) | null = null;
  tick: (() => void) | null = null;
  time = Date.parse('2026-01-01T00:00:00Z');

  constructor(readonly options: FakeOptions = {}) {
    const terminal = options.terminal === true;
    this.stdout = new Paper(terminal, options.columns ?? 100);
    this.stderr = new Paper(terminal, options.columns ?? 100);
    this.stdinIsTTY = terminal;
    this.env = { HOME: '/home/me', ...options.env };
  }
  now(): number {
    return this.time;
  }
  every(_ms: number, callback: () => void): () => void {
    this.tick = callback;
    return () => (this.tick = null);
  }
  run(argv: readonly string[], aside: boolean): Promise<{ exitCode: number }> {
    this.commands.push({ argv, aside });
    return Promise.resolve({ exitCode: this.options.exitCode ?? 0 });
  }
  confirm(question: string): Promise<boolean> {
    this.questions.push(question);
    return Promise.resolve(this.options.answer === true);
  }
  onSignal(callback: (name: string) => void): () => void {
    this.signal = callback;
    return () => (this.signal = null);
  }
}

/** As the engine would be seen where every backup stands as the journal has it. */
export const asJournaled: Backend['withBackupsSeen'] = (runs) =>
  Promise.resolve(
    runs.map((one) => ({ ...one, seen: one.backup?.removed === false ? 'kept' : null })),
  );

const unasked = (name: string) => (): never => {
  throw new Error(`${name} was not to be called`);
};

/** Each part that is not given must not be called. */
export function fakeBackend(parts: Partial<Backend>): Backend {
  return {
    graft: unasked('graft'),
    create: unasked('create'),
    rollback: unasked('rollback'),
    recover: unasked('recover'),
    plan: unasked('plan'),
    listRuns: unasked('listRuns'),
    withBackupsSeen: asJournaled,
    containerNames: unasked('containerNames'),
    diagnose: unasked('diagnose'),
    inspect: unasked('inspect'),
    exportRun: unasked('exportRun'),
    collect: unasked('collect'),
    ...parts,
  };
}

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly io: FakeIo;
}

/** Runs the command line in this process. */
export async function run(
  words: string,
  parts: Partial<Backend> = {},
  options: FakeOptions = {},
): Promise<Ran> {
  const io = new FakeIo(options);
  const argv = words === '' ? [] : words.split(' ');
  const exit = await main(argv, io, fakeBackend(parts));
  return { exit, stdout: io.stdout.text, stderr: io.stderr.text, io };
}

const reason = { code: 'none', message: 'none', hint: null };

export const report = (fields: Partial<Report>): Report => ({
  ...emptyReport('grafted', reason, 'web'),
  reason: null,
  runId: '20260101-000000-abcdef',
  container: { name: 'web', originalId: ORIGINAL, replacementId: REPLACEMENT },
  ...fields,
});

const meta: StateMeta = {
  step: 'stopping the original',
  undo: 'start the original',
  cause: 'one at a time',
  onRecover: 'assess',
};

export const summary = (fields: Partial<RunSummary>): RunSummary => ({
  runId: '20260101-000000-abcdef',
  name: 'web',
  sandbox: null,
  engineId: 'engine-1',
  originalId: ORIGINAL,
  replacementId: REPLACEMENT,
  beganAt: '2025-12-31T23:50:00.000Z',
  updatedAt: '2025-12-31T23:55:00.000Z',
  state: 'cutover.quiescingOriginal',
  meta,
  outcome: null,
  reason: null,
  question: null,
  holder: 'gone',
  journal: '/state/runs/20260101-000000-abcdef/journal.jsonl',
  rescue: null,
  logs: [],
  backup: { ...asContainer, name: 'web.gpugraft-backup-x', removed: null },
  partOf: null,
  undoneBy: null,
  askedBack: false,
  problem: null,
  ...fields,
});

export const ended = (fields: Partial<RunSummary>): RunSummary =>
  summary({ meta: { ...meta, step: 'over', onRecover: 'over' }, outcome: 'grafted', ...fields });

/** A machine's context at its beginning, changed as the test needs it. */
export const context = (fields: Partial<Context> = {}): Context => ({
  ...begin(smallSetting).context,
  ...fields,
});

let seq = 0;
export const progress = (state: string, step: string, fields: Partial<Context> = {}): Progress => ({
  runId: 'run-1',
  seq: (seq += 1),
  at: '2026-01-01T00:00:00.000Z',
  state,
  description: 'described',
  meta: { ...meta, step, onRecover: state.includes('.') ? 'assess' : 'over' },
  context: context(fields),
  event: null,
  snapshot: { status: 'active', context: context(fields) },
});
