/** A result that did not arrive (a full disk behind stdout) must not pass for one that did. */
import { EXIT, gravest } from './exit-codes.js';
import type { Io } from './io.js';
import { relayed, relayFrom } from './relay.js';
import { clean } from './sanitize.js';

/**
 * @param code what the command line was to exit with; what it did stays done
 * @param argv the words behind `gpugraft`
 */
export function afterLoss(code: number, io: Io, argv: readonly string[]): number {
  const { lost } = io.stdout;
  if (lost === null) return code;
  // Not `status`: it is silent about what is over.
  const where = relayed('gpugraft runs', relayFrom(argv, io));
  io.stderr.write(
    `gpugraft: the result could not be written to stdout: ${clean(lost)}; ${where} tells how a run ended\n`,
  );
  return gravest([code, EXIT.bug]);
}
