import { randomBytes } from 'node:crypto';

/** Sorts by time, and is unique without asking anybody: `20261123-231627-4f9a2c`. */
export function newRunId(now: number): string {
  const time = new Date(now).toISOString();
  const stamp = `${time.slice(0, 10).replaceAll('-', '')}-${time.slice(11, 19).replaceAll(':', '')}`;
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

/** Whether a word can be the ID of a run: letters, digits and dashes, no path. */
export const isRunId = (word: string): boolean => /^[0-9a-z][0-9a-z-]{5,39}$/.test(word);
