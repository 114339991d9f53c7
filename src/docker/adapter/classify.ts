/** Turns "no whole answer" into what it says about the engine: nothing was done, or nobody knows. */
import { EngineAmbiguous, EngineAnswerInvalid, EngineUnreachable } from '../errors.js';
import type { ExchangeFailure } from './exchange.js';
import { MAX_MESSAGE_CHARS } from './options.js';

type UnreachableKind = EngineUnreachable['kind'];

/** How the docker client (28.2) and ssh word a connection that never came about, most telling first. */
const CLIENT_TEXTS: readonly (readonly [RegExp, UnreachableKind])[] = [
  [
    /unable to resolve docker endpoint|context not found|conflicting options|unknown (flag|command)/i,
    'context',
  ],
  [/is not a docker command|unable to parse docker host|invalid bind address/i, 'context'],
  [/permission denied|host key verification failed/i, 'permission'],
  [/cannot connect to the docker daemon|failed to open the raw stream connection/i, 'down'],
  [/error during connect|dial (unix|tcp|npipe)|no such host|could not resolve hostname/i, 'down'],
  [/connect to host .* port/i, 'down'],
];

/**
 * What the docker client's own text says about a connection that never answered.
 * @returns null when the text does not prove that none came about
 */
export function kindOfClientText(text: string): UnreachableKind | null {
  return CLIENT_TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** What to call a request that got no whole answer. */
export interface FailedCall {
  /** Such as `POST /containers/ID/stop`. */
  readonly what: string;
  /** True when the request, executed, changes nothing. */
  readonly readOnly: boolean;
  /** True when the caller's signal ended it, not the deadline. */
  readonly cancelled: boolean;
  readonly deadlineMs: number;
}

/** The port's error for a failed exchange. */
export function portError(failure: ExchangeFailure, call: FailedCall): Error {
  const { connection } = failure;
  const said = connection?.clientText ?? '';
  if (connection?.spawnError) return spawnError(connection.spawnError);
  if (failure.kind === 'aborted') return abortedError(failure, call);
  if (failure.kind === 'not-http' || failure.kind === 'too-large') {
    const message = `${call.what}: ${failure.kind === 'not-http' ? 'the answer is not HTTP' : failure.message}`;
    return call.readOnly ? new EngineAnswerInvalid(message) : new EngineAmbiguous(message);
  }
  const kind =
    connection !== null && connection.bytesAnswered === 0 ? kindOfClientText(said) : null;
  if (kind !== null) return new EngineUnreachable(kind, shorten(said));
  const why =
    said === '' ? 'the connection to the engine was closed before it had answered' : shorten(said);
  const message = `${call.what}: ${why}`;
  return call.readOnly || !failure.sent
    ? new EngineUnreachable('down', message)
    : new EngineAmbiguous(message);
}

function abortedError(failure: ExchangeFailure, call: FailedCall): Error {
  const why = call.cancelled
    ? 'cancelled before the engine had answered'
    : `no answer within ${call.deadlineMs / 1000} s`;
  const said = failure.connection?.clientText ?? '';
  const message = `${call.what}: ${why}${said === '' ? '' : ` (${shorten(said)})`}`;
  const unsent = failure.connection === null;
  if (unsent || call.readOnly) return new EngineUnreachable('down', message);
  return new EngineAmbiguous(message);
}

function spawnError(error: Error): EngineUnreachable {
  return new EngineUnreachable(
    'client-missing',
    `the docker client cannot be run: ${shorten(firstLine(error.message))}`,
  );
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** Bounds foreign text; it is otherwise left as it came. */
export function shorten(text: string): string {
  return text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS)}…`;
}
