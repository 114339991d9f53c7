/**
 * The legacy stanza, found in bytes: an rc file may hold anything (CRLF, NUL, invalid UTF-8), and all
 * of it that is not the stanza has to come out as it went in.
 */

const COMMENT = Buffer.from('# Source runtime proxy config');
/** Whatever a line does with this file, an earlier start script put it there. */
const PROXY_FILE = Buffer.from('/tmp/nemoclaw-proxy-env.sh');

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line with its end, whatever that is; the last one may have none. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end === -1 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

/** The same without its end. A carriage return counts as part of it only before a line feed, or at the very end of the file. */
function contentOf(line: Buffer): Buffer {
  let end = line.length;
  if (line[end - 1] === LINE_FEED) end -= 1;
  if (line[end - 1] === CARRIAGE_RETURN) end -= 1;
  return line.subarray(0, end);
}

/**
 * The file without the stanza: without every line that is the shim or names the proxy file, and
 * without the comment directly before such a line. A comment before any other line stays.
 * @returns the very same buffer where there is no such line
 */
export function withoutStanza(bytes: Buffer, shim: string): Buffer {
  const wanted = Buffer.from(shim);
  // Most files are clean, and are not even cut into lines.
  if (!bytes.includes(wanted) && !bytes.includes(PROXY_FILE)) return bytes;
  const lines = linesOf(bytes);
  const legacy = lines.map((line) => line.includes(PROXY_FILE) || contentOf(line).equals(wanted));
  const kept = lines.filter(
    (line, at) =>
      legacy[at] === false && !(legacy[at + 1] === true && contentOf(line).equals(COMMENT)),
  );
  return kept.length === lines.length ? bytes : Buffer.concat(kept);
}
