/** What clients of both generations print, and what nobody should print. */
import { describe, expect, test } from 'vitest';
import { GatewayAnswerInvalid } from '../../../src/openshell/errors.js';
import { pageOfJson } from '../../../src/openshell/parse/json.js';
import { phaseOf } from '../../../src/openshell/parse/phase.js';
import { reportIn } from '../../../src/openshell/parse/report.js';
import { oneLine, plain } from '../../../src/openshell/parse/text.js';

const NEW_ROW = {
  id: '0b6c',
  name: 'box',
  workspace: 'default',
  labels: {},
  annotations: {},
  resource_version: 4,
  created_at: '2026-06-01 10:00:00',
  phase: 'Error',
  current_policy_version: 1,
  exit_code: 137,
  conditions: [
    { type: 'Scheduled', status: 'True', reason: 'Scheduled', message: '' },
    {
      type: 'Ready',
      status: 'False',
      reason: 'MainProcessExited',
      message: 'exited with\u001b[31m 137',
    },
  ],
};

describe('a list in JSON', () => {
  test('of the old generation', () => {
    const row = { id: 'a1', name: 'box', phase: 'Ready', created_at: 'x', labels: { a: 'b' } };
    expect(pageOfJson(`${JSON.stringify([row], null, 2)}\n`)).toEqual({
      sandboxes: [
        { id: 'a1', name: 'box', workspace: null, phase: 'ready', rawPhase: 'Ready', reason: null },
      ],
      next: null,
    });
  });

  test('of the new generation, with why it is not ready', () => {
    expect(pageOfJson(JSON.stringify([NEW_ROW])).sandboxes).toEqual([
      {
        id: '0b6c',
        name: 'box',
        workspace: 'default',
        phase: 'error',
        rawPhase: 'Error',
        reason: 'MainProcessExited: exited with 137',
      },
    ]);
  });

  test('in an envelope that names the next page', () => {
    const page = pageOfJson(JSON.stringify({ sandboxes: [NEW_ROW], next_page_token: 'abc' }));
    expect(page.sandboxes).toHaveLength(1);
    expect(page.next).toBe('abc');
    expect(pageOfJson(JSON.stringify({ sandboxes: [], next_page_token: '' })).next).toBeNull();
  });

  test.each([
    ['empty', '[]'],
    ['behind a log line', '2026-06-01T10:00:00Z  WARN openshell: token refresh failed\n[]'],
    ['behind a line that only begins like JSON', '[gateway] using default\n{ok}\n[\n]\n'],
    ['with Windows line ends', '[\r\n]\r\n'],
    ['coloured', `\u001b[1m[]\u001b[0m`],
  ])('%s', (_, text) => {
    expect(pageOfJson(text)).toEqual({ sandboxes: [], next: null });
  });

  test('takes what is not said as not known', () => {
    expect(pageOfJson('[{"id":"","name":"box","workspace":""}]')).toEqual(
      pageOfJson('[{"name":"box"}]'),
    );
    expect(pageOfJson('[{"name":"box"}]').sandboxes[0]).toEqual({
      id: null,
      name: 'box',
      workspace: null,
      phase: 'unknown',
      rawPhase: '',
      reason: null,
    });
  });

  test('takes ten thousand', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      ...NEW_ROW,
      name: `box-${index}`,
    }));
    expect(pageOfJson(JSON.stringify(rows, null, 2)).sandboxes).toHaveLength(10_000);
  });

  test.each([
    ['nothing', '', /not JSON/],
    ['a table', 'NAME  PHASE\nbox  Ready\n', /not JSON/],
    ['half a document', '[{"name":"box","phase":"Rea', /not JSON/],
    ['a document and a half', '[]\n[', /not JSON/],
    ['a number', '17', /not JSON/],
    ['another object', '{"error":"no"}', /sandboxes/],
    ['a row without a name', '[{"name":"a"},{"id":"b","phase":"Ready"}]', /1\.name/],
    ['a name that is no text', '[{"name":7}]', /0\.name/],
    ['an envelope whose row has no name', '{"sandboxes":[{"id":"b"}]}', /sandboxes\.0\.name/],
  ])('is refused for %s', (_, text, words) => {
    expect(() => pageOfJson(text)).toThrow(GatewayAnswerInvalid);
    expect(() => pageOfJson(text)).toThrow(words);
  });
});

describe('a phase', () => {
  test.each([
    ['Ready', 'ready'],
    ['READY', 'ready'],
    ['SANDBOX_PHASE_READY', 'ready'],
    [2, 'ready'],
    ['2', 'ready'],
    ['Provisioning', 'provisioning'],
    ['Error', 'error'],
    ['Failed', 'error'],
    ['CrashLoopBackOff', 'error'],
    ['crash-loop-back-off', 'error'],
    [3, 'error'],
    ['Deleting', 'deleting'],
    ['Stopping', 'stopping'],
    ['Stopped', 'stopped'],
    [7, 'stopped'],
    ['Starting', 'starting'],
    ['Completed', 'completed'],
    ['Unknown', 'unknown'],
    ['Unspecified', 'unknown'],
    ['Hibernating', 'unknown'],
    ['', 'unknown'],
    [0, 'unknown'],
    [99, 'unknown'],
    ['constructor', 'unknown'],
    ['NotReady', 'unknown'],
  ] as const)('%s is %s', (raw, phase) => {
    expect(phaseOf(raw)).toBe(phase);
  });
});

describe('a report', () => {
  const wrapped = [
    'Error:   × status: FailedPrecondition, message: "sandbox must be Ready to stop',
    '  │ (current phase: Error)", details: [], metadata: MetadataMap { headers:',
    '  │ {"content-type": "application/grpc"} }',
    '',
  ].join('\n');
  const described = [
    "Error:   × code: 'The system is not in a state required for the operation's",
    '  │ execution\', message: "sandbox must be Stopped to start (current phase:',
    '  │ Error)"',
  ].join('\n');

  test.each([
    [wrapped, 'FailedPrecondition', 'sandbox must be Ready to stop (current phase: Error)'],
    [described, 'FailedPrecondition', 'sandbox must be Stopped to start (current phase: Error)'],
    [`Error:   × status: NotFound, message: "sandbox not found"`, 'NotFound', 'sandbox not found'],
    [
      `Error:   × status: NotFound, code: 'Some requested entity was not found', message: "sandbox not found"`,
      'NotFound',
      'sandbox not found',
    ],
    ['Error:   × Not Found: sandbox not found', 'NotFound', 'Not Found: sandbox not found'],
    [
      `Error:   × code: 'Operation is not implemented or not supported'`,
      'Unimplemented',
      `code: 'Operation is not implemented or not supported'`,
    ],
    [
      "Error:   × sandbox 'box' is not ready (phase: Provisioning)",
      'FailedPrecondition',
      "sandbox 'box' is not ready (phase: Provisioning)",
    ],
    ['Error:   x sandbox not found', 'NotFound', 'sandbox not found'],
    [`\u001b[31mError:\u001b[0m   \u001b[31m×\u001b[0m message: "say \\"no\\""`, null, 'say "no"'],
    ['Error:   × status: Unavailable, message: "relay failed"', null, 'relay failed'],
    ['Error:   × status: Internal, message: "sandbox not found"', null, 'sandbox not found'],
    ['Error:   × MainProcessExited', null, 'MainProcessExited'],
  ])('%j', (text, refused, message) => {
    expect(reportIn(text)).toMatchObject({ refused, message });
  });

  test('says that no gateway was reached', () => {
    const text = [
      'Error:   × transport error',
      '  ├─▶ tcp connect error',
      '  ╰─▶ Connection refused (os error 111)',
    ].join('\n');
    expect(reportIn(text)).toEqual({
      message: 'transport error tcp connect error Connection refused (os error 111)',
      refused: null,
      isNeverReached: true,
      isNotConfigured: false,
    });
    const reset = 'Error:   × transport error\n  ╰─▶ Connection reset by peer (os error 104)';
    expect(reportIn(reset)?.isNeverReached).toBe(false);
    const none = 'Error:   × No active gateway.\n  │ Set one with: openshell gateway select <name>';
    expect(reportIn(none)?.isNotConfigured).toBe(true);
  });

  test('is the last one, and none where none is drawn', () => {
    const two =
      'Error:   × status: NotFound, message: "sandbox not found"\nError:   × transport error';
    expect(reportIn(two)).toMatchObject({ refused: null, message: 'transport error' });
    expect(reportIn('')).toBeNull();
    expect(reportIn('some Error: in between\n')).toBeNull();
  });
});

describe('plain text', () => {
  const e = '\u001b';
  test.each([
    [`${e}[1;31mred${e}[0m`, 'red'],
    [`a${e}]8;;https://x.example${e}\\link${e}]8;;\u0007b`, 'alinkb'],
    [`${e}]0;title never ended`, ''],
    [`a${e}(Bb${e}7c${e}=d`, 'abcd'],
    ['\u009b31mred\u009b0m', 'red'],
    [`${e}P1$r0m${e}\\x`, 'x'],
    ['a\u0000b\u0007c\u007fd\u0085e', 'abcde'],
    ['one\r\ntwo\rthree\tx', 'one\ntwo\nthree\tx'],
    [`cut ${e}[3`, 'cut '],
    [`cut ${e}`, 'cut '],
  ])('%j', (text, expected) => {
    expect(plain(text)).toBe(expected);
    expect(plain(plain(text))).toBe(expected);
  });

  test('comes of megabytes of begun escape sequences', () => {
    for (const begun of [`${e}]`, `${e}[`, `${e}P`, `${e}[1;`, e, '\u009b'])
      expect(plain(begun.repeat(1_000_000)).length).toBeLessThanOrEqual(2_000_000);
  });

  test('is one line for a message', () => {
    expect(oneLine('  a\r\n\tb  c\n')).toBe('a b c');
  });
});
