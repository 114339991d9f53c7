import { z } from 'zod';
import { modeSchema } from './modes.js';

/** A full container ID: the only way a container is ever addressed once it is found. */
export const containerIdSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const restartPolicySchema = z.strictObject({
  name: z.string(),
  maximumRetryCount: z.number().int(),
});
export type RestartPolicyFacts = z.infer<typeof restartPolicySchema>;

/**
 * What a run remembers of the original. No environment value, label value or command is among
 * it: the journal holds no secret (invariant 19). `digest` stands for all of it.
 */
export const originalSchema = z.strictObject({
  id: containerIdSchema,
  /** Without the leading slash. */
  name: z.string(),
  /** SHA-256 over the configured part of its inspect: differs when somebody changed it. */
  digest: z.string(),
  /** The ID of the image that runs. */
  imageId: z.string(),
  policy: restartPolicySchema,
  running: z.boolean(),
  /** Its HEALTHCHECK read healthy when it was found; then a rollback must see that again. */
  healthy: z.boolean(),
  startedAt: z.string(),
});
export type Original = z.infer<typeof originalSchema>;

/**
 * How a container is attached again to what has the place of the one that it depends on: not at all
 * (it named it, and only for its volumes), by a restart (it named it), or by making it again (it
 * means that very container, by its ID or by a link).
 */
export const attachmentSchema = z.enum(['nothing', 'restart', 'recreation']);
export type Attachment = z.infer<typeof attachmentSchema>;

/** A container that depends on the original. */
export const dependentSchema = z.strictObject({
  /** Of what stands under its name now: one that was made again has another than it was found with. */
  id: containerIdSchema,
  name: z.string(),
  /** In words, after its name: `joins its network namespace`. */
  how: z.string(),
  attachment: attachmentSchema,
  /** It shares a namespace: it has to be started after what it shares it with. */
  joins: z.boolean(),
  /** Its own names (`--link`) for the original. */
  aliases: z.array(z.string()),
  /** Full ID of the container that it depends on: of a link to one that is gone, an inspect says only the name. */
  on: containerIdSchema,
  running: z.boolean(),
});
export type Dependent = z.infer<typeof dependentSchema>;

/** An image by its ID; nothing else says for sure which one is meant. */
export const imageIdSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What a commit of the writable layer has to do, as screening found it. */
export const burdenSchema = z.strictObject({
  /** Paths that the workload wrote or deleted. */
  paths: z.number().int().positive(),
  /** Bytes of the layer. */
  bytes: z.number().nonnegative(),
  /** Layers of the image that the commit adds one to. */
  layers: z.number().int().nonnegative(),
});
export type Burden = z.infer<typeof burdenSchema>;

/** The image that holds the writable layer of the original, made by a commit. */
export const carriedSchema = z.strictObject({
  imageId: imageIdSchema,
  /** Milliseconds that the commit took. */
  tookMs: z.number().nonnegative(),
  /** Layers of that image. */
  layers: z.number().int().nonnegative(),
});
export type Carried = z.infer<typeof carriedSchema>;

/** `container`: the stopped original, set aside; `snapshot`: what it can be made again from, once it is removed. */
export const backupKindSchema = z.enum(['container', 'snapshot']);
export type BackupKind = z.infer<typeof backupKindSchema>;

/** The OpenShell gateway that watches the container, as screening found it. */
export const gatewaySchema = z.strictObject({
  /** The name under which the gateway knows the sandbox. */
  sandbox: z.string(),
  /** From the container's label; null: gateways of that generation know none. */
  workspace: z.string().nullable(),
  /** It has `sandbox stop` and `sandbox start`: then a stop behind its back is an Error for good. */
  lifecycle: z.boolean(),
  /** It said Ready when the sandbox was found; then a rollback must see that again. */
  wasReady: z.boolean(),
});
export type Gateway = z.infer<typeof gatewaySchema>;

/** How the replacement is to be made; decided before it is made. */
export const planSchema = z.strictObject({
  /** What create names: the tag, if it still means the image that runs, otherwise the image ID. */
  image: z.string(),
  /** The candidate modes, in the order in which they are tried. */
  candidates: z.array(modeSchema).min(1),
  /** The writable layer is to be carried, so that the replacement can be made only after the stop; null: it is not. */
  carry: burdenSchema.nullable(),
  /** What a backup that is kept will be: the stopped original, or its snapshot. */
  backup: backupKindSchema,
  /** A DNS server for a sandbox that would inherit only resolvers of the host's own loopback; null: none is needed. */
  dns: z.string().nullable(),
  /** Null: no gateway watches the container. */
  gateway: gatewaySchema.nullable(),
});
export type ReplacementPlan = z.infer<typeof planSchema>;

export const ulimitSchema = z.strictObject({
  Name: z.string(),
  Soft: z.union([z.number(), z.string()]),
  Hard: z.union([z.number(), z.string()]),
});

/** What an original that was removed is made again from, beside its volumes and networks. */
export const snapshotSchema = z.strictObject({
  /** The run whose rescue document holds its inspect, from before the first change. */
  runId: z.string(),
  /** The image that it ran from, or that its layer was carried into. */
  imageId: imageIdSchema,
  /** By which name it asked for that image; where the name means another one by now, the ID is taken. */
  imageName: z.string(),
  daemonUlimits: z.array(ulimitSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

export const gpuProofSchema = z.strictObject({
  /**
   * `shown`: the GPU was seen to work, or a command that was asked for said yes; `requested`: the
   * request is in place, no more could be shown; `absent`: there is no request, and no GPU was seen.
   */
  level: z.enum(['shown', 'requested', 'absent', 'skipped']),
  detail: z.string(),
});
export type GpuProof = z.infer<typeof gpuProofSchema>;

/** What a run is for that makes a dependent again: its own run moves it from one container to another. */
export const rejoinSchema = z.strictObject({
  /** The run that it is a part of. */
  of: z.string(),
  /** Full ID of the container that it depends on so far. */
  from: containerIdSchema,
  /** The one that it is to depend on, and the name of that one. */
  to: containerIdSchema,
  toName: z.string(),
  /** Its own names (`--link`) for that container. */
  aliases: z.array(z.string()),
  /** It ran when it was found, whatever has become of it since. */
  running: z.boolean(),
  daemonUlimits: z.array(ulimitSchema),
});
export type Rejoin = z.infer<typeof rejoinSchema>;

/** Who holds a claim, as its labels say. */
export const holderSchema = z.strictObject({
  runId: z.string(),
  host: z.string(),
  pid: z.number().int(),
  stateDir: z.string(),
});
export type Holder = z.infer<typeof holderSchema>;

/**
 * A container of ours that must be gone when the run ends, or the image of a commit, whose name is
 * its comment. `id` null: its making was begun, no more is known.
 */
export const litterSchema = z.strictObject({
  kind: z.enum(['probe', 'rehearsal', 'replacement', 'recreated', 'image', 'claim']),
  name: z.string(),
  id: z.union([containerIdSchema, imageIdSchema]).nullable(),
});
export type Litter = z.infer<typeof litterSchema>;
