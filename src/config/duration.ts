/** `100ms`, `2s`, `1.5m`, `1h`: a length of time as people write it, in whole milliseconds. */
import { z } from 'zod';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const PLAIN = /^\d+(?:\.\d+)?$/;

export interface Range {
  /** Milliseconds, both ends included. */
  readonly least: number;
  readonly most: number;
}

/**
 * @param plain what a number without a unit means: seconds (the seed's variables), or a mistake
 */
export function duration(
  range: Range,
  plain: 'seconds' | 'mistake' = 'mistake',
): z.ZodType<number, string> {
  return z.string().transform((text, context): number => {
    const ms = millisecondsIn(text.trim(), plain);
    const problem = typeof ms === 'string' ? ms : problemOf(ms, range, text);
    if (problem === null) return Math.round(ms as number);
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

/** The milliseconds, or what is wrong with the text. */
function millisecondsIn(text: string, plain: 'seconds' | 'mistake'): number | string {
  if (PLAIN.test(text)) {
    if (plain === 'seconds') return Number(text) * UNITS.s;
    return `${JSON.stringify(text)} has no unit: write ${text}s, or with ms, m or h`;
  }
  const parts = FORM.exec(text);
  if (parts === null) {
    return plain === 'seconds'
      ? `${JSON.stringify(text)} is not a number of seconds`
      : `${JSON.stringify(text)} is not a duration: write 100ms, 2s, 5m or 1h`;
  }
  return Number(parts[1]) * UNITS[parts[2] as keyof typeof UNITS];
}

function problemOf(ms: number, { least, most }: Range, text: string): string | null {
  if (ms >= least && ms <= most) return null;
  return `${text} is out of range: from ${durationText(least)} to ${durationText(most)}`;
}

/** In the largest unit that needs no fraction: 900000 reads `15m`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  const unit = (['h', 'm', 's'] as const).find((name) => ms % UNITS[name] === 0) ?? 'ms';
  return `${ms / UNITS[unit]}${unit}`;
}
