/** What the cleaner is called with: RC_FILE SHIM_TEXT UID. */

export interface Arguments {
  readonly file: string;
  /** The legacy line, without its line end. */
  readonly shim: string;
  /** Whose file it has to be; 0 may clean anybody's. */
  readonly uid: number;
}

/** One more would be the kernel's word for "nobody in particular". */
const LAST_UID = 2 ** 32 - 2;

/** @throws Error whose message is the one line to show */
export function parseArguments(words: readonly string[]): Arguments {
  const [file = '', shim = '', digits = ''] = words;
  if (words.length !== 3) {
    throw new Error(
      `usage: clean-runtime-shell-env-shim.mjs RC_FILE SHIM_TEXT UID (got ${words.length} arguments)`,
    );
  }
  if (file === '') throw new Error('RC_FILE is empty');
  // An empty one would be equal to every empty line, and one of several lines to none at all.
  if (shim === '') throw new Error('SHIM_TEXT is empty');
  if (/[\r\n]/.test(shim)) throw new Error('SHIM_TEXT is more than one line');
  const uid = Number(digits);
  if (!/^\d{1,10}$/.test(digits) || uid > LAST_UID)
    throw new Error(`UID is not a number: ${digits}`);
  return { file, shim, uid };
}
