/** What goes into and comes out of the wait for a supervisor, and of the look at one that was interrupted. */
import { z } from 'zod';
import { failureSchema } from './failure.js';
import { containerIdSchema as id, gatewaySchema, originalSchema } from './facts.js';
import { optionsSchema } from './options.js';
import { pair } from './shapes.js';

export const pollSupervisor = {
  input: pair.extend({
    ready: optionsSchema.shape.ready,
    readyCommand: optionsSchema.shape.readyCommand,
    /** Null: no gateway watches it. */
    gateway: gatewaySchema.nullable(),
    /** How often it was asked before. */
    polls: z.number().int().nonnegative(),
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
} as const;

export const assessRecovery = {
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
} as const;
