/**
 * The legacy stanza, found in bytes: an rc file may hold anything (CRLF, NUL, invalid UTF-8), and all
 * of it that is not the stanza has to come out as it went in.
 */

const COMMENT_LINES = ['\n', '\r\n'].map((end) =>
  Buffer.from(`# Source runtime proxy config${end}`),
);
/** Whatever a line does with this file, an earlier start script put it there. */
const PROXY_FILE = Buffer.from('/tmp/nemoclaw-proxy-env.sh');

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Where that comes next, at or after a place: Infinity is nowhere. Places may only grow, and then all of the file is searched once. */
function finder(bytes: Buffer, wanted: Buffer): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) {
      const at = bytes.indexOf(wanted, from);
      found = at === -1 ? Infinity : at;
    }
    return found;
  };
}

/** The line that a place is in, without its end. A carriage return counts as part of that only before a line feed, or at the very end of the file. */
function contentAround(
  bytes: Buffer,
  at: number,
): { start: number; content: Buffer; next: number } {
  const start = bytes.lastIndexOf(LINE_FEED, at) + 1;
  const feed = bytes.indexOf(LINE_FEED, at);
  let end = feed === -1 ? bytes.length : feed;
  if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
  return {
    start,
    content: bytes.subarray(start, end),
    next: feed === -1 ? bytes.length : feed + 1,
  };
}

/** Where the comment begins, if it is the line that ends there and no part of it lies before `from`; else where that line ends. */
function beforeComment(bytes: Buffer, from: number, end: number): number {
  for (const comment of COMMENT_LINES) {
    const start = end - comment.length;
    const isLine = start === 0 || bytes[start - 1] === LINE_FEED;
    if (start >= from && isLine && bytes.subarray(start, end).equals(comment)) return start;
  }
  return end;
}

/**
 * The file without the stanza: without every line that is the shim or names the proxy file, and
 * without the comment directly before such a line. A comment before any other line stays.
 *
 * Only lines in which one of the two is found are looked at: a file of nothing but line ends has millions,
 * and what is made for each would take more memory than many a container has.
 * @param shim a line without its end
 * @returns the very same buffer where there is no such line
 */
export function withoutStanza(bytes: Buffer, shim: string): Buffer {
  const wanted = Buffer.from(shim);
  const nextShim = finder(bytes, wanted);
  const nextProxy = finder(bytes, PROXY_FILE);
  const kept: Buffer[] = [];
  /** All before is kept or gone. */
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const proxy = nextProxy(at);
    const hit = Math.min(nextShim(at), proxy);
    if (hit === Infinity) break;
    const { start, content, next } = contentAround(bytes, hit);
    at = next;
    if (proxy >= next && !content.equals(wanted)) continue;
    const end = beforeComment(bytes, from, start);
    if (end > from) kept.push(bytes.subarray(from, end));
    from = next;
  }
  if (from === 0) return bytes;
  kept.push(bytes.subarray(from));
  return Buffer.concat(kept);
}
