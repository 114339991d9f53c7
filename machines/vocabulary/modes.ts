import { z } from 'zod';

/** How GPU access is asked for; `none` takes it away (DESIGN section 2). */
export const modeSchema = z.enum(['cdi', 'gpus', 'nvidia-runtime', 'none']);
export type Mode = z.infer<typeof modeSchema>;

/** One candidate mode that was tried, and how it went; the report's `attempts`. */
export const attemptSchema = z.strictObject({
  mode: modeSchema,
  ok: z.boolean(),
  reason: z.string().nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;
