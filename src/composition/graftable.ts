/** When a sandbox that is being made can be grafted: its gateway says so. */
import type { Failure } from '../../machines/index.js';
import type { Clock } from '../clock.js';
import { isGatewayError } from '../openshell/errors.js';
import type { OpenShellPort, Sandbox, SandboxRef } from '../openshell/port.js';

export interface Wait {
  readonly openshell: Pick<OpenShellPort, 'sandbox'>;
  readonly sandbox: SandboxRef;
  /** Error is for good at a gateway that stops and starts sandboxes; at an older one it may pass. */
  readonly lifecycle: boolean;
  readonly pollIntervalMs: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Ends it, as when the one who makes the sandbox has given up. */
  readonly signal: AbortSignal;
}

/**
 * Ready, at either kind of gateway: one that stops sandboxes stops none that is not, and the client
 * that makes it gives up on the Error that a gateway may see while the containers change places.
 * @returns null: it can be. Its reason otherwise, also where the wait was ended
 */
export async function untilGraftable(wait: Wait): Promise<Failure | null> {
  const until = wait.clock.now() + wait.timeoutMs;
  for (let said = 'it was not asked'; ;) {
    if (wait.signal.aborted || wait.clock.now() > until) return notReady(wait, said);
    // oxlint-disable-next-line no-await-in-loop -- one poll after the other
    const answer = await ask(wait);
    if (typeof answer === 'string') said = answer;
    else {
      const { phase, rawPhase } = answer;
      if (phase === 'ready') return null;
      said = `its gateway says ${rawPhase}`;
      if (phase === 'error' && wait.lifecycle) return notReady(wait, said);
    }
    // oxlint-disable-next-line no-await-in-loop -- as above
    await wait.clock.sleep(wait.pollIntervalMs, wait.signal);
  }
}

/** No answer is no verdict: it is asked again. */
async function ask({ openshell, sandbox, signal }: Wait): Promise<Sandbox | string> {
  try {
    const record = await openshell.sandbox(sandbox, { signal });
    return record ?? 'its gateway has no record of it';
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    return error.message;
  }
}

const notReady = ({ sandbox: { name } }: Wait, said: string): Failure => ({
  code: 'sandbox-not-ready',
  message: `the sandbox ${name} was not seen to be Ready: ${said}`,
  hint: `openshell sandbox get ${name} shows how it stands; gpugraft apply grafts it once it is Ready`,
});
