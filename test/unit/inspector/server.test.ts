/** Who may ask the inspector, and what is answered: a table of requests that no page of ours makes. */
import * as net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Library } from '../../../src/inspector/library.js';
import { serveInspector } from '../../../src/inspector/server/server.js';
import type { Inspector } from '../../../src/inspector/server/server.js';
import { assets, linesOf, over, runId, stateWith, textOf } from './support.js';

let inspector: Inspector;
let [port, token] = [0, ''];
beforeEach(async () => {
  const state = stateWith(
    textOf(linesOf({}, { state: 'grafted', snapshot: over({ outcome: 'grafted' }) })),
  );
  inspector = await serveInspector({
    library: new Library(state),
    assets,
    keepsAlive: true,
    stately: false,
  });
  const url = new URL(inspector.url);
  [port, token] = [Number(url.port), url.searchParams.get('token') ?? ''];
});
afterEach(() => inspector.close());

/** Sends bytes as they are. @returns all that comes back, until the connection ends or nothing more comes */
function raw(bytes: string, patienceMs = 400): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    const end = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(patienceMs, end);
    socket.on('data', (data) => (text += data.toString('utf8')));
    socket.on('close', end);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? end() : reject(error),
    );
  });
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly host?: string | null;
  readonly cookie?: string | null;
}

async function ask({ method = 'GET', path = '/', headers = [], host, cookie }: Ask) {
  const own = host === undefined ? `127.0.0.1:${port}` : host;
  const answer = await raw(
    [
      `${method} ${path} HTTP/1.1`,
      ...(own === null ? [] : [`Host: ${own}`]),
      ...(cookie === null ? [] : [`Cookie: ${cookie ?? (await session())}`]),
      ...headers,
      'Connection: close',
      '\r\n',
    ].join('\r\n'),
  );
  const [head = '', ...body] = answer.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
    head,
    body: body.join('\r\n\r\n'),
  };
}

/** The cookie that the token is exchanged for. */
async function session(): Promise<string> {
  const { head } = await ask({ path: `/?token=${token}`, cookie: null });
  return /Set-Cookie: ([^;]+)/i.exec(head)?.[1] ?? '';
}

describe('the token', () => {
  it('is exchanged for a cookie that no script and no other site gets', async () => {
    const { status, head, body } = await ask({ path: `/?token=${token}`, cookie: null });
    expect(status).toBe(200);
    expect(head).toMatch(
      new RegExp(`Set-Cookie: gpugraft-${port}=[\\w-]{22}; Path=/; HttpOnly; SameSite=Strict\r\n`),
    );
    // It stands in no address any more, and is not the cookie.
    expect(body).toContain('url=/"');
    expect(body).not.toContain(token);
    expect(head.replace(/^GET.*$/m, '')).not.toContain(token);
  });

  it('has 128 bits, and is another one for each server', async () => {
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
    const other = await serveInspector({
      library: new Library('/nowhere'),
      assets,
      keepsAlive: true,
      stately: false,
    });
    expect(new URL(other.url).searchParams.get('token')).not.toBe(token);
    await other.close();
  });

  it.each([`/runs/${runId}`, '/'])(
    'leads on to the run that was named, and nowhere else',
    async (to) => {
      const wanted = to === '/' ? 'run=//evil.example/' : `run=${runId}`;
      const { body } = await ask({ path: `/?token=${token}&${wanted}`, cookie: null });
      expect(body).toContain(`url=${to}"`);
    },
  );
});

describe('a page of ours', () => {
  it.each([
    ['/', 'text/html'],
    [`/runs/${runId}`, 'text/html'],
    [`/runs/${runId}/film`, 'application/json'],
    ['/runs', 'application/json'],
    ['/app.js', 'text/javascript'],
    ['/app.css', 'text/css'],
    ['/icon.svg', 'image/svg+xml'],
  ])('gets %s, which may do little', async (path, type) => {
    const { status, head } = await ask({
      path,
      headers: [`Origin: http://127.0.0.1:${port}`, 'Sec-Fetch-Site: same-origin'],
    });
    expect(status).toBe(200);
    expect(head).toContain(`Content-Type: ${type}`);
    expect(head).toContain("Content-Security-Policy: default-src 'none'; ");
    expect(head).not.toMatch(/unsafe-|Access-Control/);
    for (const line of [
      'X-Content-Type-Options: nosniff',
      'Cache-Control: no-store',
      'Referrer-Policy: no-referrer',
    ])
      expect(head).toContain(line);
  });

  it('gets a film of the run', async () => {
    const { body } = await ask({ path: `/runs/${runId}/film` });
    const film = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as object;
    expect(film).toMatchObject({ schema: 1, runId, frames: [{ seq: 1 }, { seq: 2, over: true }] });
  });

  it('hears what has come since, and the end of the server', async () => {
    const cookie = await session();
    const heard = raw(
      `GET /runs/${runId}/news?after=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`,
      3000,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await inspector.close();
    const text = await heard;
    expect(text).toContain('"seq":2');
    expect(text).not.toContain('"seq":1,');
    expect(text).toContain('event: end');
  });
});

describe('the page for Stately', () => {
  it.each(['/stately', `/runs/${runId}/stately`, '/stately.js'])(
    'is not there unless it was asked for: %s',
    async (path) => {
      expect((await ask({ path })).status).toBe(404);
      expect(inspector.statelyUrlOf(runId)).toBeNull();
    },
  );

  it('may have that one origin in a frame, and nothing else', async () => {
    const state = stateWith(textOf(linesOf({})));
    const other = await serveInspector({
      library: new Library(state),
      assets,
      keepsAlive: true,
      stately: true,
    });
    const url = new URL(other.statelyUrlOf(runId) ?? '');
    const first = await fetch(url);
    expect(await first.text()).toContain(`url=/runs/${runId}/stately"`);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = await fetch(new URL(`/runs/${runId}/stately`, url), { headers: { cookie } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain('frame-src https://stately.ai');
    expect(policy.replace('frame-src https://stately.ai', '')).not.toMatch(/https?:/);
    await other.close();
  });
});

describe('a request that no page of ours makes', () => {
  const evil = 'evil.example';
  it.each<[string, number, Ask]>([
    ['by a name that was bound anew to this machine', 403, { host: evil }],
    ['by that name with our port', 403, { host: `${evil}:PORT` }],
    ['by localhost, which cookies would not follow', 403, { host: 'localhost:PORT' }],
    ['by our address and another port', 403, { host: '127.0.0.1:1' }],
    ['by our address without a port', 403, { host: '127.0.0.1' }],
    ['by another way to write our address', 403, { host: '127.1:PORT' }],
    ['by our address in a name', 403, { host: `127.0.0.1:PORT.${evil}` }],
    ['by nothing', 400, { host: null }],
    ['by two hosts', 403, { headers: [`Host: ${evil}`] }],
    ['from another page', 403, { headers: [`Origin: http://${evil}`] }],
    ['from a page without an origin', 403, { headers: ['Origin: null'] }],
    ['from another port of this machine', 403, { headers: ['Origin: http://127.0.0.1:1'] }],
    ['from our address by https', 403, { headers: ['Origin: https://127.0.0.1:PORT'] }],
    ['fetched by another site', 403, { headers: ['Sec-Fetch-Site: cross-site'] }],
    ['fetched by a sister of ours', 403, { headers: ['Sec-Fetch-Site: same-site'] }],
    ['without a cookie', 401, { cookie: null }],
    ['with another cookie', 401, { cookie: 'gpugraft-PORT=AAAAAAAAAAAAAAAAAAAAAA' }],
    ['with the token for a cookie', 401, { cookie: 'gpugraft-PORT=TOKEN' }],
    ['with an empty cookie', 401, { cookie: 'gpugraft-PORT=' }],
    ['with two cookies', 401, { cookie: 'gpugraft-PORT=x; gpugraft-PORT=y' }],
    ['with the cookie of another port', 401, { cookie: 'gpugraft-1=AAAAAAAAAAAAAAAAAAAAAA' }],
    ['with a wrong token', 403, { path: '/?token=AAAAAAAAAAAAAAAAAAAAAA', cookie: null }],
    ['with an empty token', 403, { path: '/?token=', cookie: null }],
    ['with the token twice', 403, { path: '/?token=TOKEN&token=TOKEN', cookie: null }],
    ['with the beginning of the token', 403, { path: '/?token=TOKE', cookie: null }],
    ['with the token at another path', 401, { path: '/runs?token=TOKEN', cookie: null }],
    ['with the token, by another host', 403, { path: '/?token=TOKEN', cookie: null, host: evil }],
    [
      'with the token, from another page',
      403,
      { path: '/?token=TOKEN', cookie: null, headers: [`Origin: http://${evil}`] },
    ],
    ...['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE'].map(
      (method): [string, number, Ask] => [`to ${method}`, 405, { method }],
    ),
    ['with a body', 400, { headers: ['Content-Length: 4'] }],
    ['with a body in pieces', 400, { headers: ['Transfer-Encoding: chunked'] }],
    ['for a file above', 404, { path: '/../../etc/passwd' }],
    ['for a file above, written otherwise', 404, { path: '/%2e%2e/%2e%2e/etc/passwd' }],
    ['for a run above', 404, { path: '/runs/../../../etc/passwd' }],
    ['for a run above, written otherwise', 404, { path: '/runs/..%2f..%2fetc/film' }],
    ['for a run by backslashes', 404, { path: String.raw`/runs/..\..\etc` }],
    ['for a file of the server', 404, { path: '/app.js.map' }],
    ['for the journal itself', 404, { path: `/runs/${runId}/journal.jsonl` }],
    ['for the rescue document', 404, { path: `/runs/${runId}/rescue.json` }],
    ['for a run that is none', 404, { path: '/runs/20200101-000000-ffffff/film' }],
    ['for what every object has', 404, { path: '/runs/__proto__/film' }],
    ['for news since no number', 404, { path: `/runs/${runId}/news?after=-1` }],
    ['for a proxy', 400, { path: `http://${evil}/` }],
    ['for a path without a scheme', 400, { path: `//${evil}/` }],
    ['for everything', 400, { path: '*' }],
    ['for a path that is none', 400, { path: '/runs/ü' }],
    ['with a huge header', 431, { headers: [`X-Filler: ${'x'.repeat(20_000)}`] }],
    ['with a huge path', 431, { path: `/${'x'.repeat(20_000)}` }],
    ['with a huge cookie', 431, { cookie: `gpugraft-PORT=${'x'.repeat(20_000)}` }],
  ])('%s is refused: %i', async (_, status, given) => {
    const filled = JSON.parse(
      JSON.stringify(given)
        .replaceAll('TOKEN', token)
        .replaceAll('TOKE', token.slice(0, -1))
        .replaceAll('PORT', String(port)),
    ) as Ask;
    const answer = await ask(filled);
    // What Node itself refuses to parse may be answered by closing the connection.
    if (status === 431 || status === 400) expect([0, 400, 431]).toContain(answer.status);
    else expect(answer.status).toBe(status);
    expect(answer.head).not.toMatch(/Set-Cookie|Access-Control/i);
    expect(answer.body).not.toContain(runId);
  });

  it.each([
    [
      'a web socket',
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x',
    ],
    ['HTTP/2', 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x'],
  ])('for %s ends the connection', async (_, headers) => {
    const cookie = await session();
    const answer = await raw(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n${headers}\r\n\r\n`,
    );
    expect(answer).toBe('');
  });

  it.each([
    'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    '\u0016\u0003\u0001\u0002',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
  ])('that is none ends the connection: %j', async (bytes) => {
    expect(await raw(bytes)).not.toMatch(/^HTTP\/1\.1 200/);
  });

  it('does not end the server', async () => {
    await Promise.all(Array.from({ length: 100 }, () => raw('GET / HTTP/1.1\r\nHost: x\r\n', 150)));
    expect((await ask({})).status).toBe(200);
  });

  it('reaches no other address of this machine', async () => {
    const failed = await new Promise((resolve) => {
      const socket = net.connect(port, '::1', () => resolve(null));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(failed).not.toBeNull();
  });
});
