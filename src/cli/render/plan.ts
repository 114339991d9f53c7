/** A plan for people: what was found, then every step with its cause. Takes cleaned data. */
import type { PlannedStep } from '../plan/steps.js';
import type { Report } from '../../report.js';
import type { Style } from '../style.js';
import type { Engine } from '../../docker/command.js';
import { renderReport } from './report.js';
import { fields } from './text.js';
import { attemptsText } from './words.js';

/** A refusal reads as apply's own would. */
export function renderPlan(
  report: Report,
  steps: readonly PlannedStep[],
  engine: Engine,
  style: Style,
): string {
  if (report.outcome !== null) return renderReport(report, engine, style);
  const name = report.container.name ?? 'the container';
  const deed = report.mode === 'none' ? `take the GPU away from ${name}` : `give ${name} the GPU`;
  const tried = attemptsText(report.attempts);
  const number = (at: number): string => `${at + 1}.`.padStart(5);
  const lines = [
    `${style.good(style.bold('plan'))}: apply would ${deed}; nothing was changed`,
    ...fields([
      ['original', report.container.originalId],
      ['mode', report.mode],
      ['tried', tried === '' ? null : tried],
    ]),
    ...report.warnings.map((warning) => `  ${style.warn('warning')}: ${warning.message}`),
    '',
    ...steps.map(({ step, cause }, at) => `${number(at)} ${step}  ${style.dim(`(${cause})`)}`),
  ];
  return `${lines.join('\n')}\n`;
}
