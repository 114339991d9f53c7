/** Outcomes as exit codes, by the contract of DESIGN section 7. */
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

/**
 * @param askedBack going back is what the user asked for (`rollback`, `recover --back`): then it
 *   is a success
 */
export function exitCodeOf(
  report: Pick<Report, 'outcome' | 'reason'>,
  askedBack = false,
): ExitCode {
  switch (report.outcome) {
    case 'grafted':
    case 'unchanged':
      return EXIT.ok;
    case 'refused':
      return report.reason?.code === 'busy' ? EXIT.busy : EXIT.refused;
    case 'rolledBack':
      return askedBack ? EXIT.ok : EXIT.rolledBack;
    case 'stranded':
      return EXIT.stranded;
    case null:
      return report.reason?.code === 'bug' ? EXIT.bug : EXIT.usage;
  }
}

/** No code at all (nothing to recover) is a success. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVEST.find((code) => codes.includes(code)) ?? EXIT.ok;
}
