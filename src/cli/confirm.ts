/** The question before something of the user's is thrown away (DESIGN section 7). */
import type { Report } from '../report.js';
import { emptyReport } from '../report.js';
import type { Io } from './io.js';
import type { Flags } from './program/invocation.js';
import { clean } from './sanitize.js';

/** What happens to which of them only a plan tells: asked beforehand, nothing has been looked at. */
export const dependentsQuestion = (name: string): string =>
  `--allow-dependents restarts the containers that depend on ${name}, or makes them again, whichever attaches them to what takes its place (gpugraft plan ${name} --allow-dependents names them). Go on?`;

/**
 * Without a terminal the flag is the consent; on one a person is asked.
 * @param question without the `[y/N]`
 * @returns null to go on, or the report of a run that was not wanted
 */
export async function declined(
  question: string,
  name: string,
  io: Io,
  flags: Flags,
): Promise<Report | null> {
  if (flags.yes === true || !io.stdinIsTTY || !io.stderr.isTTY) return null;
  if (await io.confirm(`${clean(question)} [y/N] `)) return null;
  const reason = { code: 'declined', message: 'you said no', hint: '--yes answers beforehand' };
  return emptyReport('refused', reason, name);
}
