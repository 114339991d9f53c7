import { isGatewayError } from '../openshell/errors.js';
import type { OpenShellPort } from '../openshell/port.js';
import type { OpenShellFinding } from './diagnosis.js';

/** Milliseconds: the client is asked for its help texts, no gateway is. */
const PATIENCE_MS = 10_000;

export async function openShellFinding(
  openshell: OpenShellPort,
  signal: AbortSignal,
): Promise<OpenShellFinding> {
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    return { capabilities: await openshell.capabilities({ signal: both }), problem: null };
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    return { capabilities: null, problem: error.message };
  }
}
