/** A run of the command line that ended in an error: one line, a hint, the same document as ever. */
import { UsageError } from '../config/usage-error.js';
import { GraftError } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import { wantsJson } from './program/parse.js';
import { relayedIn, relayFrom } from './relay.js';
import { clean, jsonText } from './sanitize.js';

/**
 * @param argv the words behind `gpugraft`: they say whether JSON is wanted, and what a hint must name
 * @returns the exit code
 */
export function failed(error: unknown, io: Io, argv: readonly string[]): ExitCode {
  const known = error instanceof GraftError;
  const report = relayedIn(known ? reportFor(error) : bugReport(error), relayFrom(argv, io));
  const { message, hint } = report.reason ?? { message: '', hint: null };
  io.stderr.write(`gpugraft: ${known ? '' : 'bug: '}${clean(message)}\n`);
  if (hint !== null) io.stderr.write(`  hint: ${clean(hint)}\n`);
  if (io.env['GPUGRAFT_DEBUG'] === '1') {
    const stack = error instanceof Error ? (error.stack ?? '') : String(error);
    io.stderr.write(
      stack
        .split('\n')
        .map((line) => `  ${clean(line)}\n`)
        .join(''),
    );
  }
  if (wantsJson(argv)) io.stdout.write(`${jsonText(report)}\n`);
  return exitCodeOf(report);
}

/** A mistake on the command line is no outcome of a run; anything else that is known refused it. */
const reportFor = (error: GraftError): Report =>
  emptyReport(error instanceof UsageError ? null : 'refused', error.failure);

function bugReport(error: unknown): Report {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  const hint = 'GPUGRAFT_DEBUG=1 shows where; an interrupted run is in gpugraft status';
  return emptyReport(null, { code: 'bug', message, hint });
}

/** For what no other code caught: the process cannot be trusted after it. */
export function failedBeyond(error: unknown, io: Io, argv: readonly string[]): ExitCode {
  failed(error, io, argv);
  return EXIT.bug;
}
