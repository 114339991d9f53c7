/**
 * The machine's parts: its types, the names of its actors, its guards (positive predicates) and
 * its actions (assignments, all named `record…`). The phases put them together.
 */
import { assign, fromPromise, setup } from 'xstate';
import type { PromiseActorLogic } from 'xstate';
import { attemptSchema } from './vocabulary/modes.js';
import type { Attempt } from './vocabulary/modes.js';
import type { ActorInput, ActorName, ActorOutput } from './vocabulary/contracts.js';
import { actorNames } from './vocabulary/contracts.js';
import type { Context, Input } from './vocabulary/context.js';
import type { ExternalEvent } from './vocabulary/events.js';
import type { Failure, Warning } from './vocabulary/failure.js';
import type {
  Carried,
  Litter,
  Original,
  ReplacementPlan,
  RestartPolicyFacts,
} from './vocabulary/facts.js';
import type { StateMeta } from './vocabulary/meta.js';
import * as facts from './derive.js';
import * as joined from './dependents.js';
import * as failures from './failures.js';
import { withoutForecasts } from './stopped.js';
import { conditions } from './conditions.js';
import { verdicts } from './verdicts.js';

type DeclaredActors = { [N in ActorName]: PromiseActorLogic<ActorOutput<N>, ActorInput<N>> };

/**
 * The machine only names its actors. The driver runs the real ones beside it; a live
 * `createActor` of the bare machine fails at its first actor with this message.
 */
const declaredActors = Object.fromEntries(
  actorNames.map((name) => [
    name,
    fromPromise(() =>
      Promise.reject(
        new Error(`actor ${name} is run by the driver, or given with machine.provide`),
      ),
    ),
  ]),
) as unknown as DeclaredActors;

export const graftSetup = setup({
  types: {
    context: {} as Context,
    input: {} as Input,
    events: {} as ExternalEvent,
    meta: {} as StateMeta,
  },
  actors: declaredActors,
  guards: { ...verdicts, ...conditions },
  actions: {
    recordCancel: assign((_, params: { by: string }) => ({ cancel: { by: params.by } })),
    recordRecovery: assign(({ context }, params: { choice: Context['choice'] }) => ({
      recoveries: context.recoveries + 1,
      choice: params.choice,
      question: null,
      // A wish of the process that died: the new one has been told what to do.
      cancel: null,
      // A wait that an earlier --forward began is over with its process: who comes later is asked.
      wait: context.choice === 'forward' ? { ...context.wait, deadlineAt: 0 } : context.wait,
    })),
    recordLocated: assign((_, params: { id: string; engineId: string }) => ({
      target: params.id,
      engineId: params.engineId,
    })),
    recordOriginal: assign(({ context }, params: Original) => ({
      original: facts.asFound(context, params),
    })),
    recordDependents: assign(({ context }, params: ActorOutput<'findDependents'>) =>
      joined.found(context, params),
    ),
    recordReattaching: assign({ reattached: 0 }),
    recordReattached: assign(({ context }, params: ActorOutput<'reattachDependent'>) =>
      joined.attached(context, params),
    ),
    recordUnattached: assign(({ context }, params: Failure) => joined.unattached(context, params)),
    recordPlan: assign(({ context }, params: { plan: ReplacementPlan; warnings: Warning[] }) => ({
      plan: params.plan,
      gateway: params.plan.gateway,
      warnings: facts.withWarnings(context, params.warnings),
    })),
    recordUnchanged: assign((_, params: { mode: Context['mode'] }) => ({
      mode: params.mode,
      outcome: 'unchanged' as const,
    })),

    /** Before the act, so that the journal knows the name ahead of the container. */
    recordLitter: assign(({ context }, params: Litter) => ({
      litter: [...context.litter.filter((l) => l.name !== params.name), params],
    })),
    recordLitterGone: assign(({ context }, params: { name: string }) => ({
      litter: context.litter.filter((l) => l.name !== params.name),
    })),
    recordLeftover: assign(({ context }, params: { left: Litter; reason: Failure }) => ({
      litter: context.litter.filter((l) => l.name !== params.left.name),
      leftovers:
        params.left.kind === 'image' ? context.leftovers : [...context.leftovers, params.left.name],
      warnings: [...context.warnings, failures.leftoverWarning(params.left, params.reason)],
    })),

    recordAttempt: assign(({ context }, params: Attempt) => ({
      attempts: [...context.attempts, attemptSchema.parse(params)],
      mode: params.ok ? params.mode : context.mode,
    })),
    /** No mode is to blame where the container itself is not there any more. */
    recordOriginalGone: assign(({ context }, params: Failure) =>
      params.code === failures.CONTAINER_GONE ? { reason: context.reason ?? params } : {},
    ),
    recordDaemonUlimits: assign((_, params: { daemonUlimits: Context['daemonUlimits'] }) => ({
      daemonUlimits: params.daemonUlimits,
    })),
    recordNextCandidate: assign(({ context }) => ({ candidate: context.candidate + 1 })),

    recordReplacementName: assign(({ context }) => ({
      replacement: facts.unmadeReplacement(context),
      backup: {
        kind: facts.known(context.plan, 'the plan').backup,
        name: facts.backupNameOf(context),
        removed: null,
        snapshot: null,
      },
    })),
    recordReplacement: assign(
      ({ context }, params: { id: string; networks: string[]; warnings: Warning[] }) => ({
        replacement: { ...facts.unmadeReplacement(context), id: params.id },
        pendingNetworks: params.networks,
        warnings: facts.withWarnings(context, params.warnings),
      }),
    ),
    /** What stood in for it is gone: the next one starts with a wait of its own. */
    recordReplacementUnmade: assign(({ context }) => ({
      replacement: facts.unmadeReplacement(context),
      replacementStartedAt: null,
      wait: { polls: 0, errors: 0, deadlineAt: null, last: null },
      upSinceAt: null,
    })),
    recordCarried: assign(({ context }, params: Carried) => ({
      carried: params,
      litter: context.litter.map((litter) =>
        litter.kind === 'image' ? { ...litter, id: params.imageId } : litter,
      ),
      // What it would cost is no news any more.
      warnings: facts.withWarnings(
        { warnings: context.warnings.filter(({ code }) => code !== 'layer-commit') },
        [failures.carriedWarning(context, params)],
      ),
    })),
    recordConnected: assign(({ context }) => ({
      pendingNetworks: context.pendingNetworks.slice(1),
    })),

    /** A replacement whose ID is known is no litter any more: the way back takes it down. */
    recordFirstChange: assign(({ context }) => ({
      changed: true,
      litter: context.litter.filter(
        (l) => l.kind !== 'replacement' || (context.replacement?.id ?? null) === null,
      ),
    })),
    recordStopAsked: assign({ stopSettled: false }),
    recordStopped: assign((_, params: { finishedAt: string; policy: RestartPolicyFacts }) => ({
      stopSettled: true,
      stoppedPolicy: params.policy,
      originalStoppedAt: params.finishedAt,
    })),
    /** The gateway refused: no stop of ours can land any more. */
    recordStopRefused: assign({ stopSettled: true }),
    recordResumeAsked: assign({ resumed: 'asked' as const }),
    recordResumed: assign({ resumed: 'yes' as const }),
    recordResumeRefused: assign({ resumed: 'no' as const }),
    recordStartAsked: assign(({ context }) => ({
      replacement: context.replacement && { ...context.replacement, startAsked: true },
    })),
    recordStarted: assign(
      ({ context }, params: { startedAt: string; epoch: string | null; at: number }) => ({
        replacement: context.replacement && { ...context.replacement, startedAt: params.startedAt },
        replacementStartedAt: context.replacementStartedAt ?? params.startedAt,
        epoch: params.epoch,
        upSinceAt: params.at,
        wait: {
          ...context.wait,
          deadlineAt: context.wait.deadlineAt ?? params.at + context.options.readyTimeoutMs,
        },
      }),
    ),
    /** A new process waits on: what the old one saw counts, what it had no time to write is taken from the fresh look. */
    recordWaitTakenOver: assign(
      ({ context }, params: { startedAt: string | null; epoch: string | null; at: number }) => ({
        replacement: context.replacement && {
          ...context.replacement,
          startedAt: context.replacement.startedAt ?? params.startedAt,
        },
        epoch: context.epoch ?? params.epoch,
        upSinceAt: context.upSinceAt ?? params.at,
        wait: {
          ...context.wait,
          deadlineAt: context.wait.deadlineAt ?? params.at + context.options.readyTimeoutMs,
        },
      }),
    ),
    /** The last proof counts, and what it warns of. */
    recordProof: assign(
      ({ context }, params: { proof: NonNullable<Context['gpuProof']>; warnings: Warning[] }) => ({
        gpuProof: params.proof,
        warnings: facts.withWarnings(facts.withoutProofWarnings(context), params.warnings),
      }),
    ),

    /** Of a replacement that is not to run nothing more can be shown. */
    recordRequested: assign((_, params: NonNullable<Context['gpuProof']>) => ({
      gpuProof: params,
    })),

    /** An error adds one to the count; anything else sets it to nothing (the debounce). */
    recordPoll: assign(({ context }, params: { verdict: string; reason: string }) => ({
      wait: {
        ...context.wait,
        polls: context.wait.polls + 1,
        errors: params.verdict === 'error' ? context.wait.errors + 1 : 0,
        last: { verdict: params.verdict, reason: params.reason },
      },
    })),
    recordRestart: assign(({ context }) => ({ restarts: context.restarts + 1 })),
    recordRepair: assign(({ context }) => ({ repairs: context.repairs + 1 })),
    /** A person said that it stays: what it did until now is no failure, and the wait begins anew. */
    recordNewWait: assign(({ context }, params: { at: number; restartCount: number }) => ({
      acceptedRestarts: params.restartCount,
      wait: {
        polls: 0,
        errors: 0,
        last: null,
        deadlineAt: params.at + context.options.readyTimeoutMs,
      },
    })),
    /** The image of a carried layer is the replacement's from here on. */
    recordConfirmed: assign(({ context }) => ({
      confirmed: true,
      litter: context.litter.filter((l) => l.kind !== 'image'),
    })),
    /** Before the original goes: whatever becomes of its removal, this is a backup. */
    recordSnapshot: assign(({ context }) => ({
      backup: context.backup && { ...context.backup, snapshot: facts.snapshotOf(context) },
    })),
    recordRetired: assign(({ context }, params: { warnings: Warning[] }) => ({
      backup: context.backup && { ...context.backup, removed: false },
      warnings: facts.withWarnings(context, params.warnings),
    })),
    /** It was seen to stand: what can be started is a better backup than what can be made. */
    recordUnretired: assign(({ context }, params: Failure) => ({
      backup: context.backup && {
        ...context.backup,
        kind: 'container' as const,
        removed: false,
        snapshot: null,
      },
      warnings: facts.withWarnings(context, [failures.unrehearsedWarning(context, params)]),
    })),
    /** Whether it stands is not known: its snapshot is kept as well. */
    recordRetirementOpen: assign(({ context }, params: Failure) => ({
      backup: context.backup && { ...context.backup, removed: false },
      warnings: facts.withWarnings(context, [failures.unretiredWarning(context, params)]),
    })),
    /** What cannot be made again is not removed. */
    recordUnrehearsed: assign(({ context }, params: Failure) => ({
      backup: context.backup && { ...context.backup, kind: 'container' as const, removed: false },
      warnings: facts.withWarnings(context, [failures.unrehearsedWarning(context, params)]),
    })),
    recordRecreating: assign(
      ({ context }, params: { id: string; networks: string[]; warnings: Warning[] }) => ({
        recreated: params.id,
        pendingNetworks: params.networks,
        warnings: facts.withWarnings(context, params.warnings),
      }),
    ),
    /** From here on it is the original: an ID is all that it is told by. */
    recordRecreated: assign(({ context }) => ({
      original: {
        ...facts.originalOf(context),
        id: facts.known(context.recreated, 'the original that was made again'),
      },
      backup: context.backup && {
        kind: 'container' as const,
        name: facts.recreatedNameOf(context),
        removed: false,
        snapshot: null,
      },
      // The image that it was made from is its own from here on.
      litter: context.litter.filter(
        ({ kind, id }) => kind !== 'recreated' && id !== context.backup?.snapshot?.imageId,
      ),
      warnings: facts.withWarnings(context, [failures.recreatedWarning(context)]),
    })),
    recordBackupRemoved: assign(({ context }, params: { warnings: Warning[] }) => ({
      backup: context.backup && { ...context.backup, removed: true },
      warnings: facts.withWarnings(context, params.warnings),
    })),
    recordBackupLeaked: assign(({ context }, params: Failure) => ({
      backup: context.backup && { ...context.backup, removed: false },
      warnings: [
        ...context.warnings,
        {
          code: 'backup-leaked',
          message: `the backup ${context.backup?.name ?? ''} could not be removed and is still there: ${params.message}${params.hint === null ? '' : `; ${params.hint}`}`,
        },
      ],
    })),
    recordBackupKept: assign(({ context }) => ({
      backup: context.backup && { ...context.backup, removed: context.backup.removed ?? false },
    })),
    /** What stood for it has done its work: nothing is kept that it could be made again from. */
    recordSnapshotDropped: assign(({ context }) => ({
      backup: context.backup && { ...context.backup, removed: true, snapshot: null },
    })),
    /** It was seen to stand after all: nothing has to be made again. */
    recordStillThere: assign(({ context }) => ({
      backup: context.backup && { ...context.backup, removed: null, snapshot: null },
    })),
    recordDeferred: assign({ outcome: 'deferred' as const }),
    recordUndeferred: assign({ outcome: null }),
    recordQuestion: assign((_, params: Failure) => ({ question: params })),
    /** What failed becomes the question; the way back, if it is chosen, will have a reason of its own. */
    recordKept: assign(({ context }) => ({
      question: failures.keptFailure(context),
      failed: failures.failureSoFar(context),
      reason: null,
      cancel: null,
    })),
    /** The same where the gateway was told to start the sandbox. */
    recordBeyondReturn: assign(({ context }) => ({
      question: failures.beyondReturnFailure(context),
      failed: failures.failureSoFar(context),
      reason: null,
      cancel: null,
    })),
    /** There is no replacement that a choice could keep. */
    recordNothingToKeep: assign(({ context }) => ({
      choice: context.choice === 'back' ? context.choice : null,
    })),

    /** Why the run turned away from its way; the first reason is the one that counts. */
    recordReason: assign(({ context }, params: Failure) => ({ reason: context.reason ?? params })),
    recordRefused: assign(({ context }, params: Failure) => ({
      reason: context.reason ?? params,
      outcome: 'refused' as const,
    })),
    /** What was asked for cannot be done: that counts, not the asking. */
    recordRefusedAfterAll: assign((_, params: Failure) => ({
      reason: params,
      outcome: 'refused' as const,
    })),
    recordGrafted: assign(({ context }, params: ActorOutput<'verifyReplacement'>) => ({
      ...facts.withBackupSeen(context, params),
      outcome: 'grafted' as const,
    })),
    recordReplacementGone: assign(({ context }) => ({
      replacement: context.replacement && { ...context.replacement, gone: true },
    })),
    recordParted: assign(({ context }, params: { name: string }) => ({
      leftovers: [...context.leftovers, params.name],
      warnings: [
        ...context.warnings,
        {
          code: 'leftover',
          message: `the failed replacement could not be removed; it stands stopped as ${params.name}`,
        },
      ],
    })),
    recordRestarted: assign((_, params: { startedAt: string }) => ({
      originalRestartedAt: params.startedAt,
    })),
    /** What could not be shown in the replacement is no news of the original. */
    recordRolledBack: assign(({ context }) => ({
      warnings: withoutForecasts(facts.withoutProofWarnings(context).warnings),
      rolledBack: true,
      outcome: 'rolledBack' as const,
    })),
    recordStranded: assign(({ context }, params: Failure) => ({
      outcome: 'stranded' as const,
      rolledBack:
        context.rolledBack === null && context.reason !== null ? false : context.rolledBack,
      reason: context.reason ?? params,
      secondReason: context.reason === null ? null : params,
      // What the original can be made again from stays, whatever else goes.
      litter: context.litter.filter(
        ({ id }) => id === null || id !== context.backup?.snapshot?.imageId,
      ),
      ...joined.left(context),
    })),
    /** What stands where is said by the last look; this says why. */
    recordNotApart: assign(({ context }, params: Failure) => ({
      warnings: facts.withWarnings(context, [
        { code: params.code, message: `the replacement was not taken down: ${params.message}` },
      ]),
    })),
    recordDiagnostics: assign((_, params: { folder: string }) => ({ diagnostics: params.folder })),
  },
});
