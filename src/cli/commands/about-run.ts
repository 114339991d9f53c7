import type { Report } from '../../report.js';
import { exitCodeOf } from '../exit-codes.js';
import { renderReport } from '../render/report.js';
import { relayedIn } from '../relay.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import type { Scene } from './scene.js';

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
    text: renderReport(cleaned(document), scene.session, scene.style, cleaned(endedAt)),
  };
}
