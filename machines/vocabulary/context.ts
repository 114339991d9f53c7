import { z } from 'zod';
import { choiceSchema } from './choice.js';
import { failureSchema, warningSchema } from './failure.js';
import {
  backupKindSchema,
  carriedSchema,
  containerIdSchema,
  gatewaySchema,
  gpuProofSchema,
  holderSchema,
  imageIdSchema,
  litterSchema,
  originalSchema,
  dependentSchema,
  planSchema,
  rejoinSchema,
  restartPolicySchema,
  snapshotSchema,
  ulimitSchema,
} from './facts.js';
import { attemptSchema, modeSchema } from './modes.js';
import { optionsSchema } from './options.js';

export const outcomeSchema = z.enum([
  'grafted',
  'unchanged',
  'refused',
  'rolledBack',
  'stranded',
  'deferred',
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Where the replacement stands. `startedAt` (the engine's clock) is null until a start was seen. */
export const replacementSchema = z.strictObject({
  id: containerIdSchema.nullable(),
  name: z.string(),
  /** A start was asked for: from then on it may hold data that somebody needs. */
  startAsked: z.boolean(),
  startedAt: z.string().nullable(),
  gone: z.boolean(),
});

/** A finished run that kept its backup, given to the new run that undoes it. */
export const undoSchema = z.strictObject({
  runId: z.string(),
  engineId: z.string(),
  original: originalSchema,
  replacementId: containerIdSchema,
  backupName: z.string(),
  mode: modeSchema.nullable(),
  /** The image of the carried layer, which goes with the replacement; null: none was carried. */
  carriedImage: z.strictObject({ mark: z.string(), id: imageIdSchema }).nullable(),
  /** What is left of an original that was retired; null: it stands by, stopped. */
  snapshot: snapshotSchema.nullable(),
  /** The gateway that watches the container; null: none. */
  gateway: gatewaySchema.nullable(),
});
export type Undo = z.infer<typeof undoSchema>;

/** A run's whole memory: plain JSON, no secret, checked when written and when read. */
export const contextSchema = z.strictObject({
  runId: z.string().regex(/^[0-9a-z][0-9a-z-]{5,39}$/),
  /** What the user named: a container's name or ID. */
  target: z.string(),
  intent: z.enum(['graft', 'undo']),
  /** The finished run whose kept backup this one puts back; null when it grafts. */
  undoes: z.string().nullable(),
  /** Given: a run that makes a dependent of another run's container again. */
  rejoin: rejoinSchema.nullable(),
  options: optionsSchema,
  holder: holderSchema,
  /** Milliseconds since the epoch, by the clock of the machine that runs gpugraft. */
  beganAt: z.number(),

  /** The engine's own ID, pinned: a run never goes on at another engine. */
  engineId: z.string().nullable(),
  original: originalSchema.nullable(),
  plan: planSchema.nullable(),
  /** Index into `plan.candidates`: the mode being proven, then the mode chosen. */
  candidate: z.number().int().nonnegative(),
  attempts: z.array(attemptSchema),
  mode: modeSchema.nullable(),
  /** The engine's default ulimits, as a started probe showed them. */
  daemonUlimits: z.array(ulimitSchema),

  /** What depends on the container, as it stands now. */
  dependents: z.array(dependentSchema),
  /** How many of them are dealt with, on the way that the run is on. */
  reattached: z.number().int().nonnegative(),
  /** The writable layer of the original, committed; null: it was clean, or is not committed yet. */
  carried: carriedSchema.nullable(),
  replacement: replacementSchema.nullable(),
  /** IDs of the networks that are still to be connected to the replacement. */
  pendingNetworks: z.array(z.string()),
  backup: z
    .strictObject({
      kind: backupKindSchema,
      /** Of the stopped original. */
      name: z.string(),
      removed: z.boolean().nullable(),
      /** The original was removed, and this is what it can be made again from. */
      snapshot: snapshotSchema.nullable(),
    })
    .nullable(),
  /** The original, made again from its snapshot and not yet compared; null: it was not. */
  recreated: containerIdSchema.nullable(),
  /** The first change to the original has been decided on: from here on, failing means going back. */
  changed: z.boolean(),
  /** The gateway that watches the container; null: none. */
  gateway: gatewaySchema.nullable(),
  /**
   * Whether a gateway with a lifecycle was asked to start the sandbox again. From the asking on
   * nothing goes back by itself: an Error is for good there.
   */
  resumed: z.enum(['no', 'asked', 'yes']),
  /** Every stop of the original that was asked for has been answered. */
  stopSettled: z.boolean(),
  /** The restart policy that the original had when it was seen down. */
  stoppedPolicy: restartPolicySchema.nullable(),
  /** The decision, durable, that the replacement stays. */
  confirmed: z.boolean(),
  /** By the engine's clock: the downtime lies between the first of these and one of the others. */
  originalStoppedAt: z.string().nullable(),
  replacementStartedAt: z.string().nullable(),
  originalRestartedAt: z.string().nullable(),

  wait: z.strictObject({
    polls: z.number().int().nonnegative(),
    /** Error polls in a row; anything else sets it to 0. */
    errors: z.number().int().nonnegative(),
    deadlineAt: z.number().nullable(),
    last: z.strictObject({ verdict: z.string(), reason: z.string() }).nullable(),
  }),
  /** When we last saw the replacement start, in milliseconds by our clock. */
  upSinceAt: z.number().nullable(),
  /** The engine's epoch when the replacement was started. */
  epoch: z.string().nullable(),
  restarts: z.number().int().nonnegative(),
  /** The replacement's RestartCount when a person said that it stays: so many are no failure any more. */
  acceptedRestarts: z.number().int().nonnegative(),
  repairs: z.number().int().nonnegative(),
  gpuProof: gpuProofSchema.nullable(),

  cancel: z.strictObject({ by: z.string() }).nullable(),
  recoveries: z.number().int().nonnegative(),
  /** What the user answered when `recover` asked: see `assessingRecovery`. */
  choice: choiceSchema.nullable(),
  /** What a person is asked while the run rests; null while it does not. */
  question: failureSchema.nullable(),
  /** What failed before the run rested; null: nothing did. */
  failed: failureSchema.nullable(),

  litter: z.array(litterSchema),
  /** Names of the containers of ours that could not be removed. */
  leftovers: z.array(z.string()),
  warnings: z.array(warningSchema),
  /** Why the run turned away from its way. */
  reason: failureSchema.nullable(),
  /** Why the way back failed as well. */
  secondReason: failureSchema.nullable(),
  rolledBack: z.boolean().nullable(),
  outcome: outcomeSchema.nullable(),
  diagnostics: z.string().nullable(),
});
export type Context = z.infer<typeof contextSchema>;

export const inputSchema = contextSchema
  .pick({ runId: true, target: true, options: true, holder: true, beganAt: true })
  .extend({ undo: undoSchema.nullable(), rejoin: rejoinSchema.nullable() });
export type Input = z.infer<typeof inputSchema>;
