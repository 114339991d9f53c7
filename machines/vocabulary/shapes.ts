/** What several actors are given, or answer, in the same form: the contracts are put together from these. */
import { z } from 'zod';
import { failureSchema, warningSchema } from './failure.js';
import {
  containerIdSchema as id,
  holderSchema,
  litterSchema,
  rejoinSchema,
  restartPolicySchema,
  ulimitSchema,
} from './facts.js';
import { modeSchema } from './modes.js';
import { optionsSchema } from './options.js';

export const nothing = z.strictObject({});
export const one = z.strictObject({ id });
/** The original ran, so the replacement must. */
export const isToRun = z.boolean();

/** What the replacement's specification is derived from, beside the original's inspect. */
export const requestSchema = z.strictObject({
  /** Null: its GPU access stays as it is. */
  mode: modeSchema.nullable(),
  devices: z.string(),
  network: optionsSchema.shape.network,
  image: z.string(),
  daemonUlimits: z.array(ulimitSchema),
  /** The DNS server that it is given beside its own; null: none. */
  dns: z.string().nullable(),
  /** Given: it is a dependent, and made again for the container that it depends on. */
  rejoin: rejoinSchema.nullable(),
});
export type GpuRequest = z.infer<typeof requestSchema>;

export const pair = z.strictObject({ originalId: id, replacementId: id });
export const comparison = {
  input: pair.extend({ request: requestSchema }),
  output: z.strictObject({ differences: z.array(z.string()) }),
};
export const creation = {
  input: z.strictObject({ originalId: id, name: z.string(), request: requestSchema }),
  output: z.strictObject({
    id,
    /** IDs of the networks that the engine's API did not take at create. */
    networks: z.array(z.string()),
    warnings: z.array(warningSchema),
  }),
};
export const claim = {
  input: z.strictObject({
    /** The name that is the lock. */
    name: z.string(),
    originalId: id,
    originalName: z.string(),
    replacementId: id.nullable(),
    holder: holderSchema,
    /** Given: the claim is the rehearsal too, made from the full specification. */
    rehearse: requestSchema.nullable(),
  }),
  output: z.discriminatedUnion('claimed', [
    z.strictObject({ claimed: z.literal(true), id }),
    z.strictObject({
      claimed: z.literal(false),
      holder: holderSchema.nullable(),
      message: z.string(),
      /** What helps depends on whether the holder lives, and on whether its run is over. */
      hint: z.string(),
    }),
  ]),
};
/** `imageId`: an image that surely is there, for the container that wins a name to prove it free. */
export const removal = { input: litterSchema.extend({ imageId: z.string() }), output: nothing };
export const stop = {
  input: z.strictObject({ id, graceS: z.number().nullable() }),
  output: z.strictObject({
    finishedAt: z.string(),
    exitCode: z.number(),
    /** As the look that saw it down showed it. */
    policy: restartPolicySchema,
  }),
};
export const removalOfBackup = {
  input: pair.extend({ backupName: z.string(), replacementName: z.string(), isToRun }),
  output: z.discriminatedUnion('result', [
    z.strictObject({ result: z.literal('removed'), warnings: z.array(warningSchema) }),
    z.strictObject({ result: z.literal('leaked'), reason: failureSchema }),
    z.strictObject({ result: z.literal('replacementDown'), reason: failureSchema }),
  ]),
};
/** A look at the end of a way: either all is as promised, or what is amiss in one line. */
export const verification = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('verified') }),
  z.strictObject({ verdict: z.literal('amiss'), reason: failureSchema }),
]);
