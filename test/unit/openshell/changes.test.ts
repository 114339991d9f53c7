/** What may change something: whether it was begun is told apart from everything else. */
import { describe, expect, test } from 'vitest';
import {
  GatewayAmbiguous,
  GatewayRefused,
  GatewayUnreachable,
} from '../../../src/openshell/errors.js';
import { failureOf, fake, ref } from './fake.js';

const failing = (text: string, exitCode = 1): string =>
  `err(${JSON.stringify(text)}); process.exit(${exitCode});`;

describe.each(['stop', 'start'] as const)('sandbox %s', (verb) => {
  const call = ({ port }: ReturnType<typeof fake>, given = {}): Promise<void> =>
    verb === 'stop'
      ? port.stopSandbox(ref('box', 'team'), given)
      : port.startSandbox(ref('box', 'team'), given);

  test('is asked for once', async () => {
    const one = fake(`out('✓ done\\n');`);
    await call(one);
    expect(one.calls()).toEqual([['sandbox', verb, 'box', '--workspace', 'team']]);
  });

  test.each([
    [
      'Error:   × status: FailedPrecondition, message: "sandbox must be Ready to stop (current phase: Error)", details: []',
      'FailedPrecondition',
      /: sandbox must be Ready to stop \(current phase: Error\)$/,
    ],
    [
      'Error:   × sandbox must be Stopped to start (current phase: Error)',
      'FailedPrecondition',
      /must be Stopped to start/,
    ],
    ['Error:   × status: NotFound, message: "sandbox not found"', 'NotFound', /not found/],
    [
      "Error:   × code: 'Operation is not implemented or not supported'",
      'Unimplemented',
      /not implemented/,
    ],
  ])('is refused: %s', async (text, code, message) => {
    const error = await failureOf(call(fake(failing(text))));
    expect(error).toBeInstanceOf(GatewayRefused);
    expect((error as GatewayRefused).code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('is refused by a client that does not know it', async () => {
    const text = `\u001b[31merror:\u001b[0m unrecognized subcommand '${verb}'\n\nUSAGE\n  openshell sandbox <COMMAND>\n`;
    const error = await failureOf(call(fake(failing(text, 2))));
    expect((error as GatewayRefused).code).toBe('Usage');
  });

  test.each([
    ['accepted, and ended in Error', 'Error:   × sandbox entered Error while waiting for Ready'],
    ['accepted, and ended in Error for a reason', 'Error:   × MainProcessExited: exited with 1'],
    [
      'accepted, and waited for too long',
      'Error:   × timed out after 300s waiting for sandbox to reach Ready',
    ],
    ['accepted, and lost sight of', 'Error:   × sandbox watch ended before reaching Stopped'],
    [
      'cut in the middle',
      'Error:   × transport error\n  ╰─▶ Connection reset by peer (os error 104)',
    ],
    [
      'answered by a gateway that goes down',
      'Error:   × status: Unavailable, message: "shutting down"',
    ],
    [
      'answered by a gateway that failed',
      'Error:   × status: Internal, message: "sandbox stop worker terminated"',
    ],
    ['overtaken by another', 'Error:   × status: Aborted, message: "sandbox name changed; retry"'],
    ['without a word', ''],
    ['with words that nobody knows', 'something went wrong\n'],
  ])('may have been begun: %s', async (_, text) => {
    expect(await failureOf(call(fake(failing(text))))).toBeInstanceOf(GatewayAmbiguous);
  });

  test.each([
    [
      'down',
      'Error:   × transport error\n  ├─▶ tcp connect error\n  ╰─▶ Connection refused (os error 111)',
    ],
    ['not-configured', "Error:   × Unknown gateway 'other'."],
  ])('reached nobody: %s', async (kind, text) => {
    const error = await failureOf(call(fake(failing(text))));
    expect((error as GatewayUnreachable).kind).toBe(kind);
  });

  test('beyond its deadline, killed, or given up, may have been begun', async () => {
    const hang = `err('waiting\\n'); setInterval(() => {}, 1000);`;
    const late = await failureOf(call(fake(hang, { deadlines: { lifecycle: 700 } })));
    expect(late).toBeInstanceOf(GatewayAmbiguous);
    expect(late.message).toBe(
      `openshell sandbox ${verb} box --workspace team: no answer within 0.7 s (waiting)`,
    );
    const killed = await failureOf(
      call(fake(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`)),
    );
    expect(killed).toBeInstanceOf(GatewayAmbiguous);
    expect(killed.message).toContain('SIGTERM');
    const one = fake(hang);
    await one.port.capabilities();
    const control = new AbortController();
    setTimeout(() => control.abort(), 500);
    expect(await failureOf(call(one, { signal: control.signal }))).toBeInstanceOf(GatewayAmbiguous);
  });

  test('given up before it was begun reached nobody', async () => {
    const one = fake('');
    await one.port.capabilities();
    expect(await failureOf(call(one, { signal: AbortSignal.abort() }))).toBeInstanceOf(
      GatewayUnreachable,
    );
    expect(one.calls()).toEqual([]);
  });

  test('is done however much is printed', async () => {
    const one = fake(`out('x'.repeat(3_000_000)); err('y'.repeat(3_000_000));`);
    await expect(call(one)).resolves.toBeUndefined();
  });
});

describe('sandbox exec', () => {
  test('passes a command on as it is, and nothing else', async () => {
    const { port, calls } = fake(
      `out(JSON.stringify(process.env.NO_COLOR) + fs.readFileSync(0, 'utf8'));`,
    );
    const argv = ['sh', '-c', 'echo "$HOME"', '--help', '', '--'];
    expect(await port.exec(ref('box', 'team'), argv)).toEqual({ exitCode: 0, output: '"1"' });
    expect(calls()).toEqual([
      ['sandbox', 'exec', '-n', 'box', '--workspace', 'team', '--', ...argv],
    ]);
  });

  test.each([0, 1, 2, 3, 126, 127, 137, 255])('gives back exit status %i', async (exitCode) => {
    const { port } = fake(
      `out('\\u001b[31mout\\u001b[0m\\n'); err('error: mine\\n'); process.exit(${exitCode});`,
    );
    expect(await port.exec(ref('box'), ['x'])).toEqual({
      exitCode,
      output: 'out\n\nerror: mine\n',
    });
  });

  test.each([
    [
      'Error:   × status: FailedPrecondition, message: "sandbox is not ready"',
      'FailedPrecondition',
    ],
    ["Error:   × sandbox 'box' is not ready (phase: Error)", 'FailedPrecondition'],
    ['Error:   × status: NotFound, message: "sandbox not found"', 'NotFound'],
  ])('is refused: %s', async (text, code) => {
    const error = await failureOf(fake(failing(text)).port.exec(ref('box'), ['true']));
    expect(error).toBeInstanceOf(GatewayRefused);
    expect((error as GatewayRefused).code).toBe(code);
  });

  test('is refused by a client that does not understand it', async () => {
    const text = `error: unexpected argument '-n' found\n\nUsage: openshell sandbox exec <NAME>\n`;
    const error = await failureOf(fake(failing(text, 2)).port.exec(ref('box'), ['true']));
    expect((error as GatewayRefused).code).toBe('Usage');
  });

  test.each([
    'Error:   × status: Unavailable, message: "supervisor relay failed"',
    'Error:   × sandbox exec relay closed before the command reported an exit status',
  ])('may have been begun: %s', async (text) => {
    expect(await failureOf(fake(failing(text)).port.exec(ref('box'), ['true']))).toBeInstanceOf(
      GatewayAmbiguous,
    );
  });

  test('beyond its deadline may have been begun; the command stands in no message', async () => {
    const { port } = fake('setInterval(() => {}, 1000);');
    const error = await failureOf(port.exec(ref('box'), ['echo', 'hunter2'], { timeoutMs: 300 }));
    expect(error).toBeInstanceOf(GatewayAmbiguous);
    expect(error.message).toBe('openshell sandbox exec -n box: no answer within 0.3 s');
  });

  test('takes a report for the client’s own only with the status that goes with it', async () => {
    const report = 'Error:   × status: NotFound, message: "sandbox not found"\n';
    expect(await fake(failing(report, 3)).port.exec(ref('box'), ['openshell'])).toEqual({
      exitCode: 3,
      output: report,
    });
  });

  test('keeps the end of 100 MB', async () => {
    const { port } = fake(
      `const piece = 'a'.repeat(1e6); for (let n = 0; n < 100; n += 1) out(piece); out('end');`,
    );
    const { output, exitCode } = await port.exec(ref('box'), ['yes']);
    expect(exitCode).toBe(0);
    expect(output).toHaveLength(64 * 1024);
    expect(output).toMatch(/aend$/);
    const both = fake(`out('a'.repeat(1e5)); err('b'.repeat(1e3) + 'end');`);
    const joined = await both.port.exec(ref('box'), ['x']);
    expect(joined.output).toHaveLength(64 * 1024);
    expect(joined.output).toMatch(/a\nb{1000}end$/);
  });
});
