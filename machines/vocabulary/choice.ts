import { z } from 'zod';

/**
 * What a person answers when `recover` asks (`forward`, `back`, `abandon`), or, with `finalize`,
 * asks of a run that was deferred: the wait that was put off is done now.
 */
export const choiceSchema = z.enum(['forward', 'back', 'abandon', 'finalize']);
export type Choice = z.infer<typeof choiceSchema>;
/** The answers that a question takes. */
export type Answer = Exclude<Choice, 'finalize'>;
