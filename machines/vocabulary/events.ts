import { z } from 'zod';
import { choiceSchema } from './choice.js';

/**
 * What comes from outside the machine. Everything else is the answer of an actor.
 * - `CANCEL`: the user wants out (SIGINT, SIGTERM, SIGHUP, an AbortSignal). Taken at once in a
 *   read-only wait, remembered in an acting state, without effect once the end is decided.
 * - `RECOVER`: a new process took the run over. `choice` answers a question that
 *   recovery asked, or says that a deferred run is to be finalized.
 */
export const externalEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('CANCEL'), by: z.string() }),
  z.strictObject({
    type: z.literal('RECOVER'),
    choice: choiceSchema.nullable(),
  }),
]);
export type ExternalEvent = z.infer<typeof externalEventSchema>;
