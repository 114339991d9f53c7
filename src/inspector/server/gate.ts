/** Who may ask, and how. Pure: a request is judged by its head alone, before anything is done for it. */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Head {
  readonly method: string;
  /** As it stands in the request line. */
  readonly url: string;
  /** Name, value, name, value, as they were sent. */
  readonly rawHeaders: readonly string[];
}

export interface Keys {
  readonly port: number;
  /** Stands in the address that is printed. */
  readonly token: string;
  /** What a browser that has shown the token is given. */
  readonly session: string;
}

export type Verdict =
  | { readonly kind: 'refused'; readonly status: number; readonly why: string }
  /** It has shown the token: it gets the cookie. */
  | { readonly kind: 'exchange' }
  | { readonly kind: 'passed'; readonly path: string; readonly query: URLSearchParams };

const refused = (status: number, why: string): Verdict => ({ kind: 'refused', status, why });

/** Cookies know no ports: two inspectors at a time must not take each other's. */
export const cookieName = (port: number): string => `gpugraft-${port}`;

/** Takes as long for a wrong one as for the right one, whatever their lengths. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function headers({ rawHeaders }: Head, name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

function hasCookie(head: Head, { port, session }: Keys): boolean {
  const name = cookieName(port);
  const values = headers(head, 'cookie')
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  // Somebody who could plant a second one is no friend.
  return values.length === 1 && same(values[0] ?? '', session);
}

/**
 * - `Host` must be our own address: a name that was bound anew to 127.0.0.1 is not.
 * - `Origin`, where a browser says one, must be our own; so must what fetched it.
 * - Only GET, without a body: nothing here changes anything.
 * - The token once, then the cookie.
 */
export function judge(head: Head, keys: Keys): Verdict {
  const own = `127.0.0.1:${keys.port}`;
  const hosts = headers(head, 'host');
  if (hosts.length !== 1 || hosts[0] !== own) return refused(403, `this is ${own} alone`);
  if (headers(head, 'origin').some((origin) => origin !== `http://${own}`)) {
    return refused(403, 'another page must not ask');
  }
  if (head.method !== 'GET') return refused(405, 'there is nothing but GET');
  const lengths = headers(head, 'content-length').filter((length) => length !== '0');
  if (lengths.length > 0 || headers(head, 'transfer-encoding').length > 0) {
    return refused(400, 'a GET has no body');
  }
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(head.url)) return refused(400, 'not a path');
  const [path = '', ...rest] = head.url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const tokens = query.getAll('token');
  if (path === '/' && tokens.length > 0) {
    const isRight = tokens.length === 1 && same(tokens[0] ?? '', keys.token);
    return isRight ? { kind: 'exchange' } : refused(403, 'the token is another one');
  }
  if (!hasCookie(head, keys)) {
    return refused(401, 'open the address that gpugraft printed: it has a token');
  }
  const sites = headers(head, 'sec-fetch-site');
  if (sites.some((site) => site !== 'same-origin' && site !== 'none')) {
    return refused(403, 'another page must not ask');
  }
  return { kind: 'passed', path, query };
}
