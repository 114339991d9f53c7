/** What doctor found, for people. Takes a cleaned diagnosis. */
import type { Diagnosis, ModeFinding } from '../../doctor/diagnosis.js';
import type { Style } from '../style.js';
import { ageText, lengthText } from './text.js';

export function renderDiagnosis(found: Diagnosis, now: number, style: Style): string {
  const mark = (ok: boolean | null): string =>
    ok === null ? style.warn('?') : ok ? style.good('✓') : style.bad('✗');
  const lines = [
    engineLine(found, mark),
    ...found.modes.map((mode) => `${mark(mode.ok)} mode ${mode.mode}: ${modeText(mode)}`),
    stateLine(found, mark),
  ];
  if (found.image !== null) lines.push(style.dim(`  probes were made from ${found.image}`));
  for (const run of found.runs) {
    const since = run.since === null ? '' : `, ${ageText(run.since, now)}`;
    const name = run.name ?? 'an unknown container';
    lines.push(`${mark(null)} run ${run.runId} on ${name}: ${run.condition}${since}`);
    if (run.problem !== null) lines.push(`    ${run.problem.message}`);
    if (run.command !== null) lines.push(`    ${run.command}`);
  }
  for (const { kind, name, command } of found.leftovers) {
    lines.push(`${mark(null)} ${kind} ${name} is still there`, `    ${command}`);
  }
  lines.push(verdict(found, style));
  return `${lines.join('\n')}\n`;
}

function engineLine({ engine }: Diagnosis, mark: (ok: boolean) => string): string {
  if (engine === null) return `${mark(false)} engine: no answer`;
  const { version, apiVersion, operatingSystem, osType, architecture } = engine;
  return `${mark(true)} engine ${version}, API ${apiVersion}, ${operatingSystem} (${osType}/${architecture})`;
}

function modeText({ ok, reason, ms }: ModeFinding): string {
  if (ok === true) return `works, a container starts and ends in ${lengthText(ms ?? 0)}`;
  return ok === null ? `not tried: ${reason ?? ''}` : (reason ?? 'does not work');
}

function stateLine({ stateDir }: Diagnosis, mark: (ok: boolean) => string): string {
  return stateDir.ok
    ? `${mark(true)} state folder ${stateDir.path}`
    : `${mark(false)} ${stateDir.problem?.message ?? `state folder ${stateDir.path}`}`;
}

function verdict({ ok, reason }: Diagnosis, style: Style): string {
  if (ok) return style.good('grafts work here');
  const hint = reason?.hint == null ? '' : `\n  ${style.dim('hint:')} ${reason.hint}`;
  return `${style.bad('grafts do not work here')}: ${reason?.message ?? 'see above'}${hint}`;
}
