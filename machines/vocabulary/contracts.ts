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
  dependentSchema,
  gatewaySchema,
  gpuProofSchema,
  holderSchema,
  originalSchema,
  planSchema,
  rejoinSchema,
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

import { assessRecovery, pollSupervisor } from './waits.js';

export type { GpuRequest } from './shapes.js';

const refusedByGateway = z.strictObject({
  verdict: z.literal('refused'),
  reason: failureSchema,
});

export const contracts = {
  locateOriginal: {
    input: z.strictObject({ target: z.string() }),
    output: z.strictObject({ id, name: z.string(), engineId: z.string() }),
  },
  inspectOriginal: { input: one, output: originalSchema },
  screenOriginal: {
    input: z.strictObject({ id, options: optionsSchema, rejoin: rejoinSchema.nullable() }),
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
    /** `running`: whether what they will depend on runs then. */
    input: z.strictObject({ id, name: z.string(), running: z.boolean(), options: optionsSchema }),
    output: z.strictObject({
      dependents: z.array(dependentSchema),
      /** Why one of them could not be attached again; null: all of them can be, or none is to be. */
      reason: failureSchema.nullable(),
      warnings: z.array(warningSchema),
    }),
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
    /** Of a dependent it is known that it ran, though it may be down by now. */
    input: z.strictObject({ original: originalSchema, rejoin: rejoinSchema.nullable() }),
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
      gateway: gatewaySchema.nullable(),
    }),
    output: nothing,
  },
  createAhead: creation,
  connectNetwork: { input: comparison.input.extend({ network: z.string() }), output: nothing },
  compareReplacement: comparison,
  claimReplacement: {
    /** `place`: the name that an undoing gives back to the original; nobody else may have it. */
    input: claim.input.extend({ place: z.string().nullable() }),
    output: claim.output,
  },

  stopOriginal: stop,
  /** Through the gateway, which would take a stop behind its back for an Error. */
  stopSandbox: {
    input: z.strictObject({ id, gateway: gatewaySchema }),
    output: z.discriminatedUnion('verdict', [
      stop.output.extend({ verdict: z.literal('stopped') }),
      refusedByGateway,
    ]),
  },
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
      mode: modeSchema.nullable(),
      devices: z.string(),
    }),
    output: verification,
  },
  proveGpu: {
    input: z.strictObject({
      id,
      epoch: z.string().nullable(),
      mode: modeSchema.nullable(),
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
  resumeSandbox: {
    input: pair.extend({ gateway: gatewaySchema }),
    output: z.discriminatedUnion('verdict', [
      z.strictObject({ verdict: z.literal('resumed') }),
      /** It was not accepted, so that the way back is open. */
      refusedByGateway,
    ]),
  },
  pollSupervisor,
  pauseBetweenPolls: {
    input: z.strictObject({ ms: z.number(), deadlineAt: z.number() }),
    output: z.strictObject({ at: z.number() }),
  },
  assessRecovery,

  reattachDependent: {
    input: z.strictObject({
      dependent: dependentSchema,
      /** Which one it is, from 1, and which way the run goes: what the run that makes it again is named by. */
      number: z.number().int().positive(),
      way: z.enum(['forward', 'back']),
      /** Whether its run may be cancelled: not once this one is decided. */
      cancellable: z.boolean(),
      /** What it depends on so far, and what it is to depend on. */
      from: id.nullable(),
      to: id,
      toName: z.string(),
      options: optionsSchema,
      daemonUlimits: z.array(ulimitSchema),
    }),
    output: z.strictObject({
      /** Of what stands under its name now. */
      id,
      /** What it depends on now. */
      on: id,
      /** What was done to it, first of all. */
      warnings: z.array(warningSchema),
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
      gateway: gatewaySchema.nullable(),
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
    output: z.discriminatedUnion('verdict', [
      z.strictObject({
        verdict: z.literal('verified'),
        /** What the original is called now; null: there is none any more. */
        backupName: z.string().nullable(),
      }),
      z.strictObject({ verdict: z.literal('amiss'), reason: failureSchema }),
    ]),
  },
  removeLitter: removal,
  releaseClaim: removal,

  proveWayBack: {
    /** With a snapshot the original is gone, and what it was made of must be there. */
    input: z.strictObject({
      original: originalSchema,
      snapshot: snapshotSchema.nullable(),
      /** Where the volumes are seen now. */
      replacementId: id.nullable(),
      gateway: gatewaySchema.nullable(),
    }),
    output: z.discriminatedUnion('proven', [
      z.strictObject({
        proven: z.literal(true),
        /** What comes back: the container that stands by, or one made again. */
        from: z.enum(['original', 'snapshot']),
      }),
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
      gateway: gatewaySchema.nullable(),
      reason: failureSchema,
      /** It is about to be taken down, and its logs with it. */
      goes: z.boolean(),
      /** There is a bundle of this run already, of what failed first: it is kept beside the new one. */
      again: z.boolean(),
    }),
    output: z.strictObject({ folder: z.string() }),
  },
  settleStop: stop,
  stopReplacement: {
    input: z.strictObject({ id, originalId: id, graceS: z.number().nullable() }),
    output: nothing,
  },
  disarmReplacement: { input: one, output: nothing },
  removeReplacement: { input: z.strictObject({ id, originalId: id }), output: nothing },
  partFromReplacement: {
    input: z.strictObject({ id, originalId: id, name: z.string() }),
    output: nothing,
  },
  restoreName: { input: z.strictObject({ id, name: z.string() }), output: nothing },
  restorePolicy: { input: z.strictObject({ id, policy: restartPolicySchema }), output: nothing },
  restartOriginal: {
    input: pair.extend({ replacementId: id.nullable() }),
    /** By the engine's clock. */
    output: z.strictObject({ startedAt: z.string() }),
  },
  /** Through the gateway, to which no other container of the sandbox may be seen. */
  resumeOriginal: {
    input: z.strictObject({ originalId: id, gateway: gatewaySchema }),
    output: z.strictObject({ startedAt: z.string() }),
  },
  verifyOriginal: {
    input: z.strictObject({
      original: originalSchema,
      replacementId: id.nullable(),
      /** Null: no gateway has to read the sandbox ready again. */
      gateway: gatewaySchema.nullable(),
      /** How long a health check, or the gateway, may take to say so again. */
      healthyWithinMs: z.number(),
    }),
    output: verification,
  },
} as const;

export type ActorName = keyof typeof contracts;
export type ActorInput<N extends ActorName> = z.infer<(typeof contracts)[N]['input']>;
export type ActorOutput<N extends ActorName> = z.infer<(typeof contracts)[N]['output']>;
export const actorNames = Object.keys(contracts) as ActorName[];
