import { z } from 'zod';
import { modeSchema } from './modes.js';

const milliseconds = z.number().int().nonnegative();

/**
 * What the user asked for, already validated and with every default filled in. All limits of the
 * machine come from here: it holds no number of its own.
 */
export const optionsSchema = z.strictObject({
  mode: z.union([z.literal('auto'), modeSchema]),
  /** `all`, `0,1`, `GPU-…`, `MIG-…`; `all` where the mode is `none`. */
  devices: z.string(),
  layer: z.enum(['carry', 'discard', 'refuse']),
  backup: z.enum(['auto', 'container', 'snapshot']),
  keepBackup: z.boolean(),
  /** The run rests once the replacement is there, and `finalize` waits for its supervisor. */
  defer: z.boolean(),
  /** Containers that depend on the original are attached again to what takes its place. */
  allowDependents: z.boolean(),
  /** `host`: the replacement runs in the network of the engine's host. */
  network: z.enum(['preserve', 'host']),
  ready: z.enum(['auto', 'running', 'health', 'command', 'openshell']),
  /** The argv that runs inside the replacement when `ready` is `command`; exit 0 means ready. */
  readyCommand: z.array(z.string()).nullable(),
  readyTimeoutMs: milliseconds,
  pollIntervalMs: milliseconds,
  /** Consecutive error polls that fail the wait. 15 by the seed's rule, about 30 s at 2 s a poll. */
  errorDebounce: z.number().int().positive(),
  stableForMs: milliseconds,
  /** The bound on polls that goes with the deadline, so that the machine is finite. */
  maxPolls: z.number().int().positive(),
  /** How often a replacement that went down with its engine is started again. */
  maxRestarts: z.number().int().nonnegative(),
  /** How often a container that does not verify is put right once more before the run is stranded. */
  maxRepairs: z.number().int().nonnegative(),
  /** Seconds of grace for the original's stop; null leaves it to the container's own setting. */
  stopTimeoutS: z.number().int().nonnegative().nullable(),
  gpuProof: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('auto') }),
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('command'), argv: z.array(z.string()).min(1) }),
  ]),
  /** How long one step waits for an engine that does not answer before the run is left open. */
  engineTimeoutMs: milliseconds,
});
export type Options = z.infer<typeof optionsSchema>;
