/** The inspector's server: on 127.0.0.1 alone, at a port that the system chooses, read-only. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Assets } from '../assets.js';
import type { Footage } from '../footage.js';
import type { Library } from '../library.js';
import { LIVE_POLICY } from '../page.js';
import { cookieName, judge } from './gate.js';
import type { Keys } from './gate.js';
import { answerTo } from './routes.js';

/** Bytes of a request's head; ours have some 700. */
const MOST_HEAD = 8 * 1024;
const MOST_CONNECTIONS = 64;
/** Pages that follow a run at a time. */
const MOST_STREAMS = 24;
/** Frames in one message: a page draws between two of them. */
const MOST_FRAMES = 500;
/** A page that has gone away without a word is found out by writing to it. In milliseconds. */
const HEARTBEAT_MS = 15_000;

const HEADERS = {
  'Content-Security-Policy': LIVE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Cache-Control': 'no-store',
} as const;

export interface Inspector {
  /** With the token: whoever has it may look. */
  readonly url: string;
  /** @param runId a run to begin with */
  urlOf(runId: string): string;
  /** Of the page that hands a run to Stately's inspector; null: it was not asked for. @param runId null: the latest */
  statelyUrlOf(runId: string | null): string | null;
  /** Ends every connection. What a page has been told, it still shows. */
  close(): Promise<void>;
}

export interface InspectorParts {
  readonly library: Library;
  readonly assets: Assets;
  /** Whether a run may be handed to Stately's inspector, which is a page on the internet. */
  readonly stately: boolean;
  /** False: the server ends with the process, and never keeps it alive. */
  readonly keepsAlive: boolean;
}

/** @throws Error of the system where there is no port to be had */
export async function serveInspector(parts: InspectorParts): Promise<Inspector> {
  const streams = new Set<() => void>();
  const keys = { token: secret(), session: secret() };
  let port = 0;
  const server = createServer({ maxHeaderSize: MOST_HEAD }, (request, response) => {
    void respond(request, response, { ...keys, port }, parts, streams).catch(() => {
      // Nothing of an error of ours is for a page.
      if (response.headersSent) response.destroy();
      else plain(response, 500, 'the inspector failed');
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  server.on('clientError', (_error, socket) => socket.destroy());
  // A protocol of its own is asked for: there is none.
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
  if (!parts.keepsAlive) server.on('connection', (socket) => void socket.unref());
  port = await listen(server);
  if (!parts.keepsAlive) server.unref();
  const base = `http://127.0.0.1:${port}/`;
  return {
    url: `${base}?token=${keys.token}`,
    urlOf: (runId) => `${base}?token=${keys.token}&run=${encodeURIComponent(runId)}`,
    statelyUrlOf: (runId) =>
      parts.stately
        ? `${base}?token=${keys.token}&to=stately${runId === null ? '' : `&run=${encodeURIComponent(runId)}`}`
        : null,
    close: () =>
      new Promise((resolve) => {
        for (const end of streams) end();
        server.close(() => resolve());
        server.closeIdleConnections();
        // A page that reads slowly, or not at all, must not hold anybody up.
        setTimeout(() => server.closeAllConnections(), 200).unref();
      }),
  };
}

/** 128 bits. */
const secret = (): string => randomBytes(16).toString('base64url');

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  keys: Keys,
  { library, assets, stately }: InspectorParts,
  streams: Set<() => void>,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { method = '', url = '', rawHeaders } = request;
  const verdict = judge({ method, url, rawHeaders }, keys);
  if (verdict.kind === 'refused') {
    if (verdict.status === 405) response.setHeader('Allow', 'GET');
    response.setHeader('Connection', 'close');
    plain(response, verdict.status, verdict.why);
    return;
  }
  if (verdict.kind === 'exchange') {
    welcome(response, keys, new URLSearchParams(url.split('?')[1]));
    return;
  }
  const answer = await answerTo(verdict.path, verdict.query, library, assets, stately);
  if (answer.kind === 'missing') plain(response, 404, 'there is nothing here');
  else if (answer.kind === 'text') {
    response.setHeader('Content-Type', answer.type);
    if (answer.policy !== undefined) response.setHeader('Content-Security-Policy', answer.policy);
    response.end(answer.text);
  } else if (streams.size >= MOST_STREAMS) plain(response, 503, 'too many pages follow a run');
  else stream(response, answer.footage, answer.after, streams);
}

function plain(response: ServerResponse, status: number, why: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${why}\n`);
}

/**
 * The cookie, and on to a page without the token in its address. A redirect would not do: one that
 * began at another page brings no `SameSite=Strict` cookie along.
 */
function welcome(response: ServerResponse, { port, session }: Keys, asked: URLSearchParams): void {
  const run = /^[0-9a-z-]{1,40}$/.exec(asked.get('run') ?? '')?.[0];
  const isStately = asked.get('to') === 'stately';
  const to = `${run === undefined ? '' : `/runs/${run}`}${isStately ? '/stately' : ''}` || '/';
  response.setHeader(
    'Set-Cookie',
    `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`,
  );
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${to}"><title>gpugraft inspect</title><a href="${to}">go on</a>\n`,
  );
}

/** Server-sent events: what a page has missed, then what comes. */
function stream(
  response: ServerResponse,
  footage: Footage,
  after: number,
  streams: Set<() => void>,
): void {
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.flushHeaders();
  const stop = footage.follow(after, (news) => {
    for (let at = 0; at === 0 || at < news.frames.length; at += MOST_FRAMES) {
      const part = { ...news, frames: news.frames.slice(at, at + MOST_FRAMES) };
      const id = part.frames.at(-1)?.seq;
      response.write(
        `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(at === 0 ? part : { ...part, calls: [] })}\n\n`,
      );
    }
  });
  const heartbeat = setInterval(() => response.write(': \n\n'), HEARTBEAT_MS).unref();
  const end = (): void => {
    clearInterval(heartbeat);
    stop();
    streams.delete(end);
    response.end('event: end\ndata: \n\n');
  };
  streams.add(end);
  response.on('close', end);
}
