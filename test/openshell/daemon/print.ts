/** How `openshell` prints sandboxes: JSON for programs, and a table that is coloured whatever NO_COLOR says. */
import type { Traits } from '../generation.js';
import type { Phase } from '../phase.js';
import type { Sandbox } from '../registry.js';

const CODES: Partial<Record<Phase, number>> = { Ready: 32, Error: 31, Provisioning: 33 };
export const bold = (text: string): string => `\u001B[1m${text}\u001B[0m`;
export const colour = (code: number, text: string): string => `\u001B[${code}m${text}\u001B[39m`;

const dateOf = (ms: number): string =>
  new Date(ms).toISOString().replace('T', ' ').replace(/\..*/, '');

export function table(sandboxes: readonly Sandbox[]): string {
  if (sandboxes.length === 0) return 'No sandboxes found.\n';
  const width = Math.max(4, ...sandboxes.map(({ name }) => name.length));
  const head = [bold('NAME'.padEnd(width)), bold('CREATED'.padEnd(19)), bold('PHASE')].join('  ');
  const rows = sandboxes.map(({ name, createdAt, phase }) => {
    const code = CODES[phase];
    const shown = code === undefined ? phase : colour(code, phase);
    return [name.padEnd(width), dateOf(createdAt), shown].join('  ');
  });
  return `${[head, ...rows].join('\n')}\n`;
}

export function asJson(sandbox: Sandbox, traits: Traits): Record<string, unknown> {
  const { id, name, phase, createdAt, version, workspace } = sandbox;
  const base = {
    id,
    name,
    resource_version: version,
    created_at: dateOf(createdAt),
    phase,
    current_policy_version: 1,
  };
  if (!traits.lifecycle) return base;
  return { ...base, workspace, labels: {}, annotations: {}, conditions: conditionsOf(sandbox) };
}

/** With what the early gateway tells in `get` alone. */
export function detailAsJson(sandbox: Sandbox, traits: Traits): Record<string, unknown> {
  return { ...asJson(sandbox, traits), conditions: conditionsOf(sandbox) };
}

function conditionsOf({ phase, reason }: Sandbox): object[] {
  return [{ type: 'Ready', status: phase === 'Ready' ? 'True' : 'False', reason, message: '' }];
}

export function detail(sandbox: Sandbox): string {
  const rows = [
    ['Id', sandbox.id],
    ['Name', sandbox.name],
    ['Phase', sandbox.phase],
    ['Reason', sandbox.reason],
  ];
  const lines = rows.map(([key = '', value = '']) => `  ${colour(2, `${key}:`)} ${value}`);
  return `${bold('Sandbox:')}\n\n${lines.join('\n')}\n`;
}
