/** Reads an engine's answer by its schema. */
import type { z } from 'zod';
import { EngineAnswerInvalid } from '../errors.js';
import { parseLossless } from '../lossless-json.js';
import type { Json } from '../raw.js';
import { shorten } from './classify.js';
import { MAX_MESSAGE_CHARS } from './options.js';

/**
 * @param what the call, for the error's text
 * @throws EngineAnswerInvalid naming the first field that is not as expected
 */
export function parseAnswer<T>(schema: z.ZodType<T>, body: Buffer, what: string): T {
  let value: Json;
  try {
    value = parseLossless(body.toString('utf8'));
  } catch {
    throw new EngineAnswerInvalid(`${what}: the answer is not JSON`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? '(top)' : issue.path.join('.');
  throw new EngineAnswerInvalid(`${what}: ${path}: ${issue?.message ?? 'not as expected'}`);
}

/** The text of an error answer: `message` of its JSON, or what there is; bounded, not sanitized. */
export function errorText(status: number, body: Buffer): { text: string; fromEngine: boolean } {
  const text = body.toString('utf8').trim();
  try {
    const value = JSON.parse(text) as unknown;
    if (
      typeof value === 'object' &&
      value !== null &&
      'message' in value &&
      typeof value.message === 'string'
    ) {
      return { text: shorten(value.message), fromEngine: true };
    }
  } catch {
    // Not the engine's JSON: a proxy in between, perhaps. Its words are shown as they are.
  }
  return {
    text: text === '' ? `HTTP status ${status}` : text.slice(0, MAX_MESSAGE_CHARS),
    fromEngine: false,
  };
}
