import type { Context, Input } from './vocabulary/context.js';
import { putBackStopped } from './stopped.js';
import { replacementName } from './vocabulary/names.js';

/** The context of a run that has just begun. XState calls it without input on every pure step; then it is not used. */
export function initialContext(input: Input | undefined): Context {
  const { undo = null, ...given } = input ?? ({} as Partial<Input>);
  return {
    // Without an input XState throws the result away, so it only has to be there.
    ...(given as Omit<Input, 'undo'>),
    intent: undo === null ? 'graft' : 'undo',
    undoes: undo?.runId ?? null,
    engineId: undo?.engineId ?? null,
    original: undo?.original ?? null,
    dependents: [],
    reattached: 0,
    plan: null,
    candidate: 0,
    attempts: [],
    mode: undo?.mode ?? null,
    daemonUlimits: given.rejoin?.daemonUlimits ?? [],
    carried: null,
    replacement:
      undo === null
        ? null
        : {
            id: undo.replacementId,
            name: replacementName(undo.original.name, undo.runId),
            startAsked: true,
            startedAt: null,
            gone: false,
          },
    pendingNetworks: [],
    backup:
      undo === null
        ? null
        : {
            kind: undo.snapshot === null ? 'container' : 'snapshot',
            name: undo.backupName,
            removed: false,
            snapshot: undo.snapshot,
          },
    recreated: null,
    gateway: undo?.gateway ?? null,
    resumed: 'no',
    changed: false,
    stopSettled: true,
    stoppedPolicy: null,
    confirmed: false,
    originalStoppedAt: null,
    replacementStartedAt: null,
    originalRestartedAt: null,
    wait: { polls: 0, errors: 0, deadlineAt: null, last: null },
    upSinceAt: null,
    epoch: null,
    restarts: 0,
    acceptedRestarts: 0,
    repairs: 0,
    gpuProof: null,
    cancel: null,
    recoveries: 0,
    choice: null,
    question: null,
    failed: null,
    litter:
      undo === null || undo.carriedImage === null
        ? []
        : [{ kind: 'image', name: undo.carriedImage.mark, id: undo.carriedImage.id }],
    leftovers: [],
    warnings: undo === null ? [] : putBackStopped(undo.original),
    reason: null,
    secondReason: null,
    rolledBack: null,
    outcome: null,
    diagnostics: null,
  };
}
