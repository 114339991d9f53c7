/** What is asked of the gateway that watches a sandbox, in the words of the machine. */
import type { Gateway } from '../../../machines/index.js';
import { GatewayRefused } from '../../openshell/errors.js';
import type { Phase, Sandbox, SandboxRef } from '../../openshell/port.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

export const refOf = ({ sandbox, workspace }: Gateway): SandboxRef => ({
  name: sandbox,
  workspace,
});

/**
 * The gateway's record, waited for while no gateway answers. Null: there is none.
 * @throws EngineSilent where it stays silent
 */
export async function recordOf(scope: ActorScope, gateway: Gateway): Promise<Sandbox | null> {
  try {
    return await reach(scope, () => scope.openshell.sandbox(refOf(gateway)));
  } catch (error) {
    if (error instanceof GatewayRefused && error.code === 'NotFound') return null;
    throw error;
  }
}

/** The phase, `none` where the gateway has no record. */
export const phaseOf = (record: Sandbox | null): Phase | 'none' => record?.phase ?? 'none';

/** The phase in the gateway's own word, and why. */
export function inItsWords(record: Sandbox | null): string {
  if (record === null) return 'the gateway has no record of the sandbox';
  const why = record.reason === null ? '' : ` (${record.reason})`;
  return `the gateway says ${record.rawPhase}${why}`;
}

/** What a gateway said instead of doing it. @throws what is no refusal */
export function refusalIn(error: unknown): GatewayRefused {
  if (error instanceof GatewayRefused) return error;
  throw error;
}
