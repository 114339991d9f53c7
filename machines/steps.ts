/** One step of the machine, without an actor: what a driver does with it is its own. */
import { transition } from 'xstate';
import type { EventFrom, SnapshotFrom } from 'xstate';
import { graftMachine } from './graft.js';

type Machine = typeof graftMachine;

/**
 * XState makes an actor of the logic at each pure step, only for its scope, and works out the beginning
 * of that actor, which nobody sees: as much again as the step itself. This logic has no beginning.
 */
const onlySteps = Object.create(graftMachine, {
  getInitialSnapshot: { value: () => ({ status: 'active' }) },
}) as Machine;

/** As XState's `transition` of the graft machine: the next snapshot, and the actions that lead there. */
export const nextStep = (
  snapshot: SnapshotFrom<Machine>,
  event: EventFrom<Machine>,
): ReturnType<typeof transition<Machine>> => transition(onlySteps, snapshot, event);
