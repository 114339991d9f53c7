import { describe, expect, test } from 'vitest';
import { EngineAmbiguous, EngineRefused } from '../../../src/docker/errors.js';
import { failureOf, fakePort } from './fake.js';

const after = (requests: string[]): string[] =>
  requests.slice(1).map((line) => line.replace('/v1.51', ''));

describe('what each call sends, and makes of the answer', () => {
  test('changes', async () => {
    const { port, requests } = fakePort();
    expect(
      await port.createContainer('a name', { Image: 'i', N: '\u0000int:9223372036854775807' }),
    ).toEqual({
      id: 'c'.repeat(64),
      warnings: [],
    });
    await port.startContainer('x');
    await port.startContainer('done');
    await port.stopContainer('x', 7);
    await port.stopContainer('done', 0);
    await port.stopContainer('patient', null);
    await port.renameContainer('x', 'n&v=1');
    await port.setRestartPolicy('x', { name: '', maximumRetryCount: 0 });
    await port.setRestartPolicy('x', { name: 'on-failure', maximumRetryCount: 3 });
    await port.removeContainer('x', false);
    await port.removeContainer('x', true);
    await port.connectNetwork('net', 'x', { Aliases: ['a'] });
    expect(after(requests())).toEqual([
      'POST /containers/create?name=a%20name {"Image":"i","N":9223372036854775807}',
      'POST /containers/x/start',
      'POST /containers/done/start',
      'POST /containers/x/stop?t=7',
      'POST /containers/done/stop?t=0',
      'GET /containers/patient/json',
      'POST /containers/patient/stop',
      'POST /containers/x/rename?name=n%26v%3D1',
      'POST /containers/x/update {"RestartPolicy":{"Name":"no","MaximumRetryCount":0}}',
      'POST /containers/x/update {"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}}',
      'DELETE /containers/x',
      'DELETE /containers/x?force=1',
      'POST /networks/net/connect {"Container":"x","EndpointConfig":{"Aliases":["a"]}}',
    ]);
  });

  test("a stop without a grace waits for the container's own, and a margin", async () => {
    const { port } = fakePort('serve', { deadlines: { stopMargin: 300 } });
    const error = await failureOf(port.stopContainer('hang', 1));
    expect(error).toBeInstanceOf(EngineAmbiguous);
    expect(error.message).toContain('1.3 s');
  });

  test('lists', async () => {
    const { port, requests } = fakePort();
    expect(await port.listContainers(['a', 'b=c'])).toEqual([
      { id: 'a', names: ['one'], labels: {}, state: 'running' },
    ]);
    expect(await port.layerChanges('x')).toEqual([]);
    expect(after(requests())[0]).toBe(
      `GET /containers/json?all=1&filters=${encodeURIComponent('{"label":["a","b=c"]}')}`,
    );
  });

  test('logs, with a terminal and without', async () => {
    const { port } = fakePort();
    expect(await port.logs('x', 5)).toBe('a\nb\n');
    expect(await port.logs('tty', 5)).toBe('raw\r\n');
  });

  test('exec: both streams, the exit code, bounded', async () => {
    const { port, requests } = fakePort();
    expect(await port.exec('x', ['a', 'b c'])).toEqual({ exitCode: 3, output: 'out\nerr\n' });
    expect(after(requests())).toEqual([
      'POST /containers/x/exec {"AttachStdout":true,"AttachStderr":true,"Tty":false,"Cmd":["a","b c"]}',
      'POST /exec/x/start {"Detach":false,"Tty":false}',
      'GET /exec/x/json',
    ]);
    const flood = await port.exec('flood', ['x']);
    expect(flood.output).toHaveLength(64 * 1024);
    expect(flood.output).toContain('99....');
  });

  test('exec: a command that cannot be run is an exit code, whichever way the engine says it', async () => {
    const { port } = fakePort();
    const result = await port.exec('refused', ['x']);
    expect(result.exitCode).toBe(127);
    expect(result.output).toContain('executable file not found');
    expect(await failureOf(port.exec('conflict', ['x']))).toBeInstanceOf(EngineRefused);
  });

  test('exec: an end that does not come is ambiguous', async () => {
    const { port } = fakePort();
    expect(await failureOf(port.exec('stuck', ['x'], { timeoutMs: 400 }))).toBeInstanceOf(
      EngineAmbiguous,
    );
  });
});

describe('the API version', () => {
  test.each([
    ['1.41', '1.12', '/v1.41/'],
    ['1.51', '1.24', '/v1.51/'],
    ['1.99', '1.44', '/v1.51/'],
  ])('an engine of %s (at least %s) is spoken to as %s', async (API, MIN_API, prefix) => {
    const { port, requests } = fakePort('serve', {}, { API, MIN_API });
    await port.inspectImage('net');
    expect(requests().at(-1)).toContain(prefix);
  });

  test('an engine that speaks only newer ones is refused', async () => {
    const { port } = fakePort('serve', {}, { API: '1.99', MIN_API: '1.60' });
    expect(await failureOf(port.inspectImage('net'))).toBeInstanceOf(EngineRefused);
  });

  test('is asked for once by calls that begin together', async () => {
    const { port, requests } = fakePort();
    await Promise.all([port.inspectImage('a'), port.inspectImage('b')]);
    expect(requests().filter((line) => line === 'GET /version')).toHaveLength(1);
  });
});
