/** Where a value came from: a flag wins over the environment (DESIGN section 7). */
import type { z } from 'zod';
import { UsageError } from './usage-error.js';

/** A value as the user wrote it, with what to call its place in an error: `--devices`, `GPUGRAFT_DEVICES`. */
export interface Given {
  readonly value: string;
  readonly source: string;
  readonly from: 'flag' | 'environment';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** `--ready-timeout` is `GPUGRAFT_READY_TIMEOUT` in the environment. */
export const environmentName = (flag: string): string =>
  `GPUGRAFT_${flag.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`;

/**
 * @param flag with its dashes
 * @param value what the flag was given; undefined when it was not
 * @param names further variables that are looked at after the flag's own one
 * @returns null when nobody said anything
 * @throws UsageError for an empty value: a variable that is set to nothing is a mistake, not a wish
 */
export function given(
  flag: string,
  value: string | undefined,
  env: Environment,
  names: readonly string[] = [],
): Given | null {
  const found: Given | null =
    value === undefined
      ? fromEnvironment([environmentName(flag), ...names], env)
      : { value, source: flag, from: 'flag' };
  if (found !== null && found.value.trim() === '') {
    const hint = found.from === 'flag' ? null : `unset ${found.source}, or give it a value`;
    throw new UsageError(`${found.source} is empty`, hint);
  }
  return found;
}

function fromEnvironment(names: readonly string[], env: Environment): Given | null {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) return { value, source: name, from: 'environment' };
  }
  return null;
}

/** Validates a value. @throws UsageError one line that names the source and what is wrong */
export function read<T>(schema: z.ZodType<T, string>, from: Given): T {
  const result = schema.safeParse(from.value);
  if (result.success) return result.data;
  throw new UsageError(`${from.source}: ${result.error.issues[0]?.message ?? 'not a valid value'}`);
}
