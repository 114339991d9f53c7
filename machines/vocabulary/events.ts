import { z } from 'zod';

/**
 * What comes from outside the machine. Everything else is the answer of an actor.
 * - `CANCEL`: the user wants out (SIGINT, SIGTERM, SIGHUP, an AbortSignal). Taken at once in a
 *   read-only wait, remembered in an acting state, without effect once the end is decided.
 * - `RECOVER`: a new process took the run over. `choice` answers a question that recovery asked.
 */
export const externalEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('CANCEL'), by: z.string() }),
  z.strictObject({
    type: z.literal('RECOVER'),
    choice: z.enum(['forward', 'back', 'abandon']).nullable(),
  }),
]);
export type ExternalEvent = z.infer<typeof externalEventSchema>;
