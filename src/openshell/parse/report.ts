/** What `openshell` prints when it fails: a report drawn with lines, wrapped at the terminal's width. */
import type { RefusalCode } from '../errors.js';
import { oneLine, plain, shorten } from './text.js';

/** gRPC's codes as its Rust library words them: by name until tonic 0.13, described from then on. */
const CODES: readonly (readonly [name: string, described: string])[] = [
  ['Cancelled', 'The operation was cancelled'],
  ['Unknown', 'Unknown error'],
  ['InvalidArgument', 'Client specified an invalid argument'],
  ['DeadlineExceeded', 'Deadline expired before operation could complete'],
  ['NotFound', 'Some requested entity was not found'],
  ['AlreadyExists', 'Some entity that we attempted to create already exists'],
  ['PermissionDenied', 'The caller does not have permission to execute the specified operation'],
  ['ResourceExhausted', 'Some resource has been exhausted'],
  ['FailedPrecondition', "The system is not in a state required for the operation's execution"],
  ['Aborted', 'The operation was aborted'],
  ['OutOfRange', 'Operation was attempted past the valid range'],
  ['Unimplemented', 'Operation is not implemented or not supported'],
  ['Internal', 'Internal error'],
  ['Unavailable', 'The service is currently unavailable'],
  ['DataLoss', 'Unrecoverable data loss or corruption'],
  ['Unauthenticated', 'The request does not have valid authentication credentials'],
];

/** Answers of a gateway that say that nothing was begun. Others (Internal, Aborted, Unavailable, …) may come in the middle. */
const REFUSALS: ReadonlySet<string> = new Set<RefusalCode>([
  'NotFound',
  'AlreadyExists',
  'FailedPrecondition',
  'InvalidArgument',
  'OutOfRange',
  'PermissionDenied',
  'Unauthenticated',
  'Unimplemented',
]);

/** Where no code is shown, as in reports that a client words itself. */
const WORDED: readonly (readonly [RegExp, RefusalCode])[] = [
  [/\bsandbox\b[^.]* not found\b|\bnot found: sandbox\b/i, 'NotFound'],
  [/\bmust be \w+(?: or \w+)? to (?:stop|start)\b/i, 'FailedPrecondition'],
  [/\bsandbox\b[^.]* is not ready\b/i, 'FailedPrecondition'],
];

/** What proves that no gateway was reached. */
const NEVER_REACHED =
  /connection refused|failed to connect|tcp connect error|dns error|failed to lookup address|client error \(connect\)|no such host|network is unreachable|no route to host/i;

const NOT_CONFIGURED = /no active gateway|unknown gateway|no gateway configured/i;

export interface Report {
  /** The gateway's words where it shows them, else the report in one line. */
  readonly message: string;
  /** Set where the gateway has answered with no. */
  readonly refused: RefusalCode | null;
  readonly isNeverReached: boolean;
  readonly isNotConfigured: boolean;
}

/** Null: there is no report in it. The last one counts: what a command in the sandbox printed stands before. */
export function reportIn(stderr: string): Report | null {
  const text = plain(stderr);
  const start = [...text.matchAll(/^Error:\s+(?:[×x]\s|\S)/gm)].at(-1)?.index;
  if (start === undefined) return null;
  const whole = oneLine(
    text
      .slice(start)
      .replace(/^Error:\s+(?:[×x]\s+)?/, '')
      // The lines that it is drawn with: causes hang below, and long text is wrapped beside a bar.
      .replaceAll(/^[ \t]*(?:[│├╰|`]─*[▶>]?|-+>)[ \t]*/gm, ''),
  );
  const said = /\bmessage: "((?:[^"\\]|\\.)*)"/.exec(whole)?.[1];
  const code = codeIn(whole);
  return {
    message: shorten(said === undefined || said === '' ? whole : said.replaceAll(/\\(.)/g, '$1')),
    refused: refusalOf(code, whole),
    isNeverReached: NEVER_REACHED.test(whole),
    isNotConfigured: NOT_CONFIGURED.test(whole),
  };
}

function codeIn(whole: string): string | null {
  const named = /\bstatus: '?([A-Za-z]+)/.exec(whole)?.[1];
  if (CODES.some(([name]) => name === named)) return named ?? null;
  // Compared without spaces: a wrapped line may have broken the text anywhere.
  const told = squeezed(/\bcode: '(.*?)'(?:,|$)/.exec(whole)?.[1] ?? '');
  return (
    CODES.find(([name, described]) =>
      [name, described].some((text) => squeezed(text) === told),
    )?.[0] ?? null
  );
}

const squeezed = (text: string): string => text.replaceAll(/\s/g, '');

function refusalOf(code: string | null, whole: string): RefusalCode | null {
  if (code !== null) return REFUSALS.has(code) ? (code as RefusalCode) : null;
  return WORDED.find(([pattern]) => pattern.test(whole))?.[1] ?? null;
}
