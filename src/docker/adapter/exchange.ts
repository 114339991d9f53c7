/** One HTTP request over a pooled connection, and its whole answer. Knows nothing of Docker. */
import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { EngineConnection } from './connection.js';

export interface ExchangeRequest {
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Ends the exchange when it aborts. */
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Takes a successful answer's body piece by piece, instead of collecting it. */
  readonly onChunk?: (chunk: Buffer) => void;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** No whole answer came. `connection` is null when there was none yet. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  constructor(
    readonly kind: 'aborted' | 'closed' | 'not-http' | 'too-large',
    readonly connection: EngineConnection | null,
    /** False when it is certain that not all of the request left this process. */
    readonly sent: boolean,
    /** True when the connection had served another request before. */
    readonly reused: boolean,
    /** True when part of an answer to this request came back. */
    readonly answering: boolean,
    message: string,
  ) {
    super(message);
  }
}

/** @throws ExchangeFailure when no whole answer came */
export function exchange(call: ExchangeRequest): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    if (call.signal.aborted) {
      reject(new ExchangeFailure('aborted', null, false, false, false, 'no answer in time'));
      return;
    }
    let connection: EngineConnection | null = null;
    let before = { taken: 0, answered: 0 };
    let failed = false;
    let ended = false;
    const length = call.body === undefined ? 0 : Buffer.byteLength(call.body);
    const req = request({
      agent: call.agent,
      method: call.method,
      path: call.path,
      headers: {
        Host: 'docker',
        // Docker wants a length on every POST; node:http would send a body-less one chunked.
        ...(call.method === 'POST' ? { 'Content-Length': length } : {}),
        ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
    });

    const fail = async (kind: ExchangeFailure['kind'], message: string): Promise<void> => {
      if (failed || ended) return;
      failed = true;
      call.signal.removeEventListener('abort', onAbort);
      if (kind === 'closed') await connection?.lastWords();
      const sent = connection !== null && connection.bytesTaken > before.taken;
      const reused = connection !== null && connection.requests > 1;
      const answering = connection !== null && connection.bytesAnswered > before.answered;
      reject(new ExchangeFailure(kind, connection, sent, reused, answering, message));
      req.destroy();
    };
    const onAbort = (): void => void fail('aborted', 'no answer in time');
    call.signal.addEventListener('abort', onAbort);

    req.on('socket', (socket) => {
      connection = socket as unknown as EngineConnection;
      connection.busy = true;
      connection.requests += 1;
      before = { taken: connection.bytesTaken, answered: connection.bytesAnswered };
    });
    req.on('error', (error: NodeJS.ErrnoException) => {
      void fail(error.code?.startsWith('HPE_') === true ? 'not-http' : 'closed', error.message);
    });
    req.on('response', (response) => {
      const finish = (body: Buffer): void => {
        if (failed) return;
        ended = true;
        call.signal.removeEventListener('abort', onAbort);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      };
      read(response, call, finish, (kind, message) => void fail(kind, message));
    });
    req.end(call.body);
  });
}

/** Reads an answer to its end; what ends before it is complete is a failure. */
function read(
  response: IncomingMessage,
  call: ExchangeRequest,
  finish: (body: Buffer) => void,
  fail: (kind: ExchangeFailure['kind'], message: string) => void,
): void {
  const streamed = call.onChunk !== undefined && (response.statusCode ?? 0) < 300;
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    if (streamed) {
      call.onChunk?.(chunk);
      return;
    }
    size += chunk.length;
    if (size > call.maxBytes) fail('too-large', `the answer is longer than ${call.maxBytes} bytes`);
    else chunks.push(chunk);
  });
  response.on('error', (error: NodeJS.ErrnoException) => {
    fail(error.code?.startsWith('HPE_') === true ? 'not-http' : 'closed', error.message);
  });
  response.on('end', () => {
    if (response.complete) finish(Buffer.concat(chunks));
    else fail('closed', 'the answer broke off');
  });
  response.on('close', () => {
    if (!response.complete) fail('closed', 'the answer broke off');
  });
}
