import { z } from 'zod';

/**
 * Why something did not succeed, for programs (`code`, stable kebab-case), for people (`message`,
 * one line) and with what helps (`hint`, a command or a setting; null where nothing does).
 */
export const failureSchema = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  message: z.string(),
  hint: z.string().nullable(),
});
export type Failure = z.infer<typeof failureSchema>;

/** Something the user should know although the run goes on. */
export const warningSchema = z.strictObject({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof warningSchema>;

/**
 * The failure inside an `xstate.error.actor.*` event. The driver sends plain failures only;
 * anything else is a bug and is named as one, so that it still ends in a named outcome.
 */
export function failureOf(error: unknown): Failure {
  const parsed = failureSchema.safeParse(error);
  if (parsed.success) return parsed.data;
  return { code: 'internal', message: `unexpected: ${String(error)}`, hint: null };
}
