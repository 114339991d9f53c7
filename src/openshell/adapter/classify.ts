/** Turns what became of a call into what it says about the gateway. */
import {
  GatewayAmbiguous,
  GatewayAnswerInvalid,
  GatewayRefused,
  GatewayUnreachable,
} from '../errors.js';
import { reportIn } from '../parse/report.js';
import { oneLine, plain, shorten } from '../parse/text.js';
import type { Ended, Exited, Invocation } from './run.js';

export interface Asked {
  /** Such as `openshell sandbox stop NAME`. */
  readonly what: string;
  /** True when the call, executed, changes nothing. */
  readonly readOnly: boolean;
  readonly call: Pick<Invocation, 'deadlineMs' | 'maxBytes'>;
}

/** An exit with 0. @throws what the port throws */
export function successOf(ended: Ended, asked: Asked): Exited {
  const exited = exitOf(ended, asked);
  if (exited.exitCode === 0) return exited;
  throw failureOf(exited, asked);
}

/** An exit with any code. @throws what the port throws */
export function exitOf(ended: Ended, asked: Asked): Exited {
  if (ended.kind === 'exited') return ended;
  if (ended.kind === 'not-started')
    throw new GatewayUnreachable(
      'client-missing',
      `openshell cannot be run: ${shorten(oneLine(ended.why))}`,
    );
  const { what, readOnly, call } = asked;
  if (ended.kind === 'not-begun')
    throw new GatewayUnreachable('down', `${what}: cancelled before it was begun`);
  const heard = saidIn(ended.stderr);
  if (ended.kind === 'too-large') {
    const message = `${what}: the answer is longer than ${call.maxBytes} bytes`;
    throw readOnly ? new GatewayAnswerInvalid(message) : new GatewayAmbiguous(message);
  }
  const why = {
    deadline: `no answer within ${call.deadlineMs / 1000} s`,
    cancelled: 'cancelled before the gateway had answered',
    killed: `openshell was ended by ${ended.kind === 'killed' ? ended.signal : 'a signal'}`,
  }[ended.kind];
  const message = `${what}: ${why}${heard === '' ? '' : ` (${heard})`}`;
  if (!readOnly) throw new GatewayAmbiguous(message);
  throw new GatewayUnreachable(ended.kind === 'killed' ? 'client-failed' : 'down', message);
}

/** The port's error for an exit that is no success. */
export function failureOf({ exitCode, stderr, stdout }: Exited, asked: Asked): Error {
  const report = reportIn(stderr);
  const { what, readOnly } = asked;
  if (report === null) {
    const heard = saidIn(stderr) || saidIn(stdout) || `exit status ${exitCode}`;
    const message = `${what}: ${heard}`;
    // A shell's own: the program, or what its first line names, is not there.
    if (exitCode === 126 || exitCode === 127)
      return new GatewayUnreachable('client-missing', message);
    if (isUsage(exitCode, stderr)) return new GatewayRefused('Usage', message);
    return readOnly
      ? new GatewayUnreachable('client-failed', message)
      : new GatewayAmbiguous(message);
  }
  const message = `${what}: ${report.message}`;
  if (report.refused !== null) return new GatewayRefused(report.refused, message);
  if (report.isNotConfigured) return new GatewayUnreachable('not-configured', message);
  return readOnly || report.isNeverReached
    ? new GatewayUnreachable('down', message)
    : new GatewayAmbiguous(message);
}

/** The client's own parser, which asks no gateway: `error: unrecognized subcommand 'stop'`, and status 2. */
export const isUsage = (exitCode: number, stderr: string): boolean =>
  exitCode === 2 && /^\s*error: /m.test(plain(stderr));

/** The last of it, in one line: what matters comes last. */
const saidIn = (text: string): string => {
  const line = oneLine(text);
  return line.length <= 500 ? line : `…${line.slice(-500)}`;
};
