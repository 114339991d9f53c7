/**
 * What goes into and comes out of every actor, as zod schemas: the border between the machine
 * and the world. The driver checks both sides, so the machine never sees an answer of another
 * form. An actor that cannot do its work fails with a `Failure`.
 */
import { z } from 'zod';
import { failureSchema, warningSchema } from './failure.js';
import {
  burdenSchema,
  carriedSchema,
  containerIdSchema as id,
  gpuProofSchema,
  holderSchema,
  originalSchema,
  planSchema,
  restartPolicySchema,
  snapshotSchema,
  ulimitSchema,
} from './facts.js';
import { modeSchema } from './modes.js';
import { optionsSchema } from './options.js';
import {
  claim,
  comparison,
  creation,
  isToRun,
  nothing,
  one,
  pair,
  removal,
  removalOfBackup,
  requestSchema,
  stop,
  verification,
} from './shapes.js';

export type { GpuRequest } from './shapes.js';

export const contracts = {
  locateOriginal: {
    input: z.strictObject({ target: z.string() }),
    output: z.strictObject({ id, name: z.string(), engineId: z.string() }),
  },
  inspectOriginal: { input: one, output: originalSchema },
  screenOriginal: {
    input: z.strictObject({ id, options: optionsSchema }),
    output: z.discriminatedUnion('verdict', [
      z.strictObject({
        verdict: z.literal('eligible'),
        plan: planSchema,
        warnings: z.array(warningSchema),
      }),
      z.strictObject({ verdict: z.literal('unchanged'), mode: modeSchema }),
      z.strictObject({ verdict: z.literal('refused'), reason: failureSchema }),
    ]),
  },
  findDependents: {
    input: z.strictObject({ id, name: z.string() }),
    output: z.strictObject({ dependents: z.array(z.string()) }),
  },

  createProbe: {
    input: z.strictObject({
      name: z.string(),
      originalId: id,
      mode: modeSchema,
      devices: z.string(),
      holder: holderSchema,
    }),
    output: one,
  },
  startProbe: {
    input: one,
    output: z.strictObject({
      ok: z.boolean(),
      reason: z.string().nullable(),
      daemonUlimits: z.array(ulimitSchema),
    }),
  },
  removeProbe: removal,

  claimContainer: claim,
  inspectUnderClaim: {
    input: z.strictObject({ original: originalSchema }),
    output: z.strictObject({ changed: z.string().nullable() }),
  },
  compareRehearsal: {
    input: z.strictObject({ originalId: id, claimId: id, request: requestSchema }),
    output: comparison.output,
  },
  writeRescue: {
    input: z.strictObject({
      runId: z.string(),
      original: originalSchema,
      replacementName: z.string(),
      backupName: z.string(),
    }),
    output: nothing,
  },
  createAhead: creation,
  connectNetwork: { input: comparison.input.extend({ network: z.string() }), output: nothing },
  compareReplacement: comparison,
  claimReplacement: claim,

  stopOriginal: stop,
  disarmOriginal: {
    /** The policy that it was seen to have when it was seen down; null: nobody looked. */
    input: z.strictObject({ id, policy: restartPolicySchema.nullable() }),
    output: nothing,
  },
  checkLayer: {
    input: z.strictObject({ id, layer: optionsSchema.shape.layer }),
    output: z.strictObject({ dirty: z.array(z.string()) }),
  },
  stopUnfit: { input: z.strictObject({ id, graceS: z.number().nullable() }), output: nothing },
  removeUnfit: { input: one, output: nothing },
  snapshotOriginal: {
    input: z.strictObject({
      id,
      /** The comment that marks the image as this run's. */
      mark: z.string(),
      /** What it has to do; null: only what was written while it stopped. */
      burden: burdenSchema.nullable(),
    }),
    output: carriedSchema,
  },
  createReplacement: creation,
  setOriginalAside: { input: z.strictObject({ id, name: z.string() }), output: nothing },
  nameReplacement: { input: pair.extend({ name: z.string() }), output: nothing },
  startReplacement: {
    input: pair.extend({ name: z.string(), backupName: z.string() }),
    output: z.strictObject({
      /** By the engine's clock, as inspect has it. */
      startedAt: z.string(),
      epoch: z.string().nullable(),
      /** Milliseconds since the epoch, by our clock: the wait's deadline counts from it. */
      at: z.number(),
    }),
  },

  watchContainer: {
    input: z.strictObject({ id, epoch: z.string().nullable() }),
    output: z.discriminatedUnion('verdict', [
      z.strictObject({ verdict: z.literal('up') }),
      z.strictObject({ verdict: z.literal('down'), reason: failureSchema }),
    ]),
  },
  inspectStopped: {
    input: z.strictObject({
      original: originalSchema,
      replacementId: id,
      backupName: z.string(),
      mode: modeSchema,
      devices: z.string(),
    }),
    output: verification,
  },
  proveGpu: {
    input: z.strictObject({
      id,
      epoch: z.string().nullable(),
      mode: modeSchema,
      devices: z.string(),
      gpuProof: optionsSchema.shape.gpuProof,
    }),
    output: z.discriminatedUnion('verdict', [
      z.strictObject({
        verdict: z.literal('proven'),
        proof: gpuProofSchema,
        warnings: z.array(warningSchema),
      }),
      z.strictObject({ verdict: z.literal('disproven'), reason: failureSchema }),
    ]),
  },
  pollSupervisor: {
    input: pair.extend({
      ready: optionsSchema.shape.ready,
      readyCommand: optionsSchema.shape.readyCommand,
      stableForMs: z.number(),
      deadlineAt: z.number(),
      /** When the replacement was last seen to start, by our clock. */
      upSinceAt: z.number(),
      /** The StartedAt that was seen then, by the engine's clock. */
      startedAt: z.string().nullable(),
      /** So many restarts by its policy are accepted. */
      acceptedRestarts: z.number().int().nonnegative(),
      epoch: z.string().nullable(),
    }),
    output: z.strictObject({
      /**
       * `ready`; `pending`; `error` counts towards the debounce; `failed` is definite;
       * `interrupted`: the engine was restarted and the replacement is down for that reason only.
       */
      verdict: z.enum(['ready', 'pending', 'error', 'failed', 'interrupted']),
      reason: z.string(),
      at: z.number(),
    }),
  },
  pauseBetweenPolls: {
    input: z.strictObject({ ms: z.number(), deadlineAt: z.number() }),
    output: z.strictObject({ at: z.number() }),
  },
  assessRecovery: {
    input: z.strictObject({
      original: originalSchema,
      /** Null: it was not made yet. */
      replacementId: id.nullable(),
      startAsked: z.boolean(),
      /** Null: the process died before it had seen the start, from which a deadline counts. */
      deadlineAt: z.number().nullable(),
      readyTimeoutMs: z.number(),
    }),
    output: z.strictObject({
      /**
       * `back`: the way back is open and nothing of worth is lost by it; `wait`: the replacement
       * is up and its deadline has not passed; `ask`: only a person can decide; `restored`: the
       * same, and the replacement cannot stay, for somebody put the original back; `gone`: neither
       * container exists any more.
       */
      situation: z.enum(['back', 'wait', 'ask', 'restored', 'gone']),
      reason: failureSchema,
      /** What the replacement's inspect says now, for a wait that goes on. */
      /** How often its policy has started it again. */
      restartCount: z.number().int().nonnegative(),
      startedAt: z.string().nullable(),
      epoch: z.string().nullable(),
      at: z.number(),
    }),
  },

  /** Made from the snapshot, and never started. */
  rehearseSnapshot: {
    input: z.strictObject({
      originalId: id,
      name: z.string(),
      snapshot: snapshotSchema,
      holder: holderSchema,
    }),
    output: one,
  },
  compareSnapshot: {
    input: z.strictObject({ rehearsalId: id, snapshot: snapshotSchema }),
    output: comparison.output,
  },
  /** How the original is made again by hand takes the place of how it is started by hand. */
  writeSnapshot: {
    input: z.strictObject({
      original: originalSchema,
      snapshot: snapshotSchema,
      /** Where the volumes are seen now. */
      replacementId: id,
    }),
    output: nothing,
  },
  removeBackup: removalOfBackup,
  retireOriginal: removalOfBackup,
  reviveReplacement: { input: pair.extend({ name: z.string() }), output: nothing },
  /** If both run, the replacement is stopped. */
  keepApart: {
    input: pair.extend({ replacementId: id.nullable(), graceS: z.number().nullable() }),
    output: nothing,
  },
  verifyReplacement: {
    input: pair.extend({
      name: z.string(),
      policy: restartPolicySchema,
      isToRun,
      backup: z.enum(['removed', 'kept']),
    }),
    output: verification,
  },
  removeLitter: removal,
  releaseClaim: removal,

  proveWayBack: {
    /** With a snapshot the original is gone, and what it was made of must be there. */
    input: z.strictObject({ original: originalSchema, snapshot: snapshotSchema.nullable() }),
    output: z.discriminatedUnion('proven', [
      z.strictObject({ proven: z.literal(true) }),
      z.strictObject({ proven: z.literal(false), reason: failureSchema }),
    ]),
  },
  recreateOriginal: {
    input: z.strictObject({
      name: z.string(),
      /** Where the volumes are seen now. */
      replacementId: id,
      snapshot: snapshotSchema,
    }),
    output: creation.output,
  },
  claimRecreated: claim,
  reconnectOriginal: {
    input: z.strictObject({ id, network: z.string(), snapshot: snapshotSchema }),
    output: nothing,
  },
  compareOriginal: {
    input: z.strictObject({ id, snapshot: snapshotSchema }),
    output: comparison.output,
  },
  collectDiagnostics: {
    input: z.strictObject({
      original: originalSchema,
      replacementId: id.nullable(),
      reason: failureSchema,
    }),
    output: z.strictObject({ folder: z.string() }),
  },
  settleStop: stop,
  stopReplacement: {
    input: z.strictObject({ id, graceS: z.number().nullable() }),
    output: nothing,
  },
  disarmReplacement: { input: one, output: nothing },
  removeReplacement: { input: one, output: nothing },
  partFromReplacement: { input: z.strictObject({ id, name: z.string() }), output: nothing },
  restoreName: { input: z.strictObject({ id, name: z.string() }), output: nothing },
  restorePolicy: { input: z.strictObject({ id, policy: restartPolicySchema }), output: nothing },
  restartOriginal: {
    input: pair.extend({ replacementId: id.nullable() }),
    /** By the engine's clock. */
    output: z.strictObject({ startedAt: z.string() }),
  },
  verifyOriginal: {
    input: z.strictObject({
      original: originalSchema,
      replacementId: id.nullable(),
      /** How long a health check may take to say healthy again. */
      healthyWithinMs: z.number(),
    }),
    output: verification,
  },
} as const;

export type ActorName = keyof typeof contracts;
export type ActorInput<N extends ActorName> = z.infer<(typeof contracts)[N]['input']>;
export type ActorOutput<N extends ActorName> = z.infer<(typeof contracts)[N]['output']>;
export const actorNames = Object.keys(contracts) as ActorName[];
