/** The readiness source `openshell`: what the gateway of a sandbox says of its supervisor (DESIGN section 6). */
import type { Clock } from '../clock.js';
import type { RawContainer } from '../docker/raw.js';
import { GatewayRefused, isGatewayError } from '../openshell/errors.js';
import type { OpenShellPort, Phase, Sandbox, SandboxRef } from '../openshell/port.js';
import { error, pending, ready } from './verdict.js';
import type { Verdict } from './verdict.js';

export interface SandboxPoll {
  readonly raw: RawContainer;
  readonly openshell: OpenShellPort;
  readonly ref: SandboxRef;
  /** The gateway has stop and start: Error is for good there. */
  readonly lifecycle: boolean;
}

/** Whether a command runs in the sandbox through its gateway; null: it was refused, or not answered. */
async function runs({ openshell, ref }: SandboxPoll): Promise<boolean | null> {
  try {
    return (await openshell.exec(ref, ['true'])).exitCode === 0;
  } catch (cause) {
    if (isGatewayError(cause)) return null;
    throw cause;
  }
}

const isStarting = ({ raw }: SandboxPoll): boolean => raw.State.Health?.Status === 'starting';
const isBack = ready('the gateway runs a command in it: its supervisor is back');

/**
 * First a command is run through the gateway, which refuses it unless the sandbox is Ready: that is
 * proof, whatever a list says that may lag behind. Then the list is read. A gateway that does not
 * answer gives no verdict.
 */
export async function askOpenShell(poll: SandboxPoll): Promise<Verdict> {
  if (isStarting(poll)) return pending('its health check is still starting');
  if ((await runs(poll)) === true) return isBack;
  try {
    return judge(await poll.openshell.sandbox(poll.ref), poll);
  } catch (cause) {
    if (cause instanceof GatewayRefused && cause.code === 'NotFound') return judge(null, poll);
    if (isGatewayError(cause)) return pending(`the gateway gives no answer: ${cause.message}`);
    throw cause;
  }
}

/** An older gateway lists its containers this often, and says until then what the last list showed. */
const LOOKS_EVERY_MS = 2000;
const AGAIN_MS = 200;

/**
 * For the first time after a swap. What an older gateway says then may be what it saw while the original
 * was down and not yet removed, which is Error: until it has looked again, only a command that it runs
 * counts, and the list is read after that.
 * @param signal ends it: the verdict is then of no account
 */
export async function askOnceLooked(
  poll: SandboxPoll,
  clock: Clock,
  signal: AbortSignal,
): Promise<Verdict> {
  const looked = clock.now() + LOOKS_EVERY_MS;
  while (!isStarting(poll) && clock.now() < looked && !signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if ((await runs(poll)) === true) return isBack;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await clock.sleep(AGAIN_MS, signal);
  }
  return askOpenShell(poll);
}

const errors: Partial<Record<Phase, (poll: SandboxPoll) => string>> = {
  error: ({ lifecycle }) =>
    lifecycle ? '; Error is for good at this gateway: only openshell sandbox delete is left' : '',
  deleting: () =>
    '; if nobody deletes it, this gateway is of the versions 0.0.90 to 0.0.104, which do not come back from that: only openshell sandbox delete is left',
  completed: () => '; its command is over',
};

function judge(record: Sandbox | null, poll: SandboxPoll): Verdict {
  if (record === null) {
    return error(
      'the gateway has no record of the sandbox: a record goes when no container has its labels',
    );
  }
  const why = record.reason === null ? '' : ` (${record.reason})`;
  const says = `the gateway says ${record.rawPhase}${why}`;
  const more = errors[record.phase];
  if (more !== undefined) return error(`${says}${more(poll)}`);
  return pending(
    record.phase === 'ready' ? `${says}, and runs no command in it yet` : `${says}, not Ready yet`,
  );
}
