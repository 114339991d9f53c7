/** The end of a run for people: one screen. Takes a cleaned report (see `sanitize.ts`). */
import { saysStopped } from '../../../machines/index.js';
import { notRestoredMessage, restoredMessage } from '../../report.js';
import type { Report } from '../../report.js';
import type { Style } from '../style.js';
import { waysByHand } from './by-hand.js';
import type { Engine } from '../../docker/command.js';
import { fields, lengthText } from './text.js';
import { attemptsText, endedText, graftedStopped, OUTCOMES } from './words.js';

/** More would push the outcome off the screen; the journal has them all. */
const MOST_WARNINGS = 6;

const TONES = {
  grafted: 'good',
  unchanged: 'good',
  deferred: 'good',
  refused: 'warn',
  rolledBack: 'warn',
  stranded: 'bad',
} as const;

/**
 * @param logs files with logs that the run has kept
 * @param endedAt for a run that was over before it was asked about: when, so that its outcome does
 *   not pass for what is true now
 * @returns lines joined by line ends, with one at the end
 */
export function renderReport(
  report: Report,
  engine: Engine,
  style: Style,
  logs: readonly string[] = [],
  endedAt: string | null = null,
): string {
  if (report.outcome === null) return '';
  const { word, means } = OUTCOMES[report.outcome];
  const name = report.container.name ?? 'the container';
  const isStopped = report.outcome === 'grafted' && saysStopped(report.warnings);
  const meaning = (isStopped ? graftedStopped : means)(name, report.mode);
  const now = `${style[TONES[report.outcome]](style.bold(word))}: ${meaning}`;
  const head = endedAt === null ? now : endedText(report.outcome, name, endedAt);
  const lines = [head, ...reasonLines(report, style), ...fields(factsOf(report, logs))];
  const warnings = report.warnings.slice(0, MOST_WARNINGS);
  for (const warning of warnings) lines.push(`  ${style.warn('warning')}: ${warning.message}`);
  const more = report.warnings.length - warnings.length;
  if (more > 0) lines.push(`  and ${more} more warnings; --json shows them all`);
  if (report.outcome === 'stranded') lines.push(...byHandLines(report, engine, style));
  return `${lines.join('\n')}\n`;
}

function reasonLines({ reason, rolledBack, outcome }: Report, style: Style): string[] {
  const lines: string[] = [];
  const said = reason?.message ?? '';
  if (reason !== null) lines.push(`  ${said}`);
  // The seed's words, literally; the reason mostly has them already.
  const literal = literalFor(rolledBack, outcome);
  if (literal !== null && !said.includes(literal)) lines.push(`  ${literal}`);
  if (reason?.hint != null) lines.push(`  ${style.dim('hint:')} ${reason.hint}`);
  return lines;
}

function literalFor(rolledBack: boolean | null, outcome: Report['outcome']): string | null {
  if (rolledBack === true) return restoredMessage;
  return rolledBack === false && outcome === 'stranded' ? notRestoredMessage : null;
}

function factsOf(report: Report, logs: readonly string[]): (readonly [string, string | null])[] {
  const { container } = report;
  // What was seen in a replacement that is gone says nothing of what runs now.
  const proven = report.outcome === 'rolledBack' ? null : report.gpuProof;
  return [
    ['original', container.originalId],
    ['replacement', container.replacementId],
    ['mode', report.mode],
    ['GPU', proven === null ? null : `${proven.level}: ${proven.detail}`],
    ['tried', triedText(report)],
    ['downtime', report.downtimeMs === null ? null : lengthText(report.downtimeMs)],
    ['backup', backupText(report)],
    ['run', report.journal === null ? null : report.runId],
    ['journal', report.journal],
    ['diagnostics', report.diagnostics],
    ...logs.map((file) => ['logs', file] as const),
  ];
}

/** Only where a mode failed: otherwise the mode says it all. */
function triedText({ attempts }: Report): string | null {
  if (attempts.every((attempt) => attempt.ok)) return null;
  return attemptsText(attempts);
}

function backupText({ backup, outcome }: Report): string | null {
  if (backup.kind === null || outcome === 'rolledBack') return null;
  if (backup.removed === true) return 'removed';
  if (backup.kind === 'snapshot') {
    return backup.removed === false
      ? `a snapshot: the original can be made again, from ${backup.image ?? ''}`
      : `not known: nobody could look for the image ${backup.image ?? ''}`;
  }
  return backup.removed === false
    ? `still there: the original, as ${backup.name}`
    : `not known: nobody could look at ${backup.name}`;
}

function byHandLines(report: Report, engine: Engine, style: Style): string[] {
  return waysByHand(report, engine).flatMap(({ what, commands }) => [
    `  ${style.bold(what)}:`,
    ...commands.map((command) => `    ${command}`),
  ]);
}
