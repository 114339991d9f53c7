/** Asks the engine: one call with its deadline, its API version, one more try where that is safe. */
import { EngineRefused, EngineUnreachable } from '../errors.js';
import type { CallOptions } from '../port.js';
import { errorText } from './answer.js';
import { portError, shorten } from './classify.js';
import { ExchangeFailure, exchange, type ExchangeAnswer } from './exchange.js';
import { chooseVersion } from './negotiate.js';
import {
  DEFAULT_DEADLINES,
  MAX_BODY_BYTES,
  type Deadlines,
  type DockerPortOptions,
} from './options.js';
import { ConnectionPool, type Lane } from './pool.js';
import { loadSpawn } from './spawn.js';

export interface Call extends CallOptions {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** Without the version, such as `/containers/ID/json`. */
  readonly path: string;
  readonly body?: string;
  /** Milliseconds, everything included; with `endless`, from each piece of the answer to the next. */
  readonly deadlineMs: number;
  /** The answer may take as long as it likes while pieces of it come. */
  readonly endless?: boolean;
  /** True when executing it changes nothing; such a call may be sent twice. */
  readonly readOnly: boolean;
  readonly lane: Lane;
  /** Statuses that are an answer here, beyond 200 to 299. */
  readonly accept?: readonly number[];
  readonly onChunk?: (chunk: Buffer) => void;
}

export class EngineClient {
  readonly deadlines: Deadlines;
  readonly #options: DockerPortOptions;
  #pool: Promise<ConnectionPool> | null = null;
  #version: Promise<string> | null = null;
  #closed = false;

  constructor(options: DockerPortOptions) {
    this.#options = options;
    this.deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  }

  /** Calls the engine with the negotiated version in the path. */
  async call(call: Call): Promise<ExchangeAnswer> {
    const version = await this.version(call);
    try {
      return await this.unversioned({ ...call, path: `/v${version}${call.path}` });
    } catch (error) {
      // Another engine stands there since: it refused the version and did nothing.
      if (!isVersionRefusal(error)) throw error;
      this.#version = null;
      const next = await this.version(call);
      if (next === version) throw error;
      return this.unversioned({ ...call, path: `/v${next}${call.path}` });
    }
  }

  /**
   * The API version both sides know; asked for once, for all callers: the signal ends this
   * caller's waiting only. Nothing else was sent then.
   */
  async version(options: CallOptions = {}): Promise<string> {
    const { signal } = options;
    const asked = (this.#version ??= this.#negotiate());
    asked.catch(() => {
      if (this.#version === asked) this.#version = null;
    });
    if (signal === undefined) return asked;
    let onAbort: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () =>
        reject(new EngineUnreachable('down', 'cancelled before the engine had answered'));
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
    return Promise.race([asked, aborted]).finally(() =>
      signal.removeEventListener('abort', onAbort),
    );
  }

  /** Calls the engine with the path as given. */
  async unversioned(given: Call): Promise<ExchangeAnswer> {
    const scope = deadlineScope(given.deadlineMs, given.signal);
    const call = given.endless === true ? renewing(given, scope.renew) : given;
    try {
      const pool = await this.#open();
      const answer = await this.#once(pool, call, scope.signal).catch((error: unknown) => {
        if (!isStaleLook(error, call) || scope.signal.aborted) throw error;
        pool.dropIdle();
        return this.#once(pool, call, scope.signal);
      });
      if (answer.status >= 200 && answer.status < 300) return answer;
      if (call.accept?.includes(answer.status) === true) return answer;
      throw new EngineRefused(answer.status, errorText(answer.status, answer.body).text);
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error;
      const cancelled = call.signal?.aborted === true;
      throw portError(error, {
        ...call,
        what: `${call.method} ${shorten(call.path)}`,
        cancelled,
      });
    } finally {
      scope.end();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#pool?.catch(() => null))?.close();
  }

  async #open(): Promise<ConnectionPool> {
    if (this.#closed)
      throw new EngineUnreachable('down', 'the connection to the engine was closed by gpugraft');
    this.#pool ??= loadSpawn(this.#options).then((dial) => new ConnectionPool(dial));
    return this.#pool;
  }

  async #once(pool: ConnectionPool, call: Call, signal: AbortSignal): Promise<ExchangeAnswer> {
    const start = performance.now();
    const record = (status: number | null, error?: Error): void =>
      this.#options.onCall?.({
        method: call.method,
        path: call.path,
        status,
        ms: performance.now() - start,
        ...(error === undefined ? {} : { error }),
      });
    try {
      const answer = await exchange({
        ...call,
        agent: pool.agent(call.lane),
        signal,
        maxBytes: MAX_BODY_BYTES,
      });
      record(answer.status);
      return answer;
    } catch (error) {
      record(null, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  async #negotiate(): Promise<string> {
    const answer = await this.unversioned({
      method: 'GET',
      path: '/version',
      readOnly: true,
      lane: 'look',
      deadlineMs: this.deadlines.look,
    });
    return chooseVersion(answer.body);
  }
}

/** A look over a connection that had served before and was dead by now: asking again is safe, once. */
function isStaleLook(error: unknown, call: Call): boolean {
  return (
    call.readOnly &&
    error instanceof ExchangeFailure &&
    error.kind === 'closed' &&
    error.reused &&
    !error.answering
  );
}

function isVersionRefusal(error: unknown): boolean {
  return (
    error instanceof EngineRefused &&
    error.status === 400 &&
    /client version .* is too (new|old)/i.test(error.message)
  );
}

/** Counts from when a piece was dealt with: the time that a slow disk takes is not the engine's. */
const renewing = (call: Call, renew: () => void): Call => ({
  ...call,
  onChunk: (chunk) => {
    call.onChunk?.(chunk);
    renew();
  },
});

/** One signal for a deadline and the caller's own; `renew` begins it anew, `end` frees its timer. */
function deadlineScope(
  ms: number,
  outer: AbortSignal | undefined,
): { signal: AbortSignal; renew: () => void; end: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  const forward = (): void => controller.abort();
  if (outer?.aborted === true) forward();
  else outer?.addEventListener('abort', forward);
  return {
    signal: controller.signal,
    renew: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', forward);
    },
  };
}
