/** One line of a journal: what it says, and how it proves that it is whole. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** The form of the lines. A journal with a higher number is refused, not guessed at. */
export const JOURNAL_FORMAT = 1;

const lineSchema = z.strictObject({
  format: z.number().int(),
  /** The version of the machine that wrote it. */
  machine: z.string(),
  runId: z.string(),
  /** Counts from 1, without a gap. */
  seq: z.number().int().positive(),
  /** ISO time of the writing. */
  at: z.string(),
  /** What moved the machine: an event with its data; null in the first line. */
  event: z.record(z.string(), z.unknown()).nullable(),
  /** The state entered, such as `cutover.quiescingOriginal`. */
  state: z.string(),
  /** What the machine goes on from: XState's persisted snapshot. */
  snapshot: z.record(z.string(), z.unknown()),
});
export type JournalLine = z.infer<typeof lineSchema>;

const sumOf = (body: string): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 16);

/** The sum stands in front, so that a torn line can never pass for a whole one. */
export function encodeLine(line: JournalLine): string {
  const body = JSON.stringify(line);
  return `${sumOf(body)} ${body}\n`;
}

/** What reading a line can end in. `torn`: not whole, as a crash leaves it. */
export type Decoded =
  | { readonly kind: 'line'; readonly line: JournalLine }
  | { readonly kind: 'torn' }
  | { readonly kind: 'foreign'; readonly why: string };

export function decodeLine(text: string): Decoded {
  const space = text.indexOf(' ');
  const body = text.slice(space + 1);
  if (space !== 16 || sumOf(body) !== text.slice(0, 16)) return { kind: 'torn' };
  const value = parsed(body);
  const format = z.looseObject({ format: z.number() }).safeParse(value);
  if (format.success && format.data.format > JOURNAL_FORMAT) {
    return {
      kind: 'foreign',
      why: `it was written by a newer gpugraft (format ${format.data.format})`,
    };
  }
  const line = lineSchema.safeParse(value);
  if (!line.success) return { kind: 'foreign', why: 'a line of it is not a journal line' };
  return { kind: 'line', line: line.data };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Sealed, but not by us: no value has the form of a line.
    return null;
  }
}
