/** What doctor found, for people. Takes a cleaned diagnosis. */
import { inBytes } from '../../../machines/index.js';
import type { Diagnosis, DiskFinding, ModeFinding } from '../../doctor/diagnosis.js';
import type { Style } from '../style.js';
import { ageText, lengthText } from './text.js';

export function renderDiagnosis(found: Diagnosis, now: number, style: Style): string {
  const mark = (ok: boolean | null): string =>
    ok === null ? style.warn('?') : ok ? style.good('✓') : style.bad('✗');
  const lines = [
    engineLine(found, mark),
    ...diskLine("engine's disk", found.disks.engine, mark),
    ...found.modes.map((mode) => `${mark(mode.ok)} mode ${mode.mode}: ${modeText(mode)}`),
    stateLine(found, mark),
    ...diskLine("state folder's disk", found.disks.stateDir, mark),
    openShellLine(found, mark),
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

/** Below this a layer of some size cannot be carried, and journals are soon in their reserve. */
const SCARCE_BYTES = 1e9;

function diskLine(
  what: string,
  disk: DiskFinding | null,
  mark: (ok: boolean | null) => string,
): string[] {
  if (disk === null) return [];
  const { path, freeBytes } = disk;
  if (freeBytes === null) return [`${mark(null)} ${what}: ${path} cannot be seen from here`];
  return [`${mark(freeBytes < SCARCE_BYTES ? null : true)} ${what}: ${inBytes(freeBytes)} free`];
}

/** A machine without sandboxes needs none: that is no fault. */
function openShellLine({ openshell }: Diagnosis, mark: (ok: boolean | null) => string): string {
  const { capabilities, problem } = openshell;
  if (capabilities === null)
    return `  openshell: ${problem ?? 'unknown'} (only OpenShell sandboxes need it)`;
  const { version, lifecycle, json, workspace } = capabilities;
  const can = [
    lifecycle ? 'stops and starts sandboxes' : 'has no sandbox stop',
    ...(json ? ['lists as JSON'] : []),
    ...(workspace ? ['knows workspaces'] : []),
  ];
  return `${mark(true)} openshell ${version ?? 'of an unknown version'}: ${can.join(', ')}`;
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
