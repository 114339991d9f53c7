/** What the cleaner is to make of an rc file, said once more and as plainly as can be: one character is one byte. */

export const SHIM = '[ -f /tmp/nemoclaw-proxy-env.sh ] && . /tmp/nemoclaw-proxy-env.sh';
export const COMMENT = '# Source runtime proxy config';

const isLegacy = (line: string, shim: string): boolean =>
  line.includes('/tmp/nemoclaw-proxy-env.sh') || line.replace(/\r?\n?$/, '') === shim;

export function modelOf(file: string, shim: string): string {
  let out = '';
  /** A comment that waits for the next line to say whether it goes. */
  let waiting = '';
  for (const line of file.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (isLegacy(line, shim)) {
      waiting = '';
      continue;
    }
    out += waiting;
    waiting = '';
    if (line.replace(/\r?\n?$/, '') === COMMENT) waiting = line;
    else out += line;
  }
  return out + waiting;
}
