/** One schema for each kind of value that a flag or a variable can have; each message is one line. */
import { z } from 'zod';
import { deviceSelection, describeDevices } from '../docker/spec/devices.js';
import { splitWords } from './words.js';

/** @param most inclusive, as `least` is */
export function wholeNumber(least: number, most: number): z.ZodType<number, string> {
  return z.string().transform((text, context): number => {
    const value = Number(text);
    if (/^\d+$/.test(text.trim()) && value >= least && value <= most) return value;
    const message = `${JSON.stringify(text)} is not a whole number from ${least} to ${most}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

export function oneOf<const T extends string>(words: readonly T[]): z.ZodType<T, string> {
  return z.string().transform((text, context): T => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const message = `${JSON.stringify(text)} is not one of ${words.join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** A command as words; at least one, and its name is not empty. */
export const command: z.ZodType<string[], string> = z
  .string()
  .transform((text, context): string[] => {
    const words = wordsOf(text);
    if (typeof words !== 'string') return words;
    context.addIssue({ code: 'custom', message: words });
    return z.NEVER;
  });

function wordsOf(text: string): string[] | string {
  try {
    const words = splitWords(text);
    return words[0] === undefined || words[0] === '' ? 'it names no command' : words;
  } catch (error) {
    return (error as RangeError).message;
  }
}

/** Validated, and written as every other part of gpugraft writes it. */
export const devices: z.ZodType<string, string> = z
  .string()
  .pipe(deviceSelection)
  .transform(describeDevices) as z.ZodType<string, string>;

/** A word for the docker client: one that it could take for a flag would change the command. */
export const dockerWord: z.ZodType<string, string> = z
  .string()
  .refine((text) => /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(text), {
    error: (issue) => `${JSON.stringify(issue.input)} is not a name or an address`,
  });
