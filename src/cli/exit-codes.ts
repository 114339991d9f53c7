/** Outcomes as exit codes, by the contract of DESIGN section 7. */
import type { Outcome } from '../../machines/index.js';
import type { Report } from '../report.js';

export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  rolledBack: 4,
  stranded: 5,
  busy: 75,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several runs the gravest counts, in this order. */
const GRAVEST: readonly ExitCode[] = [5, 1, 4, 75, 3, 2, 0];

const OF_OUTCOME: Readonly<Record<Outcome, ExitCode>> = {
  grafted: EXIT.ok,
  unchanged: EXIT.ok,
  deferred: EXIT.ok,
  refused: EXIT.refused,
  rolledBack: EXIT.rolledBack,
  stranded: EXIT.stranded,
};

/**
 * @param askedBack going back is what the user asked for (`rollback`, `recover --back`): then it
 *   is a success
 */
export function exitCodeOf(
  { outcome, reason }: Pick<Report, 'outcome' | 'reason'>,
  askedBack = false,
): ExitCode {
  if (outcome === null) return reason?.code === 'bug' ? EXIT.bug : EXIT.usage;
  if (outcome === 'refused' && reason?.code === 'busy') return EXIT.busy;
  if (outcome === 'rolledBack' && askedBack) return EXIT.ok;
  return OF_OUTCOME[outcome];
}

/** No code at all (nothing to recover) is a success. */
export function gravest(codes: readonly number[]): ExitCode {
  return GRAVEST.find((code) => codes.includes(code)) ?? EXIT.ok;
}
