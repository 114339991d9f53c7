/** Phases of a sandbox, and what a container's state makes of one. */
import type { Traits } from './generation.js';
import type { ContainerStatus } from './watched.js';

export type Phase =
  | 'Provisioning'
  | 'Ready'
  | 'Error'
  | 'Deleting'
  | 'Stopping'
  | 'Stopped'
  | 'Starting';

/** A phase with the reason of its `Ready` condition. */
export interface Verdict {
  readonly phase: Phase;
  readonly reason: string;
}

export const ready: Verdict = { phase: 'Ready', reason: 'SupervisorConnected' };
export const notConnected: Verdict = { phase: 'Provisioning', reason: 'SupervisorNotConnected' };

const reasons: Record<ContainerStatus, Verdict> = {
  running: notConnected,
  created: { phase: 'Provisioning', reason: 'ContainerCreated' },
  exited: { phase: 'Error', reason: 'ContainerExited' },
  paused: { phase: 'Error', reason: 'ContainerPaused' },
  restarting: { phase: 'Error', reason: 'ContainerRestarting' },
  dead: { phase: 'Error', reason: 'ContainerDead' },
  removing: { phase: 'Deleting', reason: 'ContainerRemoving' },
};

/**
 * @param live whether a supervisor of the sandbox holds a session: whichever container looked at,
 *   that one may be another's
 */
export function seenAs(status: ContainerStatus, live: boolean, traits: Traits): Verdict {
  const seen = reasons[status];
  if (live && seen.phase === 'Provisioning') return ready;
  if (status === 'exited' && traits.lifecycle) return { ...seen, reason: 'MainProcessExited' };
  return seen;
}

/**
 * What becomes of a phase when a look shows `seen`. A sandbox that the gateway itself has stopped
 * stays so whatever happens to its containers.
 */
export function afterLook(now: Phase, seen: Verdict, traits: Traits): Verdict | null {
  if (now === 'Stopped' || now === 'Stopping') return null;
  if (now === 'Error' && traits.errorIsTerminal) return null;
  if (now === 'Deleting' && traits.deletingSticks) return null;
  if (now === 'Starting' && seen.phase === 'Provisioning') return null;
  return seen;
}

/** What a supervisor that connects, or is gone, makes of it: nothing, once it is Error or Deleting. */
export function afterSession(now: Phase, live: boolean): Verdict | null {
  if (now === 'Error' || now === 'Deleting' || now === 'Stopped' || now === 'Stopping') return null;
  if (live) return ready;
  return now === 'Ready' ? notConnected : null;
}
