import type { Report } from '../../report.js';
import { RunFolder } from '../../runtime/store.js';
import type { Session } from '../../session.js';
import { exitCodeOf } from '../exit-codes.js';
import { renderReport } from '../render/report.js';
import { relayedIn } from '../relay.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import type { Scene } from './scene.js';

/** They lie beside the journal, which is what `--json` names: the document's fields are fixed. */
const keptLogsOf = ({ runId, journal }: Report, { stateDir }: Session): string[] =>
  runId === null || journal === null ? [] : new RunFolder(stateDir, runId).keptLogs();

/**
 * @param askedBack going back is what the user asked for
 * @param endedAt when the run ended that was over already; null for one that came to its end now
 */
export function resultOf(
  report: Report,
  scene: Scene,
  askedBack = false,
  endedAt: string | null = null,
): Result {
  const document = relayedIn(report, scene.relay);
  return {
    exit: exitCodeOf(report, askedBack),
    document,
    text: renderReport(
      cleaned(document),
      scene.session,
      scene.style,
      cleaned(keptLogsOf(report, scene.session)),
      cleaned(endedAt),
    ),
  };
}
